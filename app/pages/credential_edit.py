"""What stands beside a key: its name, its hosts, its settings, how it signs in and is tested."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from app.pages.credential_form import hosts_of, moment_of, name_of, tested, words
from app.pages.visit import Visit
from app.services.all import Services
from app.services.problems import BadInput, ServiceProblem
from components.controls import box, button, field, fold, sheet, text
from components.sentences import translated
from components.texts import _
from db.credentials import Credential


class Editing:
    def __init__(
        self,
        visit: Visit,
        services: Services,
        one: Credential,
        then: Callable[[], Awaitable[None]],
    ) -> None:
        self.visit, self.services, self.one, self.then = visit, services, one, then
        self.before: dict[str, Any] = dict(one.test or {})  # how it is tested now

    def ask(self) -> None:
        title = _("Edit {value}").format(value=name_of(self.one))
        with sheet(title, testid="edit-sheet") as self.sheet:
            self._draw()
            self.trouble = text("", "error")
            self.trouble.props["role"] = "alert"
        with self.sheet.footer:
            button(_("Cancel"), on_press=self.sheet.close)
            button(_("Save"), kind="primary", on_press=self.save, testid="save")
        self.sheet.show()

    def _draw(self) -> None:
        one = self.one
        self.label = field(_("What people call it"), one.label, optional=True, testid="label")
        self.hosts = field(
            _("Goes only to these hosts"),
            ", ".join(one.allowed_hosts),
            hint=_("Separate several with commas. The key never leaves for any other host."),
            testid="hosts",
        )
        self.settings = {
            name: field(words(name), str(value), testid=f"setting-{name}")
            for name, value in one.settings.items()
            if isinstance(value, str)
        }
        with box("two"):
            self.test = field(
                _("Test it by calling"),
                str(self.before.get("url") or ""),
                optional=True,
                kind="url",
                testid="test-address",
            )
            until = one.expires_at.date().isoformat() if one.expires_at else ""
            self.expires = field(
                _("Expires on"), until, kind="date", optional=True, testid="expires"
            )
        with fold(_("More settings")):
            self.auth = field(
                _("How it signs in, as JSON"),
                json.dumps(one.auth, indent=2, ensure_ascii=False),
                kind="lines",
                rows=8,
                mono=True,
                hint=_("As the API takes it. It holds no secret."),
                testid="auth",
            )

    async def save(self) -> None:
        for part in (self.hosts, self.test, self.auth):
            part.failed("")
        try:
            values = self._values()
        except (ValueError, RecursionError):
            self.auth.failed(_("This is not valid JSON."))
            return
        try:
            await self.services.credentials.change(await self.visit.me(), self.one.id, values)
        except BadInput as bad:
            self._show(bad)
            return
        except ServiceProblem as problem:
            self.trouble.say(f"{translated(problem.message)} {translated(problem.hint)}")
            return
        self.sheet.close()
        await self.then()

    def _values(self) -> dict[str, object]:
        """Raises ValueError where what experts wrote is no JSON."""
        one, auth = self.one, json.loads(self.auth.value or "null")
        wanted: dict[str, object] = {
            "label": self.label.value.strip(),
            "test": tested(self.test.value, self.before),
            "expires_at": moment_of(self.expires.value),
        }
        # What belongs to the key itself is sent only where it changed: it asks for a new test.
        typed = {name: part.value for name, part in self.settings.items()}
        belongs = {
            "allowed_hosts": (hosts_of(self.hosts.value), list(one.allowed_hosts)),
            "settings": ({**one.settings, **typed}, one.settings),
            "auth": (auth if auth is not None else [], one.auth),
        }
        return wanted | {name: new for name, (new, old) in belongs.items() if new != old}

    def _show(self, bad: BadInput) -> None:
        where = {"allowed_hosts": self.hosts, "test": self.test, "auth": self.auth}
        for problem in bad.problems:
            part = where.get(problem.path.partition(".")[0].partition("[")[0])
            message = translated(problem.message)
            part.failed(message) if part else self.trouble.say(message)
