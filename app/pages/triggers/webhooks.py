"""The webhooks of a workspace: addresses at which other systems start a connector."""

from collections.abc import Mapping
from uuid import UUID

from app.pages.visit import Visit
from app.services.all import Services
from app.services.problems import ServiceProblem
from app.services.webhooks import Opened
from components.controls import (
    button,
    choice,
    confirm,
    empty_state,
    field,
    fold,
    grow,
    row,
    sheet,
    stack,
    text,
)
from components.listing import Act, Column, Listing, Row, moment
from components.texts import _, later, number
from components.to_copy import to_copy
from db.webhooks import Webhook

COLUMNS = (
    Column("name", later("Webhook")),
    Column("connector", later("Connector")),
    Column("calls", later("Calls"), "number"),
    Column("last", later("Last call"), "moment"),
    Column("made", later("Made"), "moment"),
    Column("acts", "", "acts", "60px"),
)
# What a program has to do, to the letter: every shell has these two commands.
EXAMPLE = """\
BODY='{{"contact": {{"email": "ada@example.com"}}}}'
TIME=$(date +%s)
SIGN=$(printf '%s.%s' "$TIME" "$BODY" | openssl dgst -sha256 -hmac '{secret}' | sed 's/.* //')
curl -X POST {address} \\
  -H "X-Timestamp: $TIME" -H "X-Signature: $SIGN" \\
  -H "Content-Type: application/json" -d "$BODY"
"""


class Webhooks:
    def __init__(self, visit: Visit, services: Services, origin: str) -> None:
        self.visit, self.services, self.origin = visit, services, origin
        self.rows: dict[str, Webhook] = {}

    async def draw(self, connectors: Mapping[str, str]) -> None:
        self.connectors = connectors
        self.refused = self.visit.why_not("webhooks.change")
        with stack():
            with row():
                text(_("Webhooks"), tag="h2")
                grow()
                button(
                    _("New webhook"), icon="plus", on_press=self.ask, testid="new-webhook"
                ).because(self.refused or self._why_none())
            self.listing = Listing(_("Webhooks"), COLUMNS, on_act=self.act, otherwise=self._nothing)
        await self.load()

    def _nothing(self) -> None:
        empty_state(
            _("No webhook yet"),
            _("A form, a shop or any program can start a connector by calling an address."),
            icon_name="webhook",
            action="" if self.refused or self._why_none() else _("Open a webhook"),
            on_action=self.ask,
        )

    async def load(self) -> None:
        found = await self.services.webhooks.listed(await self.visit.me(), limit=200)
        self.rows = {str(one.id): one for one in found.items}
        self.listing.show([self._row(key, one) for key, one in self.rows.items()])

    def ask(self) -> None:
        with sheet(_("New webhook"), wide=True, testid="webhook-sheet") as asked:
            first = next(iter(self.connectors), None)
            connector = choice(_("Connector"), self.connectors, first, testid="connector")
            name = field(_("Name"), placeholder=_("Who will call it?"), testid="name")
            shown = stack()

        async def make() -> None:
            try:
                opened = await self.services.webhooks.open(
                    await self.visit.me(), UUID(connector.value), name.value.strip()
                )
            except ServiceProblem as problem:
                name.failed(problem.sentence)
                return
            shown.clear()
            with shown:
                self._tell(opened)
            maker.because(_("The webhook is open. Copy its address and its secret now."))
            await self.load()

        with asked.footer:
            button(_("Close"), on_press=asked.close)
            maker = button(_("Open the webhook"), kind="primary", on_press=make, testid="save")
        asked.show()

    async def act(self, row_id: str, name: str) -> None:
        one = self.rows.get(row_id)
        if one is None:
            return
        sure = await confirm(
            _("Close the webhook “{name}”?").format(name=one.name),
            _("Whoever calls its address is refused from this moment on."),
            yes=_("Close the webhook"),
        )
        if sure:
            await self.services.webhooks.remove(await self.visit.me(), one.id)
            await self.load()

    def _tell(self, opened: Opened) -> None:
        address = f"{self.origin}/api/v1/hooks/{opened.token}"
        text(_("Copy both now: they are shown only this once."), "strong")
        to_copy(_("Address"), address, testid="address")
        to_copy(_("Secret for signing"), opened.secret, testid="secret")
        with fold(_("How to call it")):
            text(_("The body becomes the input; “contact” says whom it is about."), "hint")
            text(EXAMPLE.format(address=address, secret=opened.secret), "mono small", tag="pre")

    def _row(self, key: str, one: Webhook) -> Row:
        return Row(
            key,
            {
                "name": one.name or _("Without a name"),
                "connector": self.connectors.get(
                    str(one.connector_id), _("A connector that is switched off")
                ),
                "calls": number(one.calls),
                "last": moment(one.last_called_at),
                "made": moment(one.created_at),
                "acts": [] if self.refused else [Act("close", _("Close"), "trash-2")],
            },
        )

    def _why_none(self) -> str:
        return "" if self.connectors else _("There is no connector to run yet.")
