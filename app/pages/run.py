"""/runs/{id}: one run, live: its story, its steps on their time line, what each call said."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from nicegui import background_tasks, ui

from app.live import Event
from app.pages.open_at import open_at
from app.pages.run_again import Again
from app.pages.run_head import RunHead
from app.pages.run_overview import draw_facts, draw_legend, draw_written
from app.pages.run_story import Lines, path_of, turn_of
from app.pages.run_undo import TakeBack
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.history import Outline, is_over
from app.services.problems import NotFound
from components.controls import box, empty_state, text
from components.drawer import Drawer
from components.frame import Command, Frame, frame
from components.run_log import RunLog
from components.run_step import run_step
from components.step_tree import places_in
from components.texts import _, pgettext
from components.waterfall import Planned, Waterfall, spans, under_way

AT_ONCE = 300  # rows that travel with the page; more of them come once it stands
SHORTLY_S = 1.0
BREATH_S = 0.2  # between two looks at a run under way; large ones stretch it


def add(services: Services) -> None:
    @open_at("/runs/{run_id}")
    async def run(request: Request, run_id: str, step: str = "") -> None:
        visit = await begin(request, services)
        try:
            outline = await services.history.outline(await visit.me(), UUID(run_id))
        except (NotFound, ValueError):
            return _not_there(visit)
        shown = _Run(visit, services, outline, step)
        await shown.learn()
        head = shown.head
        commands = [
            Command(
                _("Run again"),
                head.run_again,
                icon="rotate-cw",
                group=pgettext("noun", "Run"),
                caps="R",
            ),
            Command(
                _("Take back what it wrote"),
                shown.take_back,
                icon="undo-2",
                group=pgettext("noun", "Run"),
            ),
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
    def __init__(self, visit: Visit, services: Services, outline: Outline, step: str) -> None:
        self.visit, self.services = visit, services
        self.execution, self.steps, self.chosen = outline.run, outline.steps, step
        self.head = RunHead(visit, services, Again(visit, services))
        self.name, self.contact = _("A deleted connector"), ""
        self.planned: list[Planned] = []
        self.begun: dict[str, Event] = {}
        self.inspected: Any = None
        self.told_lines = Lines()
        self.offered = False
        self.waits: dict[UUID, datetime] = {}
        self.changed, self.told = asyncio.Event(), asyncio.Event()

    async def learn(self) -> None:
        """What the connector and the contact are called, and which steps are to come."""
        run, me = self.execution, await self.visit.me()
        self.waits = await self.services.history.waits(me, [run])
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
            self.planned = [
                Planned(one.step["id"], one.step.get("name") or one.step["id"], top["id"])
                for top in steps
                for one in places_in([top], "", "")
            ]

    async def draw(self, page: Frame) -> None:
        self.head.draw(page)
        with box("with-drawer"):
            with box("reading"), box("page"):
                self.trouble = box("stack")
                self.facts = box("fact-line", tag="dl", data_testid="facts")
                self.fall = Waterfall(on_pick=self.pick)
                with box("columns even"):
                    with box("card"):
                        text(_("What happened"), tag="h2")
                        self.log = RunLog(
                            _("What happened"), on_pick=self.pick_told, testid="story"
                        )
                    self.written = box("card", data_testid="written")
                draw_legend()
            self.drawer = Drawer(_("The step"), on_close=lambda: self.pick(""), testid="inspector")
        self.offered = not self.chosen
        if not self.chosen and is_over(self.execution):
            self.chosen = next((path_of(e) for e in self.steps if e["status"] == "failed"), "")
        await self.show(first=True)
        self._follow()

    async def show(self, *, first: bool = False) -> None:
        run = self.execution
        self._show_steps(AT_ONCE if first else None)
        self.log.follow(not is_over(run))
        self.head.show(run, self.waits)
        why = await self.head.why_held(run)
        self.trouble.clear()
        self.trouble.set_visibility(bool(run.error_message))
        with self.trouble:
            self.head.trouble(run, why)
        self.facts.clear()
        with self.facts:
            draw_facts(run, self.contact, self.steps)
        await self._show_step()
        await self._show_written()

    async def pick(self, path: str) -> None:
        """A second press on the same step closes it."""
        self.chosen, self.offered = "" if path == self.chosen else path, False
        self.visit.remember(step=self.chosen)
        await self._show_step()

    async def pick_told(self, key: str) -> None:
        """A line names its step, not which turn of a loop: that was the last to begin before it."""
        await self.pick(turn_of(key, self.steps))

    async def take_back(self) -> None:
        await TakeBack(self.visit, self.services, self.contact, self._show_written).ask(
            self.execution
        )

    def _show_steps(self, most: int | None = None) -> None:
        run = self.execution
        began = {key: event.at for key, event in self.begun.items()}
        rows = (
            spans(self.steps, run.started_at)
            if is_over(run)
            else under_way(self.steps, self.planned, began, run.started_at)
        )
        ends = [float(one["start"] + (one["duration"] or 0)) for one in rows]
        self.fall.show(
            rows[:most],
            total_ms=max([float(run.execution_time_ms or 0), *ends, 1.0]),
            began=run.started_at,
            running=not is_over(run),
        )

    def _follow(self) -> None:
        """First what is stored, then what happens: events carry numbers, so nothing shows twice."""
        client = ui.context.client

        async def watch() -> None:
            me = await self.visit.me()
            following = await self.services.live.follow(me, execution_id=self.execution.id)
            async with following:
                async for events in following:
                    with client:
                        self._happened(events)
                    if not is_over(self.execution):
                        self.told.set()
            with client:
                self.log.flush()
            self.told.set()

        async def renew() -> None:
            if len(self.steps) > AT_ONCE:
                await client.connected()
                await self.told.wait()  # the story is what people read first
                with client:
                    self._show_steps()
            while not is_over(self.execution):
                await self.changed.wait()
                self.changed.clear()
                with client:
                    await self._renew()
                await asyncio.sleep(max(BREATH_S, len(self.steps) / 2000))

        for work in (watch(), renew()):
            client.on_delete(background_tasks.create(work, name="run: follow").cancel)

    def _happened(self, events: Sequence[Event]) -> None:
        for event in events:
            if event.step_id and event.type == "step.started":
                self.begun[event.step_id] = event
            elif event.step_id and event.type == "step.finished":
                self.begun.pop(event.step_id, None)
        self.log.add(self.told_lines.of(event) for event in events)
        self.changed.set()
        if any(event.type == "step.retry" for event in events):
            # It says so just before it is let go: until when it waits is known thereafter.
            ui.timer(SHORTLY_S, self.changed.set, once=True)

    async def _renew(self) -> None:
        outline = await self.services.history.outline(await self.visit.me(), self.execution.id)
        self.execution, self.steps = outline.run, outline.steps
        self.waits = await self.services.history.waits(await self.visit.me(), [outline.run])
        await self.show()

    async def _show_step(self) -> None:
        """Redrawn only when it is about something else: people read in it."""
        self.fall.choose(self.chosen)
        self.drawer.show(bool(self.chosen), offered=self.offered)
        light = next((one for one in self.steps if path_of(one) == self.chosen), None)
        if (self.chosen, light) == self.inspected:
            return
        self.inspected = (self.chosen, light)
        entry = await self._entry(self.chosen) if light else None
        if self.inspected != (self.chosen, light):
            return  # another one was picked meanwhile
        self.drawer.clear()
        with self.drawer:
            if entry:
                run_step(entry, download=self._file(self.chosen))
            elif self.chosen:
                text(_("This step has not finished"), tag="h2")
                text(
                    _("What it asked and what it was answered shows here as soon as it has."),
                    "soft",
                )

    def _file(self, path: str) -> str:
        return f"/downloads/runs/{self.execution.id}/answer?{urlencode({'step': path})}"

    async def _entry(self, path: str) -> dict[str, Any] | None:
        try:
            return await self.services.history.step(await self.visit.me(), self.execution.id, path)
        except NotFound:
            return None

    async def _show_written(self) -> None:
        run = self.execution
        over = is_over(run) and run.contact_id is not None
        me = await self.visit.me()
        writes = await self.services.history.writes(me, run.id) if over else []
        self.written.clear()
        with self.written:
            draw_written(run, writes, self.take_back, self.visit.why_not("executions.change"))


def _not_there(visit: Visit) -> None:
    with frame(
        visit.viewer, here="runs", title=pgettext("noun", "Run"), crumbs=[(_("Runs"), "/runs")]
    ):
        empty_state(
            _("There is no such run"),
            _("It may have been deleted, or belong to another workspace."),
            icon_name="search",
            action=_("See all runs"),
            href="/runs",
        )
