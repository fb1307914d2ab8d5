"""A text field whose {{ values }} are chips, with a preview made by the engine itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nicegui import ui

from components.drawn import show_drawn
from components.expression_input import ways
from components.texts import _
from engine.errors import RunStopped
from engine.model import expressions
from engine.model.values import as_text

MOST_PREVIEW = 600
MOST_CODE = 2_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A value one can insert: its path, its name for people, and what it is on the sample."""

    path: str
    label: str
    sample: str = ""
    group: str = ""
    number: str = ""  # of the step it comes from, as on the canvas


@dataclass(slots=True)
class Known:
    """What expressions can reach at one place: offers to choose from, and sample values.

    `untested`: {"steps.find": "Find the person"}, where no value is known before a test.
    `also`: names that are right without being offered.
    """

    offers: Sequence[Offer] = ()
    scope: dict[str, Any] = field(default_factory=dict)
    untested: Mapping[str, str] = field(default_factory=dict)
    also: Sequence[str] = ()

    def has(self, path: str) -> bool:
        names = (*(offer.path for offer in self.offers), *self.also)
        return any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in names)

    def waits_for(self, text: str) -> str:
        """The first step that must be tested before this text has a value; or nothing."""
        return next((name for one, name in self.untested.items() if f"{one}." in text), "")


class ExpressionInput(ui.element, component="expression_input.js"):
    """`on_change(text)`: what is typed, 200 ms after the last key. `insert(path)` at the caret."""

    def __init__(
        self,
        label: str,
        value: str = "",
        *,
        known: Known | None = None,
        on_change: Callable[[str], Any] | None = None,
        on_focus: Callable[["ExpressionInput"], Any] | None = None,
        on_left: Callable[["ExpressionInput"], Any] | None = None,
        placeholder: str = "",
        hint: str = "",
        error: str = "",
        lines: bool = False,
        mono: bool = False,
        optional: bool = False,
        hide_label: bool = False,
        testid: str = "",
    ) -> None:
        super().__init__()
        self.value, self.known = value, known or Known()
        self._on_change = on_change
        self._heard = 0  # the number of the last text that was told
        self._look = {
            "label": label,
            "placeholder": placeholder,
            "hint": hint,
            "error": error,
            "lines": lines,
            "mono": mono,
            "optional": optional,
            "hideLabel": hide_label,
        }
        if testid:
            self._props["data-testid"] = testid
        self._draw()
        self.on("said", lambda event: self._said(str(event.args["text"]), event.args["number"]))
        self.on("ways", lambda event: self._show_ways(str(event.args)))
        if on_focus:
            self.on("focused", lambda: on_focus(self), args=[])
        if on_left:
            self.on("left", lambda: on_left(self), args=[])

    def set_value(self, value: str) -> None:
        self.value = value
        self._draw()

    def failed(self, error: str) -> None:
        """Show what is wrong; an empty text takes the message away."""
        if self._look["error"] != error:
            self._look["error"] = error
            self._draw()

    def know(self, known: Known) -> None:
        """Other values are known now; what is being typed stays as it is."""
        self.known = known
        self._draw()

    def insert(self, path: str) -> None:
        self.run_method("insert", path)

    def focus(self) -> None:
        self.run_method("focus")

    def _show_ways(self, code: str) -> None:
        """What can be done to this chip's value; one that is none does nothing."""
        if len(code) <= MOST_CODE:
            self._props["ways"] = ways.ways(code, self.known.scope)

    def _said(self, value: str, number: int) -> Any:
        self.value, self._heard = value, number
        self._draw()
        return self._on_change(value) if self._on_change else None

    def _draw(self) -> None:
        """Sent only where something is different: many fields hear of each change."""
        drawn = {
            **self._look,
            "value": self.value,
            "heard": self._heard,
            "offers": [
                {
                    "path": o.path,
                    "label": o.label,
                    "sample": o.sample[:120],
                    "group": o.group,
                    "number": o.number,
                }
                for o in self.known.offers
            ],
            "also": list(self.known.also),
            "preview": preview(self.value, self.known),
            "said": ways.said(self.value),
        }
        show_drawn(self, "drawn", drawn)


def preview(text: str, known: Known) -> dict[str, str] | None:
    """What the text becomes on the sample, or why that is not known yet."""
    if "{{" not in text:
        return None
    if waits := known.waits_for(text):
        return {"text": _("Test “{waits}” to see it.").format(waits=waits), "tone": "warn"}
    try:
        filled = as_text(expressions.fill(text, known.scope))
    except RunStopped as problem:
        return {"text": problem.message, "tone": "warn"}
    return {"text": filled[:MOST_PREVIEW] or _("no text"), "tone": ""}


__all__ = ["ExpressionInput", "Known", "Offer", "preview"]
