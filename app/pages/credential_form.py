"""The form for a new key: what the service wants, where the key may go, and the key."""

from typing import Any

from app.services.credentials import Given
from app.services.problems import BadInput, ServiceProblem
from components.controls import box, choice, field, text
from components.sentences import translated
from components.texts import _, each, later

KINDS = {
    "header": later("A key in a header"),
    "bearer": later("A bearer token"),
    "query": later("A key in the address"),
    "basic": later("User name and password"),
    "body_field": later("A key in the body"),
}


class CredentialForm:
    """What one types for a new credential."""

    def __init__(self) -> None:
        self.service = field(
            _("Service"),
            placeholder="hunter",
            hint=_("A short name; steps choose the key by it."),
            name="service_name",
            testid="service",
        )
        self.label = field(
            _("What people call it"),
            placeholder=_("Hunter, main account"),
            optional=True,
            name="label",
        )
        self.hosts = field(
            _("Goes only to these hosts"),
            placeholder="api.hunter.io",
            name="allowed_hosts",
            testid="hosts",
            hint=_("Separate several with commas. The key never leaves for any other host."),
        )
        self.kind = choice(
            _("How the service wants it"),
            each(KINDS),
            "header",
            on_change=lambda _: self.draw(),
            testid="kind",
        )
        self.place = box("stack")
        self.trouble = text("", "error")
        self.draw()

    def draw(self) -> None:
        self.place.clear()
        with self.place:
            self.name = self.user = None
            if self.kind.value in ("header", "query", "body_field"):
                usual = {"header": "X-Api-Key", "query": "api_key", "body_field": "api_key"}[
                    self.kind.value
                ]
                self.name = field(
                    _("Name of the header")
                    if self.kind.value == "header"
                    else _("Name of the parameter"),
                    usual,
                    testid="place",
                )
            if self.kind.value == "basic":
                self.user = field(_("User name"), name="username", testid="username")
            words = _("Password") if self.kind.value == "basic" else _("Key")
            self.secret = field(words, kind="secret", autocomplete="off", testid="secret")

    async def told(self, add: Any) -> bool:
        """Whether it was taken; if not, each field says why."""
        for one in (self.service, self.hosts, self.secret):
            one.failed("")
        self.trouble.say("")
        try:
            await add(self.given())
        except BadInput as bad:
            for problem in bad.problems:
                self._show(problem.path, problem.message)
        except ServiceProblem as problem:
            self.trouble.say(translated(f"{problem.message} {problem.hint}"))
        else:
            return True
        return False

    def given(self) -> Given:
        kind = self.kind.value
        auth: dict[str, Any] = {"type": kind}
        secrets, settings = {"api_key": self.secret.value}, {}
        if self.name is not None:
            auth["name"] = self.name.value.strip()
        if self.user is not None:
            auth |= {"username": "username", "password": "password"}
            secrets, settings = {"password": self.secret.value}, {"username": self.user.value}
        hosts = [host.strip() for host in self.hosts.value.split(",") if host.strip()]
        return Given(
            self.service.value.strip(), auth, secrets, settings, hosts, self.label.value.strip()
        )

    def _show(self, path: str, message: str) -> None:
        if path.startswith("service_name"):
            self.service.failed(message)
        elif path.startswith("allowed_hosts"):
            self.hosts.failed(message)
        elif path.startswith("credentials"):
            self.secret.failed(message)
        else:
            self.trouble.say(translated(message))
