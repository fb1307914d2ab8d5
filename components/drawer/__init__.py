"""A panel that slides in at the right, over nothing: what is read beside it stays in reach."""

from collections.abc import Callable
from typing import Any

from nicegui import ui


class Drawer(ui.element, component="drawer.js"):
    """Fill it with `with drawer:`; Esc and its button close it, which `on_close` is told."""

    def __init__(self, label: str, *, on_close: Callable[[], Any], testid: str = "") -> None:
        super().__init__()
        self._props.update(label=label, opened=False, offered=False)
        if testid:
            self._props["data-testid"] = testid
        self.on("drawer-close", on_close, args=[])

    def show(self, opened: bool, *, offered: bool = False) -> None:
        """`offered`: nobody asked for it; where it would lie over the page it stays shut."""
        self._props["opened"] = opened
        self._props["offered"] = offered


__all__ = ["Drawer"]
