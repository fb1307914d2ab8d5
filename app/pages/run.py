"""/runs/{id}: one run, live: its story, its steps on their time line, what each call said."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import background_tasks, ui

from app.live import Event
from app.pages.run_again import Again
from app.pages.run_overview import draw_facts, draw_legend, draw_written
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.history import is_over
from app.services.problems import NotFound, ServiceProblem
from components.controls import (
    box,
    button,
    empty_state,
    error_card,
    menu,
    menu_item,
    run_badge,
    text,
)
from components.drawer import Drawer
from components.frame import Command, Frame, frame, notice
from components.neighbours import Neighbours
from components.run_step import run_step
from components.story import Line, Story
from components.texts import _
from components.waterfall import Waterfall, spans, under_way
from db.executions import Execution, FieldWrite

AMBER = {"timeout", "rate_limited", "service_busy", "no_answer", "unknown_result"}
TONES = {"success": "ok", "failed": "bad", "timeout": "warn", "found": "ok"}


def add(services: Services) -> None:
    @ui.page("/runs/{run_id}")
    async def run(request: Request, run_id: str, step: str = "") -> None:
        visit = await begin(request, services)
        try:
            execution = await services.history.get(await visit.me(), UUID(run_id))
        except (NotFound, ValueError):
            return _not_there(visit)
        shown = _Run(visit, services, execution, step)
        await shown.learn()
        commands = [
            Command(_("Run again"), shown.run_again, icon="rotate-cw", group=_("Run"), caps="R")
        ]
        with frame(
            visit.viewer,
            here="runs",
            title=shown.name,
            crumbs=[(_("Runs"), "/runs")],
            commands=commands,
            filled=True,
        ) as page:
            await shown.draw(page)
        return None


class _Run:
    def __init__(self, visit: Visit, services: Services, execution: Execution, step: str) -> None:
        self.visit, self.services = visit, services
        self.execution, self.chosen = execution, step
        self.again = Again(visit, services)
        self.name, self.contact = _("A deleted connector"), ""
        self.planned: list[tuple[str, str]] = []
        self.begun: dict[str, Event] = {}
        self.inspected: Any = None

    async def learn(self) -> None:
        """What the connector and the contact are called, and which steps are to come."""
        run, me = self.execution, await self.visit.me()
        try:
            connector = await self.services.connectors.get(me, run.connector_id)
        except NotFound:
            return
        self.name = connector.name
        if run.contact_id:
            names = await self.services.contacts.names(me, [run.contact_id])
            self.contact = names.get(run.contact_id, "")
        if not is_over(run):
            version = await self.services.connectors.version(
                me, run.connector_id, run.connector_version
            )
            steps = version.definition["config"].get("steps") or []
            self.planned = [(step["id"], step.get("name") or step["id"]) for step in steps]

    async def draw(self, page: Frame) -> None:
        with page.lead:
            self.state = box("row")
        with page.side:
            Neighbours("run")
            self.acts = box("row")
        with box("with-drawer"):
            with box("reading"), box("page"):
                self.trouble = box()
                self.facts = box("fact-line", tag="dl", data_testid="facts")
                self.fall = Waterfall(on_pick=self.pick)
                with box("columns even"):
                    with box("card"):
                        text(_("What happened"), tag="h2")
                        self.story = Story(_("What happened"), on_pick=self.pick, testid="story")
                    self.written = box("card", data_testid="written")
                draw_legend()
            self.drawer = Drawer(_("The step"), on_close=lambda: self.pick(""), testid="inspector")
        page.on_key("again", self.run_again)
        page.on_key("cancel", self.cancel)
        if not self.chosen:
            self.chosen = next((_path(e) for e in self._entries() if e["status"] == "failed"), "")
        await self.show()
        await self._follow()

    async def show(self) -> None:
        run = self.execution
        rows = spans(run.steps_executed, run.started_at)
        if not is_over(run):
            began = {key: event.at for key, event in self.begun.items()}
            rows += under_way(self.planned, began, rows, run.started_at)
        self.fall.show(
            rows, total_ms=_total(run, rows), began=run.started_at, running=not is_over(run)
        )
        self._show_head()
        self._show_trouble()
        self._show_facts()
        self._show_step()
        await self._show_written()

    def pick(self, path: str) -> None:
        """A second press on the same step closes it."""
        self.chosen = "" if path == self.chosen else path
        self.visit.remember(step=self.chosen)
        self._show_step()

    async def run_again(self) -> None:
        run = self.execution
        if why := self._why_not_again():
            notice(why, tone="warn")
        elif run.status == "success":
            await self.again.from_start(run)
        else:
            await self.again.from_failed(run)

    async def cancel(self) -> None:
        if is_over(self.execution):
            notice(_("This run has finished already."))
            return
        try:
            await self.services.executions.cancel(await self.visit.me(), self.execution.id)
        except ServiceProblem as problem:
            notice(problem.message, hint=problem.hint, tone="warn")
        else:
            notice(_("The run is being cancelled."))

    def _why_not_again(self) -> str:
        if not is_over(self.execution):
            return _("This run has not finished yet. Wait for it, or cancel it.")
        return self.visit.why_not("executions.change")

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
        self.begun |= {e.step_id: e for e in events if e.type == "step.started" and e.step_id}
        self.story.add(_line(event) for event in events)
        if is_over(self.execution):
            return
        self.execution = await self.services.history.get(await self.visit.me(), self.execution.id)
        await self.show()

    def _show_head(self) -> None:
        run = self.execution
        self.state.clear()
        with self.state:
            run_badge(run.status, run.outcome)
        self.acts.clear()
        with self.acts:
            if not is_over(run):
                stop = button(
                    _("Cancel"), icon="x", kind="danger", on_press=self.cancel, testid="cancel"
                )
                stop.because(self.visit.why_not("executions.change"))
            elif why := self._why_not_again():
                button(_("Run again"), icon="rotate-cw", why=why)
            else:
                self._ways_again()
            href = f"/connectors/{run.connector_id}"
            button(_("Open the connector"), icon="workflow", href=href, kind="fold-label")

    def _ways_again(self) -> None:
        run = self.execution
        with menu(_("Run again"), icon="rotate-cw"):
            if run.status != "success":
                menu_item(
                    _("From the failed step"),
                    icon_name="skip-forward",
                    on_press=lambda: self.again.from_failed(run),
                    testid="again-failed",
                )
            menu_item(
                _("From the start"),
                icon_name="rotate-cw",
                on_press=lambda: self.again.from_start(run),
                testid="again-start",
            )
            menu_item(
                _("From the start, with the latest version"),
                icon_name="history",
                on_press=lambda: self.again.with_latest(run),
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
                    action="" if self._why_not_again() else _("Run again from the failed step"),
                    on_action=lambda: self.again.from_failed(run),
                    details=f"Code: {run.error_code}",
                )

    def _show_facts(self) -> None:
        self.facts.clear()
        with self.facts:
            draw_facts(self.execution, self.contact)

    def _show_step(self) -> None:
        """Redrawn only when it is about something else: people read in it."""
        self.fall.choose(self.chosen)
        entry = next((one for one in self._entries() if _path(one) == self.chosen), None)
        self.drawer.show(bool(self.chosen))
        if (self.chosen, entry) == self.inspected:
            return
        self.inspected = (self.chosen, entry)
        self.drawer.clear()
        with self.drawer:
            if entry:
                run_step(entry)
            elif self.chosen:
                text(_("This step has not finished"), tag="h2")
                text(
                    _("What it asked and what it was answered shows here as soon as it has."),
                    "soft",
                )

    async def _show_written(self) -> None:
        writes = await self._writes() if is_over(self.execution) else []
        self.written.clear()
        with self.written:
            draw_written(self.execution, writes)

    async def _writes(self) -> list[FieldWrite]:
        run = self.execution
        if run.contact_id is None:
            return []
        try:
            found = await self.services.contacts.provenance(
                await self.visit.me(), run.contact_id, limit=200
            )
        except NotFound:
            return []
        return [one for one in found.items if one.execution_id == run.id]

    def _entries(self) -> list[dict[str, Any]]:
        return list(self.execution.steps_executed)


def _line(event: Event) -> Line:
    done = event.type in ("step.finished", "execution.finished")
    tone = TONES.get(event.status or "", "") if done else ""
    if event.type == "step.retry":
        tone = "warn"
    return Line(event.at, event.sentence, key=event.step_id or "", tone=tone)


def _path(entry: dict[str, Any]) -> str:
    return str(entry.get("path") or entry["id"])


def _total(run: Execution, rows: Sequence[dict[str, Any]]) -> float:
    ends = [float(one["start"] + (one["duration"] or 0)) for one in rows]
    return max([float(run.execution_time_ms or 0), *ends, 1.0])


def _not_there(visit: Visit) -> None:
    with frame(visit.viewer, here="runs", title=_("Run"), crumbs=[(_("Runs"), "/runs")]):
        empty_state(
            _("There is no such run"),
            _("It may have been deleted, or belong to another workspace."),
            icon_name="search",
            action=_("See all runs"),
            href="/runs",
        )
