"""Settings of a step that sets values."""

from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.inputs import Inputs
from app.pages.builder.pairs import Pairs
from components.texts import _


def set_form(bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
    Pairs(
        bench,
        _("Values"),
        step.get("values") or {},
        on_change=lambda said: bench.set(("values",), said),
        inputs=inputs,
        add=_("Add a value"),
        empty=_("Give a value a name, then put it together from texts and earlier values."),
        testid="set",
    )
