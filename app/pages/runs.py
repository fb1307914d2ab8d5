"""/runs: every run, live; new ones wait behind a button and never move the rows being read."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Request
from nicegui import background_tasks, ui

from app.live import Event
from app.pages.open_at import open_at
from app.pages.run_rows import COLUMNS, run_rows
from app.pages.runs_asked import Asked, address, asked_of, narrowed
from app.pages.runs_filters import Filters
from app.pages.runs_many import Many
from app.pages.runs_picked import Picked
from app.pages.runs_progress import on_their_way
from app.pages.runs_tabs import runs_tabs
from app.pages.runs_views import Views
from app.pages.visit import Visit, begin
from app.services.all import Services
from components.controls import Button, button, empty_state
from components.frame import Frame, frame
from components.listing import Listing, Row
from components.texts import _
from db.executions import Execution, Narrowed

AT_ONCE = 100
MOST_IDS = 200  # of which one question is asked
SHORTLY_S = 1.0


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
        self.rows: list[Execution] = []
        self.fresh: set[UUID] = set()
        self.soon: set[UUID] = set()  # of these, how they stand is looked at once more

    async def draw(self, page: Frame) -> None:
        me = await self.visit.me()
        connectors = (await self.services.connectors.list(me, limit=200)).items
        with page.side:
            self.views = Views(self.visit, self.services, lambda: self.asked)
            self.export: Button = button(
                _("Export"), icon="download", href=self._file(), kind="fold-label", testid="export"
            )
        await self.views.load()
        groups = await self.services.error_groups.listed(me, state="open")
        runs_tabs("list", self.asked, len(groups))
        await on_their_way(self.visit, self.services)
        self.filters = Filters(self.asked, {one.id: one.name for one in connectors}, self.ask)
        self.picked = Picked(
            self.visit, self.services, self.asked, Many(self.visit, self.services, self.done)
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

    async def done(self) -> None:
        """What was chosen has had its turn."""
        self.listing.choose([])
        await self.load()

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
        """Steps come and go without a change to the list, but for a run that waits or waited."""
        known, told = {row.id for row in self.rows}, {one.execution_id for one in events}
        ids = {one.execution_id for one in events if one.type.startswith("execution.")}
        ids |= told & {UUID(row.id) for row in self.listing.rows if "at" in row.cells["result"]}
        self._look_soon(known & {one.execution_id for one in events if one.type == "step.retry"})
        if new := list(ids - known - self.fresh)[:MOST_IDS]:
            # Only those that the filters let through; which these are may change at their end.
            fitting = await self._found(narrowed(self.asked, tuple(new)))
            self.fresh |= {row.id for row in fitting}
        if not self.rows and self.fresh:
            await self.load()
            return
        self.listing.announce(len(self.fresh))
        if touched := ids & known:
            await self._renew(touched)

    def _look_soon(self, ids: set[UUID]) -> None:
        """A run says that it waits just before it is let go: until when is known thereafter."""

        async def look() -> None:
            now, self.soon = self.soon, set()
            await self._renew(now)

        if ids and not self.soon:
            ui.timer(SHORTLY_S, look, once=True)
        self.soon |= ids

    async def _renew(self, ids: set[UUID]) -> None:
        found = await self._found(Narrowed(ids=tuple(ids)[:MOST_IDS]))
        newer = {row.id: row for row in found}
        self.rows = [newer.get(row.id, row) for row in self.rows]
        self.listing.renew(await self._shown(found))

    async def _found(self, which: Narrowed) -> Sequence[Execution]:
        me = await self.visit.me()
        return (await self.services.history.list(me, which, limit=MOST_IDS, light=True)).items

    async def _shown(self, rows: Sequence[Execution]) -> list[Row]:
        return await run_rows(self.services, await self.visit.me(), rows)

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
