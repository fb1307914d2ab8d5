"""What only some need: when a step runs, how often it is tried, what an answer means."""

from collections.abc import Callable
from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.condition import ConditionEditor
from app.pages.builder.inputs import Inputs
from app.pages.builder.pages import Pages
from app.pages.builder.polling import Polling
from app.pages.builder.repeats import repeats, reuse
from app.pages.builder.rules import Rules
from components.controls import choice, field, fold, tick
from components.texts import _

Step = dict[str, Any]
CAN_FAIL = ("http", "set", "branch", "for_each", "waterfall")


def expert_form(bench: Bench, step: Step, inputs: Inputs) -> None:
    parts = Parts(bench, step)
    parts.add(_("Only when …"), lambda now: _only_when(bench, now, inputs), used="when")
    if step["kind"] == "http":
        _call(parts, bench, inputs)
    parts.add(_("When it fails, or is left out"), lambda now: _failing(bench, now))
    parts.add(_("Note"), lambda now: _note(bench, now), used="notes")


def _call(parts: "Parts", bench: Bench, inputs: Inputs) -> None:
    parts.add(_("What an answer means"), lambda now: Rules(bench, now, inputs), used="rules")
    parts.add(_("Pages"), lambda now: Pages(bench, now), used="paginate")
    wait = _("Waiting until it is ready")
    parts.add(wait, lambda now: Polling(bench, now, inputs), used="poll")
    parts.add(_("Reusing answers"), lambda now: reuse(bench, now), used="cache")
    parts.add(_("Time and repeats"), lambda now: repeats(bench, now))


class Parts:
    """Folded parts of a step's form, each drawn once somebody opens it: most stay closed."""

    def __init__(self, bench: Bench, step: Step) -> None:
        self.bench, self.step = bench, step

    def add(self, title: str, draw: Callable[[Step], Any], *, used: str = "") -> None:
        """`used`: the setting that says more than usual, so that its part is open at first."""
        step_id = str(self.step["id"])
        unfolded = self.bench.unfolded
        drawn = False

        def turn(opened: bool) -> None:
            nonlocal drawn
            unfolded[step_id, title] = opened
            if opened and not drawn:
                drawn = True
                with inside:
                    draw(self.bench.draft.find(step_id) or self.step)

        opened = unfolded.get((step_id, title), bool(self.step.get(used)))
        inside = fold(title, opened=opened, on_turn=turn)
        if opened:
            turn(opened)


def _only_when(bench: Bench, step: Step, inputs: Inputs) -> None:
    ConditionEditor(
        inputs,
        step.get("when"),
        on_change=lambda said: bench.set(("when",), said),
        empty=_("empty means: always"),
        testid="only-when",
    )


def _failing(bench: Bench, step: Step) -> None:
    if step["kind"] in CAN_FAIL:
        choice(
            _("When this step fails"),
            {
                "": _("As the connector says"),
                "stop": _("Stop the run"),
                "continue": _("Go on without its values"),
            },
            step.get("on_error") or "",
            on_change=lambda said: bench.set(("on_error",), said or None),
        )
    tick(
        _("Leave this step out"),
        bool(step.get("disabled")),
        hint=_("It stays here and is skipped in tests and runs."),
        on_change=lambda said: bench.set(("disabled",), said or None),
        testid="leave-out",
    )


def _note(bench: Bench, step: Step) -> None:
    field(
        _("Note for those who read this later"),
        step.get("notes") or "",
        kind="lines",
        hint=_("It is shown on the card."),
        on_change=lambda said: bench.set(("notes",), said or None),
        testid="note",
    )
