"""/runs/{id}: one run, live: its story, its steps on their time line, what each call said."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import background_tasks, ui

from app.live import Event
from app.pages.runs import clock_words, long_words
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.history import is_over
from app.services.problems import NotFound
from components.controls import (
    box,
    button,
    empty_state,
    error_card,
    grow,
    menu,
    menu_item,
    row,
    run_badge,
    stack,
    text,
)
from components.frame import Command, frame, notice
from components.run_step import run_step
from components.waterfall import Waterfall, spans
from db.executions import Execution

AMBER = {"timeout", "rate_limited", "service_busy", "no_answer", "unknown_result"}


def add(services: Services) -> None:
    @ui.page("/runs/{run_id}")
    async def run(request: Request, run_id: str, step: str = "") -> None:
        visit = await begin(request, services)
        try:
            execution = await services.history.get(await visit.me(), UUID(run_id))
        except (NotFound, ValueError):
            return _not_there(visit)
        name = await _name_of(visit, services, execution.connector_id)
        shown = _Run(visit, services, execution, name, step)
        commands = [
            Command(
                "Run again from the start", shown.again_from_start, icon="rotate-cw", group="Run"
            )
        ]
        with frame(
            visit.viewer, here="runs", title=name, crumbs=[("Runs", "/runs")], commands=commands
        ) as page:
            await shown.draw(page.lead, page.side)
        return None


class _Run:
    def __init__(
        self, visit: Visit, services: Services, execution: Execution, name: str, step: str
    ) -> None:
        self.visit, self.services, self.name = visit, services, name
        self.execution, self.chosen = execution, step
        self.story: list[Event] = []

    async def draw(self, lead: ui.element, side: ui.element) -> None:
        self.lead, self.acts = box("row"), box("row")
        self.lead.move(lead)
        self.acts.move(side)
        self.trouble = box()
        with box("columns"):
            with stack("wide"):
                self.fall = Waterfall(on_pick=self.pick)
                self.inspector = box("card", aria_live="off", data_testid="inspector")
            with stack("wide"):
                self.facts = box("card")
                with box("card"):
                    text("What happened", tag="h2")
                    self.log = box("story", tag="ol", data_testid="story")
        self.show()
        await self._follow()

    def show(self) -> None:
        run = self.execution
        rows = spans(run.steps_executed, run.started_at)
        rows += _under_way(self.story, rows, run)
        self.fall.show(
            rows, total_ms=_total(run, rows), began=run.started_at, running=not is_over(run)
        )
        self._show_head()
        self._show_trouble()
        self._show_facts()
        if not self.chosen and rows:
            failed = next(
                (one["path"] for one in rows if one["status"] == "failed"), rows[0]["path"]
            )
            self.chosen = failed
        self._show_step()

    def pick(self, path: str) -> None:
        self.chosen = path
        self.visit.remember(step=path)
        self._show_step()

    async def cancel(self) -> None:
        await self.services.executions.cancel(await self.visit.me(), self.execution.id)
        notice("The run is being cancelled.")

    async def again_from_start(self) -> None:
        await self._again("start", "same")

    async def again_from_failed(self) -> None:
        await self._again("failed_step", "same")

    async def again_with_latest(self) -> None:
        await self._again("start", "latest")

    async def _again(self, since: Any, version: Any) -> None:
        made = await self.services.executions.retry(
            await self.visit.me(), self.execution.id, since, version
        )
        ui.navigate.to(f"/runs/{made.id}")

    async def _follow(self) -> None:
        """First what is stored, then what happens: events carry numbers, so nothing shows twice."""
        me = await self.visit.me()
        following = await self.services.live.follow(me, execution_id=self.execution.id)
        client = ui.context.client

        async def watch() -> None:
            async with following:
                async for events in following:
                    with client:
                        await self._happened(events)

        task = background_tasks.create(watch(), name="run: follow")
        client.on_delete(task.cancel)

    async def _happened(self, events: Sequence[Event]) -> None:
        self.story += events
        with self.log:
            for one in events:
                with box("story-line", tag="li"):
                    text(clock_words(one.at), "quiet numbers", tag="time").props["datetime"] = (
                        one.at.isoformat()
                    )
                    text(one.sentence, tag="span")
        if not is_over(self.execution):
            self.execution = await self.services.history.get(
                await self.visit.me(), self.execution.id
            )
        self.show()

    def _show_head(self) -> None:
        run = self.execution
        self.lead.clear()
        with self.lead:
            run_badge(run.status, run.outcome)
        self.acts.clear()
        with self.acts:
            if is_over(run):
                with menu("Run again", icon="rotate-cw"):
                    if run.status in ("failed", "timeout", "cancelled"):
                        menu_item(
                            "From the failed step",
                            icon_name="skip-forward",
                            on_press=self.again_from_failed,
                        )
                    menu_item(
                        "From the start", icon_name="rotate-cw", on_press=self.again_from_start
                    )
                    menu_item(
                        "From the start, with the latest version",
                        icon_name="history",
                        on_press=self.again_with_latest,
                    )
            else:
                stop = button(
                    "Cancel", icon="x", kind="danger", on_press=self.cancel, testid="cancel"
                )
                stop.because(self.visit.why_not("executions.change"))
            button(
                "Open the connector",
                icon="workflow",
                href=f"/connectors/{run.connector_id}",
                kind="fold-label",
            )

    def _show_trouble(self) -> None:
        run = self.execution
        self.trouble.clear()
        self.trouble.set_visibility(bool(run.error_message))
        if run.error_message:
            with self.trouble:
                error_card(
                    run.error_message,
                    run.error_hint or "",
                    tone="warn" if run.error_code in AMBER else "bad",
                    action="Run again from the failed step",
                    on_action=self.again_from_failed,
                    details=f"Code: {run.error_code}",
                )

    def _show_facts(self) -> None:
        run = self.execution
        self.facts.clear()
        with self.facts:
            text("This run", tag="h2")
            with box("facts", tag="dl"):
                _fact("Started by", run.trigger)
                _fact("Version", str(run.connector_version))
                _fact("Took", long_words(run.execution_time_ms))
                if run.attempt > 1:
                    _fact("Attempt", str(run.attempt))
            with row("wrap"):
                if run.contact_id:
                    button(
                        "Open the contact",
                        icon="users",
                        href=f"/contacts/{run.contact_id}",
                        kind="small",
                        testid="contact",
                    )
                if run.retry_of:
                    button(
                        "Earlier attempt",
                        icon="history",
                        href=f"/runs/{run.retry_of}",
                        kind="small",
                    )

    def _show_step(self) -> None:
        self.fall.choose(self.chosen)
        entry = next(
            (
                one
                for one in self.execution.steps_executed
                if (one.get("path") or one["id"]) == self.chosen
            ),
            None,
        )
        self.inspector.clear()
        with self.inspector:
            if entry:
                run_step(entry)
            else:
                with row():
                    text("No step has finished yet. It shows here as soon as it has.", "quiet")
                    grow()


def _under_way(
    story: Sequence[Event], rows: Sequence[dict[str, Any]], run: Execution
) -> list[dict[str, Any]]:
    """Steps that began and have not ended: known from events only."""
    if is_over(run):
        return []
    done = {one["path"] for one in rows}
    begun = {one.step_id: one for one in story if one.type == "step.started" and one.step_id}
    return [
        {
            "path": path,
            "name": path,
            "status": "running",
            "words": "running",
            "attempts": 0,
            "cached": False,
            "start": (one.at - run.started_at).total_seconds() * 1000 if run.started_at else 0,
            "duration": None,
            "depth": 0,
            "parents": [],
            "holds": False,
        }
        for path, one in begun.items()
        if path not in done
    ]


def _total(run: Execution, rows: Sequence[dict[str, Any]]) -> float:
    ends = [float(one["start"] + (one["duration"] or 0)) for one in rows]
    return max([float(run.execution_time_ms or 0), *ends, 1.0])


def _fact(name: str, value: str) -> None:
    text(name, tag="dt")
    text(value, tag="dd")


async def _name_of(visit: Visit, services: Services, connector_id: UUID) -> str:
    try:
        return (await services.connectors.get(await visit.me(), connector_id)).name
    except NotFound:
        return "A deleted connector"


def _not_there(visit: Visit) -> None:
    with frame(visit.viewer, here="runs", title="Run", crumbs=[("Runs", "/runs")]):
        empty_state(
            "There is no such run",
            "It may have been deleted, or belong to another workspace.",
            icon_name="search",
            action="See all runs",
            href="/runs",
        )
