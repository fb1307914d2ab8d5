"""/credentials: the keys of this workspace: what they open, and whether they work."""

from typing import Any, Final

from fastapi import Request

from app.oauth_routes import redirect_uri
from app.pages.credential_acts import CredentialActs, Insisting
from app.pages.credential_form import CredentialForm, name_of
from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.credentials import Given
from components.controls import button, empty_state, error_card, sheet, text
from components.frame import Frame, frame, notice
from components.listing import Act, Column, Listing, Row, badge_cell, moment
from components.sentences import translated
from components.texts import _, day, later, ngettext, number
from db.credentials import Credential

COLUMNS = (
    Column("service", later("Service")),
    Column("state", later("State"), "badge"),
    Column("key", later("Key")),
    Column("hosts", later("Goes only to")),
    Column("where", later("Connectors"), "number"),
    Column("used", later("Last used"), "moment"),
    Column("acts", later("Actions"), "acts", "110px"),
)
STATES: Final = {
    "works": ("ok", "circle-check", later("Works")),
    "failing": ("bad", "circle-alert", later("Failing")),
    "reconnect": ("warn", "triangle-alert", later("Needs a new login")),
    "untested": ("", "circle-dashed", later("Not tested")),
}
ACTS = (
    Act("test", later("Test the key"), "play"),
    Act("replace", later("Replace the key"), "pencil"),
)
CONNECT = Act("connect", later("Sign in at the service"), "plug", later("Connect"))
# What happened at a service's login page, by the code in the address; never its own words.
NOT_CONNECTED: Final = {
    "refused": later("The service did not give its permission. Connect it once more."),
    "late": later("This took too long. Connect the credential once more."),
    "stranger": later("Somebody else began to connect this credential. Begin again yourself."),
    "gone": later("The credential is not there any more."),
    "token": later("The service gave no token. Check client id, secret and addresses."),
}


def add(services: Services) -> None:
    @open_at("/credentials")
    async def credentials(request: Request, problem: str = "", done: str = "") -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="credentials", title=_("Credentials")) as page:
            if problem in NOT_CONNECTED:
                error_card(_("The service was not connected."), _(NOT_CONNECTED[problem]))
            await _Credentials(visit, services, redirect_uri(request)).draw(page)
            if done:
                notice(_("The service is connected."), tone="ok")


class _Credentials:
    def __init__(self, visit: Visit, services: Services, back: str) -> None:
        self.visit, self.services, self.back = visit, services, back
        self.refused = visit.why_not("credentials.change")
        self.acts = CredentialActs(visit, services, back, self.load)
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
        self.listing = Listing(_("Credentials"), COLUMNS, on_act=self.act, otherwise=self._nothing)
        await self.load()

    def _nothing(self) -> None:
        empty_state(
            _("No credential yet"),
            _("Give the key of a service once; every connector here can then use it."),
            icon_name="key-round",
            action="" if self.refused else _("Give the first key"),
            on_action=self.ask,
        )

    async def load(self) -> None:
        me = await self.visit.me()
        found = await self.services.credentials.listed(me, limit=200)
        used = await self.services.credentials.use(me)
        held = await self.services.holds.counts(me)
        self.rows = {str(one.id): one for one in found.items}
        self.listing.show(
            [
                self._row(one, used.get(one.service_name, 0), held.get(one.id, 0))
                for one in found.items
            ]
        )

    def ask(self) -> None:
        with sheet(_("New credential"), testid="new-credential") as asked:
            form = CredentialForm(self.services.catalogue)
        insisting = Insisting(form.trouble)
        made: list[Credential] = []

        async def keep(given: Given) -> None:
            me = await self.visit.me()
            works = await insisting.tried(
                given, saver, lambda: self.services.credential_tests.try_out(me, given)
            )
            if works is False:
                return
            row = await self.services.credentials.add(me, given)
            made.append(row)
            if works:
                await self.services.credentials.note_test(row, works=True, message=None)

        async def save() -> None:
            if not await form.told(keep) or not made:
                return
            asked.close()
            row = made[0]
            notice(
                _("The key for {service_name} is kept.").format(service_name=row.service_name),
                tone="ok",
            )
            if row.auth.get("type") == "oauth2_authorization_code":
                await self.acts.connect(row)
            elif row.auth.get("type") == "oauth2_client_credentials" and row.test:
                await self.acts.test(row)
            await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            saver = button(_("Save the credential"), kind="primary", on_press=save, testid="save")
        asked.show()

    async def act(self, row_id: str, name: str) -> None:
        if one := self.rows.get(row_id):
            await getattr(self.acts, name)(one)

    def _row(self, one: Credential, used: int, held: int) -> Row:
        return Row(
            str(one.id),
            {
                "service": name_of(one),
                "state": state_cell(one),
                "key": keys_of(one),
                "hosts": ", ".join(one.allowed_hosts),
                "where": number(used),
                "used": moment(one.last_used_at),
                "acts": [] if self.refused else [*connect_act(one), *ACTS],
            },
            href=f"/credentials/{one.id}",
            more=_more(one, held),
        )


def _more(one: Credential, held: int) -> str:
    """The most pressing of what there is to say."""
    waits = ngettext("{n} run waits for it", "{n} runs wait for it", held).format(n=number(held))
    said = waits if held else translated(one.state_message or "")
    if one.state in ("failing", "reconnect") and one.state_since:
        return _("Since {day}. {what}").format(day=day(one.state_since), what=said)
    if said:
        return said
    if one.expires_at:
        return _("Expires on {day}").format(day=day(one.expires_at))
    return one.service_name


def state_cell(one: Credential) -> dict[str, Any]:
    tone, icon, word = STATES[one.state]
    return badge_cell(_(word), tone, icon)


def keys_of(one: Credential) -> str:
    """Which fields are set, and their ends where that does not tell too much."""
    ends = {name: f"••••{last4 or ''}" for name, last4 in sorted(one.fields.items())}
    return ", ".join(ends.values() if len(ends) == 1 else [f"{n} {end}" for n, end in ends.items()])


def connect_act(one: Credential) -> list[Act]:
    return [CONNECT] if one.auth.get("type") == "oauth2_authorization_code" else []
