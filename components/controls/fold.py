"""Details for those who want them."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from components.controls.made import made


class Fold(ui.element, component="fold.js"):
    """Closed at first; what is made inside of `with fold(…)` is what it opens to."""

    def __init__(
        self,
        title: str,
        *,
        opened: bool = False,
        on_turn: Callable[[bool], Any] | None = None,
    ) -> None:
        """`on_turn(opened)`: it was opened or closed."""
        super().__init__()
        made(self, props={"title": title, "opened": opened})
        if on_turn:
            self.on("turn", lambda event: on_turn(bool(event.args)))


def fold(title: str, **given: Any) -> ui.element:
    return Fold(title, **given)
