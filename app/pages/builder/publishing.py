"""From draft to version: reasons why not, publishing, older versions."""

from collections.abc import Callable

from nicegui import ui

from app.pages.builder.bench import Bench
from app.services.problems import ServiceProblem
from components import kinds
from components.controls import box, confirm, icon, sheet, text
from components.frame import notice
from components.sentences import translated
from components.texts import _
from engine.errors import BadDefinition, Problem


class Publishing:
    def __init__(self, bench: Bench, focus: Callable[[str], None]) -> None:
        self.bench, self.focus = bench, focus

    async def publish(self) -> None:
        bench = self.bench
        await bench.all_saved()
        try:
            me = await bench.visit.me()
            connector = await bench.services.drafts.publish(
                me, bench.connector_id, bench.draft.document, base_version=bench.base_version
            )
        except BadDefinition:
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

    def explain(self) -> None:
        """Every reason, each a way to the field that mends it."""
        with sheet(_("What must be mended before publishing"), testid="problems") as asked:
            for problem in self.bench.problems:
                self._reason(problem, asked.close)
        asked.show()

    def _reason(self, problem: Problem, close: Callable[[], None]) -> None:
        step = self.bench.draft.find(problem.step_id or "")

        def go() -> None:
            close()
            if step is not None:
                self.bench.select(step["id"])
                self.focus(problem.field or "")

        one = box("menu-item", tag="button", type="button").on("click", go, args=[])
        with one:
            icon("circle-alert", "tone-bad")
            with box("stack tight", tag="span"):
                text(translated(problem.message), "strong", tag="span")
                where = kinds.title(step) if step else _("Contact fields")
                text(
                    f"{where}. {translated(problem.hint or '')}".strip(), "quiet small", tag="span"
                )

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
