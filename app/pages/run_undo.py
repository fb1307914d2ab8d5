"""Taking back what a run wrote: each field now, afterwards, and what changed it since."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from app.pages.visit import Visit
from app.services.all import Services
from app.services.problems import ServiceProblem
from app.services.undo import Line, Undone
from components.controls import Sheet, Tick, badge, box, button, empty_state, sheet, text, tick
from components.fields import field_label
from components.frame import notice
from components.texts import _, ngettext, number
from db.executions import Execution


class TakeBack:
    def __init__(
        self, visit: Visit, services: Services, contact: str, on_done: Callable[[], Awaitable[None]]
    ) -> None:
        self.visit, self.services = visit, services
        self.contact, self.on_done = contact, on_done
        self.ticks: dict[str, Tick] = {}

    async def ask(self, run: Execution) -> None:
        """Nothing is written before the number of values was seen."""
        try:
            lines = await self.services.undo.look(await self.visit.me(), run.id)
        except ServiceProblem as problem:
            notice(problem.message, hint=problem.hint, tone="warn")
            return
        self.run, self.lines = run, lines
        open_ones = [one for one in lines if not one.taken_back]
        with sheet(_("Take back what this run wrote?"), wide=True, testid="undo") as asked:
            if open_ones:
                self._explain(open_ones)
                self._table(open_ones)
            else:
                empty_state(
                    _("Nothing is left to take back"),
                    _("Everything this run wrote was taken back already, or it wrote nothing."),
                    icon_name="check",
                )
        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            self.go = button(
                "",
                icon="undo-2",
                kind="primary",
                on_press=lambda: self.take_back(asked),
                testid="undo-go",
            )
        self.go.set_visibility(bool(open_ones))
        self._count()
        asked.show()

    async def take_back(self, asked: Sheet) -> None:
        chosen = self._chosen()
        self.go.working(True)
        try:
            done = await self.services.undo.undo(
                await self.visit.me(),
                self.run.id,
                only=chosen,
                over=[one.field for one in self.lines if one.changed_since and one.field in chosen],
            )
        except ServiceProblem as problem:
            notice(problem.message, hint=problem.hint, tone="bad")
            self.go.working(False)
            return
        asked.close()
        self._tell(done, chosen)
        await self.on_done()

    def _explain(self, lines: Sequence[Line]) -> None:
        text(
            _("These values of {contact} go back to what they were before the run.").format(
                contact=self.contact or _("the contact")
            ),
            "soft",
        )
        if any(one.changed_since for one in lines):
            text(
                _(
                    "Values that were changed since the run stay as they are, "
                    "unless you choose them."
                ),
                "soft",
            )

    def _table(self, lines: Sequence[Line]) -> None:
        with box("undo-table", tag="table", data_testid="undo-lines"):
            with box(tag="thead"), box(tag="tr"):
                for title in (_("Field"), _("Now"), _("Goes back to")):
                    text(title, tag="th").props["scope"] = "col"
            with box(tag="tbody"):
                for one in lines:
                    self._row(one)

    def _row(self, one: Line) -> None:
        with box(tag="tr", data_testid=f"undo-{one.field}"):
            with box(tag="th", scope="row"):
                self.ticks[one.field] = tick(
                    field_label(one.field),
                    not one.changed_since,
                    on_change=lambda _on: self._count(),
                )
            with box(tag="td"):
                text(shown(one.now), tag="span")
                if one.changed_since:
                    badge(_("Changed since the run"), "warn", "triangle-alert")
                    text(_("The run wrote: {value}").format(value=shown(one.written)), "hint")
            with box(tag="td"):
                text(shown(one.back_to), "strong", tag="span")

    def _chosen(self) -> set[str]:
        return {field for field, one in self.ticks.items() if one.value}

    def _count(self) -> None:
        chosen = len(self._chosen())
        words = ngettext("Take back {n} value", "Take back {n} values", chosen)
        self.go.say(words.format(n=number(chosen)))
        self.go.because(
            self.visit.why_not("executions.change")
            or ("" if chosen else _("Choose at least one value."))
        )

    def _tell(self, done: Undone, chosen: set[str]) -> None:
        back = sum(1 for one in {write.field for write in done.restored} if one in chosen)
        words = ngettext("{n} value was taken back.", "{n} values were taken back.", back)
        kept = len(done.conflicts)
        hint = ngettext(
            "{n} was changed in this very moment, and stays.",
            "{n} were changed in this very moment, and stay.",
            kept,
        ).format(n=number(kept))
        notice(
            words.format(n=number(back)),
            hint=hint if kept else "",
            tone="warn" if kept else "ok",
        )


def shown(value: Any) -> str:
    """A value in a cell; long ones are cut."""
    if value is None or value in ("", [], {}):
        return _("empty")
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words if len(words) <= 120 else f"{words[:120]}…"
