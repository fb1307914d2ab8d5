"""What only some need: when a step runs, how often it is tried, what an answer means."""

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

CAN_FAIL = ("http", "set", "branch", "for_each", "waterfall")


def expert_form(bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
    with fold(_("Only when …"), opened=bool(step.get("when"))):
        ConditionEditor(
            inputs,
            step.get("when"),
            on_change=lambda said: bench.set(("when",), said),
            empty=_("empty means: always"),
            testid="only-when",
        )
    if step["kind"] == "http":
        _call(bench, step, inputs)
    with fold(_("When it fails, or is left out")):
        if step["kind"] in CAN_FAIL:
            _failing(bench, step)
        tick(
            _("Leave this step out"),
            bool(step.get("disabled")),
            hint=_("It stays here and is skipped in tests and runs."),
            on_change=lambda said: bench.set(("disabled",), said or None),
            testid="leave-out",
        )
    with fold(_("Note"), opened=bool(step.get("notes"))):
        field(
            _("Note for those who read this later"),
            step.get("notes") or "",
            kind="lines",
            hint=_("It is shown on the card."),
            on_change=lambda said: bench.set(("notes",), said or None),
            testid="note",
        )


def _call(bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
    with fold(_("What an answer means"), opened=bool(step.get("rules"))):
        Rules(bench, step, inputs)
    with fold(_("Pages"), opened=bool(step.get("paginate"))):
        Pages(bench, step)
    with fold(_("Waiting until it is ready"), opened=bool(step.get("poll"))):
        Polling(bench, step, inputs)
    with fold(_("Reusing answers"), opened=bool(step.get("cache"))):
        reuse(bench, step)
    with fold(_("Time and repeats")):
        repeats(bench, step)


def _failing(bench: Bench, step: dict[str, Any]) -> None:
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
