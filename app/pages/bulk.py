"""/bulk: batches, newest first: one connector over many contacts, and how far each has come."""

from fastapi import Request

from app.pages.bulk_words import cost_of, failures_of, progress_of, state_of
from app.pages.launch_many import LaunchMany
from app.pages.open_at import open_at
from app.pages.ticking import every
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.bulk import Batch
from app.services.connectors import Narrowed
from app.services.listing import Slice
from components.controls import button, empty_state
from components.frame import Frame, frame
from components.listing import Column, Listing, Row, badge_cell, moment
from components.texts import _, later, number

COLUMNS = (
    Column("connector", later("Connector")),
    Column("state", later("State"), "badge"),
    Column("progress", later("Done")),
    Column("found", later("Found"), "number"),
    Column("failed", later("Failed"), "number"),
    Column("cost", later("Cost")),
    Column("made", later("Started"), "moment"),
)


def add(services: Services) -> None:
    @open_at("/bulk")
    async def bulk(request: Request) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="bulk", title=_("Bulk runs")) as page:
            await _Batches(visit, services).draw(page)


class _Batches:
    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services
        self.rows: list[Batch] = []

    async def draw(self, page: Frame) -> None:
        with page.side:
            button(
                _("Run on many"), icon="play", kind="primary", on_press=self.ask, testid="new"
            ).because(self.visit.why_not("bulk.change"))
        me = await self.visit.me()
        there = (await self.services.connectors.list(me, Narrowed(), limit=200)).items
        self.names = {one.id: one.name for one in there}
        self.listing = Listing(_("Bulk runs"), COLUMNS, on_more=self.more, otherwise=self._nothing)
        await self.load()
        every(2.0, self.again)

    def _nothing(self) -> None:
        empty_state(
            _("Nothing ran on many contacts yet"),
            _("Choose a connector and whom it is about: try ten, look at them, then go on."),
            icon_name="users",
            action="" if self.visit.why_not("bulk.change") else _("Run on many contacts"),
            on_action=self.ask,
        )

    async def ask(self) -> None:
        await LaunchMany(self.visit, self.services).ask()

    async def load(self) -> None:
        self._show(await self.services.bulk.listed(await self.visit.me()))

    async def again(self) -> None:
        """The newest page, as long as nobody has asked for more."""
        if len(self.rows) > 50:
            return
        found = await self.services.bulk.listed(await self.visit.me())
        if found.items:  # else what is said instead stays as it is, with the focus in it
            self._show(found)

    def _show(self, found: Slice[Batch]) -> None:
        self.rows = list(found.items)
        self.listing.show([self._row(one) for one in self.rows], more=found.more)

    async def more(self) -> None:
        last = self.rows[-1]
        found = await self.services.bulk.listed(
            await self.visit.me(), after=(last.created_at, last.id)
        )
        self.rows += found.items
        self.listing.append([self._row(one) for one in found.items], more=found.more)

    def _row(self, one: Batch) -> Row:
        return Row(
            str(one.id),
            {
                "connector": self.names.get(one.row.connector_id, _("A connector")),
                "state": badge_cell(*state_of(one)),
                "progress": progress_of(one),
                "found": number(one.by_outcome["found"]),
                "failed": number(failures_of(one)),
                "cost": cost_of(one),
                "made": moment(one.created_at),
            },
            href=f"/bulk/{one.id}",
        )
