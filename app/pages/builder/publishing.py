"""From draft to version: reasons why not, publishing, older versions."""

import re
from collections.abc import Awaitable, Callable

from nicegui import ui

from app.pages.builder.bench import Bench
from app.pages.builder.mending import reason
from app.services.problems import ServiceProblem
from components.controls import Sheet, box, button, confirm, sheet, text
from components.frame import notice
from components.texts import _
from engine.errors import BadDefinition, Problem
from engine.model.mending import GiveKey


class Publishing:
    def __init__(self, bench: Bench, focus: Callable[[str], None]) -> None:
        self.bench, self.focus = bench, focus

    async def publish(self) -> None:
        """Asked first where something is worth a second look."""
        bench = self.bench
        await bench.all_saved()
        await bench.load_keys()
        if bench.problems or bench.advice:
            self.explain(publishing=True)
            return
        await self._publish()

    async def _publish(self) -> None:
        bench = self.bench
        try:
            me = await bench.visit.me()
            connector = await bench.services.drafts.publish(
                me, bench.connector_id, bench.draft.document, base_version=bench.base_version
            )
        except BadDefinition as bad:
            bench.problems = bad.problems
            bench.tell("value")
            self.explain()
            return
        except ServiceProblem as problem:
            notice(problem.message, tone="bad", hint=problem.hint)
            return
        bench.connector, bench.base_version = connector, connector.version
        bench.revision, bench.saved_at = 0, None
        bench.tell("saved")
        notice(
            _("Version {version} is published.").format(version=connector.version),
            tone="ok",
            hint=_("New runs use it from now on."),
        )

    def explain(self, *, publishing: bool = False) -> None:
        """Every reason, each a way to the field that mends it, or mended here by a press."""
        must = bool(self.bench.problems)
        title = _("What must be mended before publishing") if must else _("Worth a second look")
        with sheet(title, testid="problems") as asked:
            place = box("stack")
        with asked.footer:
            button(_("Close"), on_press=asked.close)
            anyway = button(kind="primary", on_press=self._anyway(asked), testid="publish-anyway")

        def draw() -> None:
            place.clear()
            bench = self.bench
            with place:  # the button that was pressed is gone with what was here
                self._reasons(asked.close, draw)
                anyway.say(_("Publish anyway") if bench.advice else _("Publish"))
            anyway.set_visibility(publishing and not bench.problems)

        draw()
        asked.show()

    def _reasons(self, close: Callable[[], None], again: Callable[[], None]) -> None:
        bench = self.bench
        for tone, found in (("bad", bench.problems), ("warn", bench.advice)):
            for problem in found:
                leaves = isinstance(problem.mending, GiveKey)
                reason(
                    bench, problem, self._way_to(problem, close), tone, close if leaves else again
                )
        if not (bench.problems or bench.advice):
            text(_("Nothing is left to mend."), "soft")

    def _way_to(self, problem: Problem, close: Callable[[], None]) -> Callable[[], None]:
        def go() -> None:
            close()
            field = self._mapped(problem.path)
            if field:
                self.bench.field = field
                self.bench.tell("target")
                self.bench.focus("[data-testid=mapping-value] [contenteditable]")
                return
            self.bench.select(problem.step_id or "")
            self.focus(problem.field or "")

        return go

    def _mapped(self, path: str) -> str:
        """The contact field it is about, where it is about one."""
        found = re.match(r"field_mappings\[(\d+)\]", path)
        said = self.bench.draft.document["field_mappings"]
        return str(said[int(found[1])].get("field") or "") if found else ""

    def _anyway(self, asked: Sheet) -> Callable[[], Awaitable[None]]:
        async def publish() -> None:
            asked.close()
            await self._publish()

        return publish

    async def discard(self) -> None:
        if self.bench.why_not:
            notice(self.bench.why_not, tone="warn")
            return
        sure = await confirm(
            _("Discard the draft?"),
            _("You go back to version {version}, as it is published.").format(
                version=self.bench.connector.version
            ),
            yes=_("Discard the draft"),
        )
        if sure:
            await self.bench.services.drafts.discard(
                await self.bench.visit.me(), self.bench.connector_id
            )
            ui.navigate.reload()
