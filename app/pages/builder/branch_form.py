"""Settings of a step that chooses a way: names, conditions, and what happens otherwise."""

from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.condition import ConditionEditor
from app.pages.builder.inputs import Inputs
from app.pages.builder.ways import Way, Ways, name_of
from components.controls import button, row, text
from components.kinds import NO_CONDITION
from components.texts import _


def branch_form(bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
    text(_("The first way whose condition holds is taken, from top to bottom."), "hint")
    last = len(step.get("branches") or []) - 1

    def inside(number: int, way: Way) -> None:
        if number == last and _is_otherwise(way):
            text(_("Taken when none of the others holds."), "hint")
            return
        ConditionEditor(
            inputs,
            way.get("when"),
            on_change=lambda said: bench.set(
                ("branches", number, "when"), said or dict(NO_CONDITION)
            ),
            empty=_("it decides"),
            testid=f"when-{number}",
        )

    ways = Ways(
        bench,
        step,
        "branches",
        words=(_("Way {n}"), _("Name of way {n}"), _("Add a way")),
        inside=inside,
        fresh=lambda name: {"name": name, "when": dict(NO_CONDITION), "steps": []},
        fixed_last=_is_otherwise,
    )
    if last >= 0 and not _is_otherwise(step["branches"][last]):
        otherwise = {"name": _("Otherwise"), "steps": []}
        with row():
            button(
                _("Add “Otherwise”"),
                kind="small ghost",
                icon="plus",
                on_press=lambda: ways.keep([*ways.ways(), otherwise], name_of(last + 1)),
            )


def _is_otherwise(way: Way) -> bool:
    return way.get("when") is None
