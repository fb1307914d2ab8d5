"""/credentials: the keys of this workspace: what they open, and whether they work."""

from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.oauth_routes import redirect_uri
from app.pages.credential_form import CredentialForm
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.credentials import Given
from app.services.problems import BadInput, ServiceProblem
from components.controls import box, button, confirm, empty_state, error_card, field, sheet, text
from components.frame import Frame, frame, notice
from components.listing import Act, Column, Listing, Row, badge_cell, moment
from components.texts import _, later, listed
from db.credentials import Credential

COLUMNS = (
    Column("service", later("Service")),
    Column("state", later("State"), "badge"),
    Column("key", later("Key")),
    Column("hosts", later("Goes only to")),
    Column("used", later("Last used"), "moment"),
    Column("acts", later("Actions"), "acts", "130px"),
)
STATES = {
    "works": badge_cell(later("Works"), "ok", "circle-check"),
    "failing": badge_cell(later("Failing"), "bad", "circle-alert"),
    "reconnect": badge_cell(later("Needs a new login"), "warn", "triangle-alert"),
    "untested": badge_cell(later("Not tested"), "", "circle-dashed"),
}
ACTS = (
    Act("test", later("Test the key"), "play"),
    Act("replace", later("Replace the key"), "pencil"),
    Act("delete", later("Delete"), "trash-2"),
)
CONNECT = Act("connect", later("Sign in at the service"), "plug", later("Connect"))


def add(services: Services) -> None:
    @ui.page("/credentials")
    async def credentials(request: Request, problem: str = "", done: str = "") -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="credentials", title=_("Credentials")) as page:
            if problem:
                error_card(_("The service was not connected."), problem)
            await _Credentials(visit, services, redirect_uri(request)).draw(page)
            if done:
                notice(_("The service is connected."), tone="ok")


class _Credentials:
    def __init__(self, visit: Visit, services: Services, back: str) -> None:
        self.visit, self.services, self.back = visit, services, back
        self.refused = visit.why_not("credentials.change")
        self.rows: dict[str, Credential] = {}

    async def draw(self, page: Frame) -> None:
        with page.side:
            new = button(
                _("New credential"), icon="plus", kind="primary", on_press=self.ask, testid="new"
            )
            new.because(self.refused)
        text(
            _("Keys are stored sealed, never shown again, and sent only to the hosts named here."),
            "soft",
        )
        self.listing = Listing(_("Credentials"), COLUMNS, on_act=self.act)
        self.nothing = box("card")
        with self.nothing:
            empty_state(
                _("No credential yet"),
                _("Give the key of a service once; every connector here can then use it."),
                icon_name="key-round",
                action="" if self.refused else _("Give the first key"),
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
        with sheet(_("New credential"), testid="new-credential") as asked:
            form = CredentialForm()

        async def save() -> None:
            if await form.told(self._add):
                asked.close()
                await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Save the credential"), kind="primary", on_press=save, testid="save")
        asked.show()

    async def _add(self, given: Given) -> None:
        made = await self.services.credentials.add(await self.visit.me(), given)
        notice(
            _("The key for {service_name} is kept.").format(service_name=made.service_name),
            tone="ok",
        )

    async def act(self, row_id: str, name: str) -> None:
        if one := self.rows.get(row_id):
            acts = {"test": self.test, "replace": self.replace, "delete": self.delete}
            await (acts | {"connect": self.connect})[name](one)

    async def connect(self, one: Credential) -> None:
        """To the service's own page; it sends the person back to /oauth/callback."""
        me = await self.visit.me()
        ui.navigate.to(await self.services.connecting.begin(me, one.id, self.back))

    async def test(self, one: Credential) -> None:
        try:
            proof = await self.services.credential_tests.run(await self.visit.me(), one.id)
        except BadInput as problem:
            notice(problem.message, hint=_("Test it inside a connector instead."), tone="warn")
            return
        notice(proof.message, hint=proof.hint, tone="ok" if proof.works else "bad")
        await self.load()

    async def replace(self, one: Credential) -> None:
        with sheet(
            _("Replace the key of {value}").format(value=one.label or one.service_name)
        ) as asked:
            text(_("Every connector that uses it takes the new key from now on."), "soft")
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
            notice(_("The key was replaced."), tone="ok")
            await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Replace"), kind="primary", on_press=save, testid="save")
        asked.show()

    async def delete(self, one: Credential) -> None:
        used = await self.services.credentials.where_used(await self.visit.me(), one.id)
        where = (
            _("Used by {names}; those steps will fail.").format(
                names=listed([name for _id, name in used])
            )
            if used
            else _("No connector uses it.")
        )
        if await confirm(
            _("Delete the key of {value}?").format(value=one.label or one.service_name),
            where,
            yes=_("Delete the key"),
        ):
            await self.services.credentials.remove(await self.visit.me(), UUID(str(one.id)))
            await self.load()

    def _row(self, one: Credential) -> Row:
        last4 = next((shown for shown in one.fields.values() if shown), None)
        return Row(
            str(one.id),
            {
                "service": one.label or one.service_name,
                "state": _state(one),
                "key": f"••••{last4}" if last4 else "••••",
                "hosts": ", ".join(one.allowed_hosts),
                "used": moment(one.last_used_at),
                "acts": [] if self.refused else [*_connect(one), *ACTS],
            },
            more=one.state_message or one.service_name,
        )


def _state(one: Credential) -> dict[str, str]:
    cell = STATES[one.state]
    word = cell["word"]
    return cell | {"word": _(word)}


def _connect(one: Credential) -> list[Act]:
    return [CONNECT] if one.auth.get("type") == "oauth2_authorization_code" else []


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
