"""Settings of a waterfall: who is asked in which order, what counts as found, what it costs."""

from collections.abc import Mapping
from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.condition import ConditionEditor
from app.pages.builder.inputs import Inputs
from app.pages.builder.pairs import Pairs
from app.pages.builder.ways import Way, Ways
from components.controls import field, text
from components.texts import _
from engine.errors import RunStopped
from engine.model.slots import compile_json


def waterfall_form(bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
    text(_("Asked from top to bottom. The first that finds something ends it."), "hint")
    step_id = str(step["id"])

    def inside(number: int, way: Way) -> None:
        place = f"{step_id}/attempts/{number}"

        def kept() -> Mapping[str, Any]:
            return {"result": results(bench, step_id, number, place)}

        Pairs(
            bench,
            _("Keep when it finds something"),
            way.get("result") or {},
            on_change=lambda said: bench.set(("attempts", number, "result"), said or None),
            inputs=inputs,
            place=place,
            add=_("Add a value"),
            empty=_("Give the same names in every attempt: later steps see the winner’s."),
            testid=f"result-{number}",
        )
        text(_("It has found something when"), "label small", tag="h3")
        ConditionEditor(
            inputs,
            way.get("accept"),
            on_change=lambda said: bench.set(("attempts", number, "accept"), said),
            empty=_("else: any kept value is there"),
            place=place,
            extra=kept,
            testid=f"accept-{number}",
        )
        field(
            _("Price of one try"),
            way.get("cost") or "",
            kind="number",
            min=0,
            optional=True,
            hint=_("Counted whether it finds something or not."),
            on_change=lambda said: bench.set(("attempts", number, "cost"), said),
            testid=f"cost-{number}",
        )

    Ways(
        bench,
        step,
        "attempts",
        words=(_("Attempt {n}"), _("Name of attempt {n}"), _("Add an attempt")),
        inside=inside,
        fresh=lambda name: {"name": name, "steps": []},
    )


def results(bench: Bench, step_id: str, number: int, place: str) -> dict[str, Any]:
    """What the attempt keeps on the sample, as far as that is known."""
    attempts = (bench.draft.find(step_id) or {}).get("attempts") or []
    said = attempts[number].get("result") or {} if number < len(attempts) else {}
    try:
        return dict(compile_json(said, lenient=True)(bench.samples.scope(bench.draft, place)))
    except RunStopped:
        return dict.fromkeys(said)
