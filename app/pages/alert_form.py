"""The form for a way to be told: e-mail, Slack or a webhook, and about what."""

from typing import Any, Final

from app.services.alerts import Way
from app.services.problems import BadInput, ServiceProblem
from components.controls import Field, box, choice, field, fold, stack, text, tick
from components.sentences import translated
from components.texts import _, each, later
from db.alerts import Channel

WAYS: Final = {
    "email": later("E-mail"),
    "slack": later("A Slack channel"),
    "webhook": later("A webhook: any program"),
}
EVENTS: Final = {
    "credential_broken": later("A credential broke"),
    "credential_expires": later("A credential expires soon"),
    "run_failed": later("A bulk run or schedule failed"),
    "error_rate": later("Many runs of a connector fail"),
    "canary_changed": later("A service's answer changed"),
}
SECURITY: Final = {"starttls": later("STARTTLS"), "tls": later("TLS from the start")}


class ChannelForm:
    def __init__(self, one: Channel | None, *, has_mail: bool) -> None:
        self.one, self.has_mail = one, has_mail
        self.kind = choice(
            _("How"),
            each(WAYS),
            one.kind if one else "email",
            on_change=lambda _value: self.draw(),
            testid="kind",
        )
        if one:
            self.kind.set_visibility(False)
        self.name = field(
            _("Name"), one.name if one else "", placeholder=_("The team"), testid="name"
        )
        self.place = stack()
        with box("stack tight", tag="fieldset").style("border: 0; margin: 0; padding: 0"):
            text(_("Tell about"), "strong small", tag="legend")
            self.events = {
                event: tick(_(words), event in one.events if one else True, testid=f"tell-{event}")
                for event, words in EVENTS.items()
            }
        self.enabled = tick(_("Switched on"), one.enabled if one else True, toggle=True)
        self.trouble = text("", "error")
        self.trouble.props["role"] = "alert"
        self.draw()

    def draw(self) -> None:
        self.place.clear()
        self.at: dict[str, Field] = {}
        with self.place:
            if self.kind.value == "email":
                self._draw_mail()
            else:
                self._draw_address()

    def _draw_mail(self) -> None:
        settings = self.one.settings if self.one else {}
        self.at["settings.to"] = field(
            _("To"),
            ", ".join(settings.get("to") or ()),
            placeholder="ada@example.com, bob@example.com",
            testid="to",
        )
        server = settings.get("server") or {}
        if self.has_mail:
            text(_("It is sent by the mail server of this console."), "hint")
            place = fold(_("Another mail server"), opened=bool(server))
        else:
            text(_("The operator has set up no mail server; name one of yours."), "hint")
            place = stack()
        with place:
            with box("two"):
                self._part("settings.server.host", _("Mail server"), server.get("host"), "host")
                self._part("settings.server.port", _("Port"), server.get("port") or 587, "port")
            with box("two"):
                self.at["settings.server.security"] = choice(
                    _("Encryption"), each(SECURITY), server.get("security") or "starttls"
                )
                self._part("settings.server.sender", _("Sent from"), server.get("sender"), "sender")
            with box("two"):
                self._part("user", _("User"), server.get("user"), "user")
                self.at["secrets.password"] = self._secret(_("Password"), bool(server))

    def _draw_address(self) -> None:
        slack = self.kind.value == "slack"
        self.at["secrets.url"] = self._secret(
            _("Address of the Slack webhook") if slack else _("Address"), self.one is not None
        )
        if slack:
            text(_("In Slack under Apps, “Incoming webhooks”. It is kept like a key."), "hint")
            return
        self.at["secrets.signing_secret"] = self._secret(
            _("Secret to sign with"), self.one is not None
        )
        text(_("X-Signature is the HMAC-SHA256 of X-Timestamp, a full stop and the body."), "hint")

    def _part(self, path: str, label: str, value: Any, testid: str) -> None:
        self.at[path] = field(label, str(value or ""), testid=testid)

    def _secret(self, label: str, kept: bool) -> Field:
        hint = _("Leave it empty to keep what is there.") if kept else ""
        return field(label, kind="secret", autocomplete="off", hint=hint, testid="secret")

    def way(self) -> Way:
        secrets = {
            path.removeprefix("secrets."): one.value.strip()
            for path, one in self.at.items()
            if path.startswith("secrets.") and one.value.strip()
        }
        return Way(
            self.kind.value,
            self.name.value,
            [event for event, one in self.events.items() if one.value],
            self._mail() if self.kind.value == "email" else {},
            secrets,
            bool(self.enabled.value),
        )

    def _mail(self) -> dict[str, Any]:
        to = [one.strip() for one in self.at["settings.to"].value.split(",") if one.strip()]
        host = self.at["settings.server.host"].value.strip()
        if not host and self.has_mail:
            return {"to": to}
        port = self.at["settings.server.port"].value.strip()
        server = {
            "host": host,
            "port": int(port) if port.isdecimal() else None,
            "security": self.at["settings.server.security"].value,
            "sender": self.at["settings.server.sender"].value.strip(),
            "user": self.at["user"].value.strip(),
        }
        return {"to": to, "server": server}

    async def told(self, keep: Any) -> bool:
        """Whether it was taken; if not, each field says why."""
        self.trouble.say("")
        for one in (self.name, *self.at.values()):
            one.failed("")
        try:
            await keep(self.way())
        except BadInput as bad:
            for problem in bad.problems:
                self._show(problem.path, translated(problem.message))
        except ServiceProblem as problem:
            self.trouble.say(f"{translated(problem.message)} {translated(problem.hint)}")
        else:
            return True
        return False

    def _show(self, path: str, message: str) -> None:
        part = self.name if path == "name" else self.at.get(path)
        if part is not None:
            part.failed(message)
        else:
            self.trouble.say(message)
