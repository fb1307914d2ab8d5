"""/credentials: the keys of this workspace: what they open, and whether they work."""

from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.credentials import Given
from app.services.problems import BadInput, ServiceProblem
from components.controls import box, button, choice, confirm, empty_state, field, sheet, text
from components.frame import Frame, frame, notice
from components.listing import Act, Column, Listing, Row, badge_cell, moment
from db.credentials import Credential

COLUMNS = (
    Column("service", "Service"),
    Column("state", "State", "badge"),
    Column("key", "Key"),
    Column("hosts", "Goes only to"),
    Column("used", "Last used", "moment"),
    Column("acts", "", "acts", "130px"),
)
STATES = {
    "works": badge_cell("Works", "ok", "circle-check"),
    "failing": badge_cell("Failing", "bad", "circle-alert"),
    "reconnect": badge_cell("Needs a new login", "warn", "triangle-alert"),
    "untested": badge_cell("Not tested", "", "circle-dashed"),
}
KINDS = {
    "header": "A key in a header",
    "bearer": "A bearer token",
    "query": "A key in the address",
    "basic": "User name and password",
    "body_field": "A key in the body",
}
ACTS = (
    Act("test", "Test the key", "play"),
    Act("replace", "Replace the key", "pencil"),
    Act("delete", "Delete", "trash-2"),
)


def add(services: Services) -> None:
    @ui.page("/credentials")
    async def credentials(request: Request) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="credentials", title="Credentials") as page:
            await _Credentials(visit, services).draw(page)


class _Credentials:
    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services
        self.refused = visit.why_not("credentials.change")
        self.rows: dict[str, Credential] = {}

    async def draw(self, page: Frame) -> None:
        with page.side:
            new = button(
                "New credential", icon="plus", kind="primary", on_press=self.ask, testid="new"
            )
            new.because(self.refused)
        text(
            "Keys are stored sealed, never shown again, and sent only to the hosts named here.",
            "soft",
        )
        self.listing = Listing("Credentials", COLUMNS, on_act=self.act)
        self.nothing = box("card")
        with self.nothing:
            empty_state(
                "No credential yet",
                "Give the key of a service once; every connector here can then use it.",
                icon_name="key-round",
                action="" if self.refused else "Give the first key",
                on_action=self.ask,
            )
        await self.load()

    async def load(self) -> None:
        found = await self.services.credentials.listed(await self.visit.me(), limit=200)
        self.rows = {str(one.id): one for one in found.items}
        self.listing.show([self._row(one) for one in found.items])
        self.listing.set_visibility(bool(self.rows))
        self.nothing.set_visibility(not self.rows)

    def ask(self) -> None:
        with sheet("New credential", testid="new-credential") as asked:
            form = _Form()

        async def save() -> None:
            if await form.told(self._add):
                asked.close()
                await self.load()

        with asked.footer:
            button("Cancel", on_press=asked.close)
            button("Save the credential", kind="primary", on_press=save, testid="save")
        asked.show()

    async def _add(self, given: Given) -> None:
        made = await self.services.credentials.add(await self.visit.me(), given)
        notice(f"The key for {made.service_name} is kept.", tone="ok")

    async def act(self, row_id: str, name: str) -> None:
        if one := self.rows.get(row_id):
            await {"test": self.test, "replace": self.replace, "delete": self.delete}[name](one)

    async def test(self, one: Credential) -> None:
        try:
            proof = await self.services.credential_tests.run(await self.visit.me(), one.id)
        except BadInput as problem:
            notice(problem.message, hint="Test it inside a connector instead.", tone="warn")
            return
        notice(proof.message, hint=proof.hint, tone="ok" if proof.works else "bad")
        await self.load()

    async def replace(self, one: Credential) -> None:
        with sheet(f"Replace the key of {one.label or one.service_name}") as asked:
            text("Every connector that uses it takes the new key from now on.", "soft")
            fields = {
                name: field(_words(name), kind="secret", name=name, testid=f"secret-{name}")
                for name in one.fields
            }

        async def save() -> None:
            given = {name: part.value for name, part in fields.items() if part.value}
            try:
                await self.services.credentials.change(
                    await self.visit.me(), one.id, {"credentials": given}
                )
            except ServiceProblem as problem:
                next(iter(fields.values())).failed(problem.message)
                return
            asked.close()
            notice("The key was replaced.", tone="ok")
            await self.load()

        with asked.footer:
            button("Cancel", on_press=asked.close)
            button("Replace", kind="primary", on_press=save, testid="save")
        asked.show()

    async def delete(self, one: Credential) -> None:
        used = await self.services.credentials.where_used(await self.visit.me(), one.id)
        where = (
            f"Used by {', '.join(name for _, name in used)}; those steps will fail."
            if used
            else "No connector uses it."
        )
        if await confirm(
            f"Delete the key of {one.label or one.service_name}?", where, yes="Delete the key"
        ):
            await self.services.credentials.remove(await self.visit.me(), UUID(str(one.id)))
            await self.load()

    def _row(self, one: Credential) -> Row:
        last4 = next((shown for shown in one.fields.values() if shown), None)
        return Row(
            str(one.id),
            {
                "service": one.label or one.service_name,
                "state": STATES[one.state],
                "key": f"••••{last4}" if last4 else "••••",
                "hosts": ", ".join(one.allowed_hosts),
                "used": moment(one.last_used_at),
                "acts": [] if self.refused else list(ACTS),
            },
            more=one.state_message or one.service_name,
        )


class _Form:
    """What one types for a new credential."""

    def __init__(self) -> None:
        self.service = field(
            "Service",
            placeholder="hunter",
            hint="A short name; steps choose the key by it.",
            name="service_name",
            testid="service",
        )
        self.label = field(
            "What people call it", placeholder="Hunter, main account", optional=True, name="label"
        )
        self.hosts = field(
            "Goes only to these hosts",
            placeholder="api.hunter.io",
            name="allowed_hosts",
            testid="hosts",
            hint="Separate several with commas. The key never leaves for any other host.",
        )
        self.kind = choice(
            "How the service wants it",
            KINDS,
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
                    "Name of the header"
                    if self.kind.value == "header"
                    else "Name of the parameter",
                    usual,
                    testid="place",
                )
            if self.kind.value == "basic":
                self.user = field("User name", name="username", testid="username")
            words = "Password" if self.kind.value == "basic" else "Key"
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
            self.trouble.say(f"{problem.message} {problem.hint}")
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
            self.trouble.say(message)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
