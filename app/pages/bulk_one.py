"""/bulk/{id}: one batch: how far it is, how its runs ended, and pause, go on, cancel, do again."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.bulk_ceiling import ask_for_more, is_too_dear
from app.pages.bulk_words import at_work, cost_of, failures_of, parts_of, progress_of, state_of
from app.pages.open_at import open_at
from app.pages.run_rows import OF_ONE_CONNECTOR, run_rows
from app.pages.ticking import every
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.bulk import Batch
from app.services.problems import NotFound, ServiceProblem
from components.controls import (
    badge,
    box,
    button,
    confirm,
    empty_state,
    grow,
    moment,
    row,
    stack,
    text,
)
from components.frame import Frame, frame, notice
from components.listing import Listing
from components.meter import Meter
from components.sentences import translated
from components.texts import _, ngettext, number
from db.executions import Narrowed
from db.session import Actor

SHOWN = 25  # of its runs; the rest is one click away

Change = Callable[[Actor, UUID], Awaitable[Batch]]


def add(services: Services) -> None:
    @open_at("/bulk/{bulk_id}")
    async def batch(request: Request, bulk_id: str) -> None:
        visit = await begin(request, services)
        try:
            found = await services.bulk.get(await visit.me(), UUID(bulk_id))
            connector = await services.connectors.get(await visit.me(), found.row.connector_id)
        except (NotFound, ValueError):
            _nothing(visit)
            return
        crumbs = ((_("Bulk runs"), "/bulk"),)
        with frame(visit.viewer, here="bulk", title=connector.name, crumbs=crumbs) as page:
            await _OneBatch(visit, services, found).draw(page)


def _nothing(visit: Visit) -> None:
    with frame(visit.viewer, here="bulk", title=_("Bulk run")):
        empty_state(
            _("There is no such bulk run"),
            _("It may belong to another workspace."),
            icon_name="search",
            action=_("All bulk runs"),
            href="/bulk",
        )


class _OneBatch:
    def __init__(self, visit: Visit, services: Services, batch: Batch) -> None:
        self.visit, self.services, self.batch = visit, services, batch
        self.refused = visit.why_not("bulk.change")

    async def draw(self, page: Frame) -> None:
        with page.side:
            self.buttons = row()
        with box("card"), stack():
            with row():
                self.state = row()
                self.progress = text("", "strong")
                grow()
                moment(self.batch.created_at, before=_("started "))
            self.meter = Meter(_("How its runs ended"))
            self.reason = text("", "soft")
            self.cost = text("", "quiet small")
        with row():
            text(_("Its last runs"), tag="h2")
            grow()
            address = f"/runs?bulk_id={self.batch.id}"
            button(_("All of them"), kind="small ghost", href=address, testid="its-runs")
        self.runs = Listing(_("Its last runs"), OF_ONE_CONNECTOR)
        await self._show()
        self.timer = every(1.0, self.look, active=at_work(self.batch))

    async def look(self) -> None:
        self.batch = await self.services.bulk.get(await self.visit.me(), self.batch.id)
        await self._show()
        self.timer.active = at_work(self.batch)

    async def _show(self) -> None:
        await self._show_runs()
        batch, row_ = self.batch, self.batch.row
        self.progress.say(progress_of(batch))
        self.meter.show(parts_of(batch), row_.total)
        self.reason.say(translated(row_.reason or ""))
        self.reason.set_visibility(bool(row_.reason))
        cost = cost_of(batch)
        self.cost.say(_("Cost: {cost}").format(cost=cost) if cost else "")
        if getattr(self, "shown", None) == (row_.state, bool(row_.finished_at)):
            return  # drawn anew only for another state: no button slips away under a finger
        self.shown = (row_.state, bool(row_.finished_at))
        self.state.clear()
        with self.state:
            badge(*state_of(batch))
        self.buttons.clear()
        with self.buttons:
            self._offer()

    async def _show_runs(self) -> None:
        me = await self.visit.me()
        asked = Narrowed(bulk_id=self.batch.id)
        found = (await self.services.history.list(me, asked, limit=SHOWN)).items
        self.runs.set_visibility(bool(found))
        self.runs.show(await run_rows(self.services, me, found))

    def _offer(self) -> None:
        state = self.batch.row.state
        bulk = self.services.bulk
        if state in ("running", "try_first"):
            button(
                _("Pause"), icon="pause", on_press=lambda: self._do(bulk.pause), testid="pause"
            ).because(self.refused)
        if state == "paused":
            button(
                _("Resume"), icon="play", kind="primary", on_press=self.resume, testid="resume"
            ).because(self.refused)
        if state in ("running", "try_first", "paused"):
            button(
                _("Cancel"), icon="x", kind="danger", on_press=self.cancel, testid="cancel"
            ).because(self.refused)
            return
        failed = failures_of(self.batch)
        again = button(
            _("Do the failed ones again"), icon="rotate-ccw", on_press=self.again, testid="again"
        )
        again.because(self.refused or ("" if failed else _("None of its runs failed.")))

    async def resume(self) -> None:
        bulk = self.services.bulk

        async def with_more(limit: Decimal) -> None:
            await self._do(lambda me, batch: bulk.resume(me, batch, max_cost=limit))

        if is_too_dear(self.batch):
            ask_for_more(self.batch, with_more)
        else:
            await self._do(bulk.resume)

    async def cancel(self) -> None:
        left = self.batch.row.total - self.batch.done
        sure = await confirm(
            _("Cancel this bulk run?"),
            ngettext(
                "{n} contact is left out, and runs under way are stopped.",
                "{n} contacts are left out, and runs under way are stopped.",
                left,
            ).format(n=number(left)),
            yes=_("Cancel it"),
            no=_("Let it run"),
        )
        if sure:
            await self._do(self.services.bulk.cancel)

    async def again(self) -> None:
        failed = failures_of(self.batch)
        sure = await confirm(
            _("Do the failed ones again?"),
            ngettext(
                "A new bulk run begins with {n} contact, on the connector as it is now.",
                "A new bulk run begins with {n} contacts, on the connector as it is now.",
                failed,
            ).format(n=number(failed)),
            yes=_("Start it"),
            danger=False,
        )
        if not sure:
            return
        try:
            made = await self.services.bulk.again(await self.visit.me(), self.batch.id)
        except ServiceProblem as problem:
            notice(problem.sentence, tone="bad")
            return
        ui.navigate.to(f"/bulk/{made.id}")

    async def _do(self, change: Change) -> None:
        try:
            self.batch = await change(await self.visit.me(), self.batch.id)
        except ServiceProblem as problem:
            notice(problem.sentence, tone="bad")
        await self.look()
