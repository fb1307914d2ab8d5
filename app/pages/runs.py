"""/runs: every run, live; new ones wait behind a button and never move the rows being read."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Request
from nicegui import background_tasks, ui

from app.live import Event
from app.pages.open_at import open_at
from app.pages.run_words import words_for
from app.pages.runs_asked import Asked, address, asked_of, narrowed
from app.pages.runs_filters import Filters
from app.pages.runs_many import Many
from app.pages.runs_picked import Picked
from app.pages.runs_tabs import runs_tabs
from app.pages.runs_views import Views
from app.pages.visit import Visit, begin
from app.services.all import Services
from components.controls import Button, button, empty_state
from components.frame import Frame, frame
from components.listing import Column, Listing, Row, badge_cell, moment
from components.sentences import translated
from components.texts import _, duration, later
from db.executions import Execution, Narrowed

COLUMNS = (
    Column("connector", later("Connector")),
    Column("result", later("Result"), "badge"),
    Column("contact", later("Contact")),
    Column("took", later("Took"), "number"),
    Column("began", later("Started"), "moment"),
)
AT_ONCE = 100
MOST_IDS = 200  # of which one question is asked


def add(services: Services) -> None:
    @open_at("/runs")
    async def runs(request: Request) -> None:
        visit = await begin(request, services)
        asked = asked_of(request.query_params)
        with frame(visit.viewer, here="runs", title=_("Runs")) as page:
            await _Runs(visit, services, asked).draw(page)


class _Runs:
    def __init__(self, visit: Visit, services: Services, asked: Asked) -> None:
        self.visit, self.services, self.asked = visit, services, asked
        self.names: dict[UUID, str] = {}
        self.rows: list[Execution] = []
        self.fresh: set[UUID] = set()

    async def draw(self, page: Frame) -> None:
        await self._learn_names()
        with page.side:
            self.views = Views(self.visit, self.services, lambda: self.asked)
            self.export: Button = button(
                _("Export"), icon="download", href=self._file(), kind="fold-label", testid="export"
            )
        await self.views.load()
        groups = await self.services.error_groups.listed(await self.visit.me(), state="open")
        runs_tabs("list", self.asked, len(groups))
        self.filters = Filters(self.asked, self.names, self.ask)
        self.picked = Picked(
            self.visit, self.services, self.asked, Many(self.visit, self.services, self.load)
        )
        self.listing = Listing(
            _("Runs"),
            COLUMNS,
            on_more=self.more,
            on_fresh=self.load,
            on_pick=None if self.visit.why_not("executions.change") else self.picked.show,
            otherwise=self._nothing,
        )
        self.picked.listing = self.listing
        await self.load()
        await self._follow()

    async def ask(self, **changed: str) -> None:
        self.asked |= changed
        self.visit.remember(**self.asked)
        self.export.props["href"] = self._file()
        self.views.draw()
        self.listing.choose([])
        await self.load()

    async def load(self) -> None:
        self.fresh.clear()
        self.listing.announce(0)
        found = await self.services.history.list(
            await self.visit.me(), narrowed(self.asked), limit=AT_ONCE, light=True
        )
        self.rows = list(found.items)
        self.listing.show(await self._shown(self.rows), more=found.more)
        await self.picked.show(self.listing.props["picked"])

    async def more(self) -> None:
        last = self.rows[-1]
        found = await self.services.history.list(
            await self.visit.me(),
            narrowed(self.asked),
            limit=AT_ONCE,
            after=(last.created_at, last.id),
            light=True,
        )
        self.rows += found.items
        self.listing.append(await self._shown(found.items), more=found.more)

    async def _follow(self) -> None:
        """Rows on screen change in place; runs that are not there are only counted."""
        following = await self.services.live.follow(await self.visit.me())
        client = ui.context.client

        async def watch() -> None:
            async with following:
                async for events in following:
                    with client:
                        await self._happened(events)

        task = background_tasks.create(watch(), name="runs: follow")
        client.on_delete(task.cancel)

    async def _happened(self, events: Sequence[Event]) -> None:
        """Steps come and go without a change to the list."""
        ids = {one.execution_id for one in events if one.type.startswith("execution.")}
        known = {row.id for row in self.rows}
        if new := list(ids - known - self.fresh)[:MOST_IDS]:
            # Only those that the filters let through; which these are may change at their end.
            fitting = await self._found(narrowed(self.asked, tuple(new)))
            self.fresh |= {row.id for row in fitting}
        if not self.rows and self.fresh:
            await self.load()
            return
        self.listing.announce(len(self.fresh))
        if touched := list(ids & known)[:MOST_IDS]:
            found = await self._found(Narrowed(ids=tuple(touched)))
            newer = {row.id: row for row in found}
            self.rows = [newer.get(row.id, row) for row in self.rows]
            self.listing.renew(await self._shown(found))

    async def _found(self, which: Narrowed) -> Sequence[Execution]:
        me = await self.visit.me()
        return (await self.services.history.list(me, which, limit=MOST_IDS, light=True)).items

    async def _shown(self, rows: Sequence[Execution]) -> list[Row]:
        if any(row.connector_id not in self.names for row in rows):
            await self._learn_names()
        contacts = await self.services.contacts.names(
            await self.visit.me(), {row.contact_id for row in rows if row.contact_id}
        )
        return [run_row(row, self.names, contacts) for row in rows]

    async def _learn_names(self) -> None:
        found = await self.services.connectors.list(await self.visit.me(), limit=200)
        self.names = {one.id: one.name for one in found.items}

    def _file(self) -> str:
        return address(self.asked, "/downloads/runs.csv")

    def _nothing(self) -> None:
        if any(self.asked.values()):
            empty_state(
                _("No run fits"),
                _("Take a filter away to see more."),
                icon_name="search",
                action=_("Show all runs"),
                href="/runs",
            )
        else:
            empty_state(
                _("Nothing has run yet"),
                _("Open a connector, test it on a contact, then run it. It shows up here."),
                icon_name="activity",
                action=_("Go to the connectors"),
                href="/connectors",
            )


def run_row(row: Execution, names: dict[UUID, str], contacts: dict[UUID, str]) -> Row:
    return Row(
        str(row.id),
        {
            "connector": names.get(row.connector_id, _("A deleted connector")),
            "result": badge_cell(*words_for(row)),
            "contact": contacts.get(row.contact_id, "–") if row.contact_id else "–",
            "took": duration(row.execution_time_ms),
            "began": moment(row.created_at),
        },
        href=f"/runs/{row.id}",
        more=translated(row.error_message or ""),
    )
