"""Choices one sees whole: a few cards of which one is taken, and icons to choose from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from components.controls import box, icon, text


@dataclass(frozen=True, slots=True)
class Option:
    """With a `why` it cannot be taken, and says so."""

    value: str
    title: str
    about: str = ""
    icon: str = "circle"
    why: str = ""


class Options:
    """Radio buttons of the browser's own, so that arrow keys walk them."""

    def __init__(
        self,
        label: str,
        options: Sequence[Option],
        value: str,
        on_change: Callable[[str], Any],
        *,
        small: bool = False,
    ) -> None:
        self.value, self._on_change = value, on_change
        self._open = {one.value for one in options if not one.why}
        with box("options small" if small else "options", role="radiogroup", aria_label=label) as b:
            for one in options:
                self._draw(one, f"options-{b.id}", small)

    def _draw(self, one: Option, group: str, small: bool) -> None:
        with box("option", tag="label") as around:
            button = box(tag="input", type="radio", name=group, value=one.value)
            if one.value == self.value:
                button.props["checked"] = True
            if one.why:
                button.props["disabled"] = True
                around.classes("closed")
            button.on("change", lambda value=one.value: self._take(value), args=[])
            button.props["data-testid"] = f"option-{one.value}"
            icon(one.icon)
            if small:
                button.props["aria-label"] = one.title
                around.props["data-tip"] = one.title
                return
            with box("stack tight", tag="span"):
                text(one.title, "strong", tag="span")
                text(one.why or one.about, "quiet small", tag="span")

    def _take(self, value: str) -> Any:
        """A forged choice of what is closed does nothing."""
        if value not in self._open or value == self.value:
            return None
        self.value = value
        return self._on_change(value)


def state_card(tone: str, symbol: str) -> ui.element:
    """A line about how something stands; fill it inside the `with`."""
    with box(f"news {tone}", role="status") as card:
        icon(symbol)
    return card
