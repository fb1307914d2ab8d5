"""Two areas and a border between them that one can move."""

from nicegui import ui
from nicegui.slot import Slot


class Panes(ui.element, component="panes.js"):
    """`with panes:` fills the first area, `with panes.second:` the other; sizes are in pixels.

    The size of the second is remembered in the browser under `name`; `keep` is left to the first.
    """

    def __init__(
        self,
        name: str,
        *,
        label: str,
        size: int,
        across: bool = True,
        least: int = 240,
        keep: int = 320,
    ) -> None:
        super().__init__()
        self._props.update(name=name, label=label, size=size, across=across, least=least, keep=keep)
        self.second: Slot = self.add_slot("second")

    def fold(self, folded: bool) -> None:
        """Hide the second area, or bring it back."""
        self._props["folded"] = folded


__all__ = ["Panes"]
