"""A small picture of a long canvas: where one is, and a way to the rest."""

from nicegui import ui


class Minimap(ui.element, component="minimap.js"):
    """Stands beside a flow canvas and draws what it finds there; of short ones it shows nothing.

    It is for the pointer alone: the keyboard walks through the cards themselves.
    """

    def __init__(self, *, least: int = 16) -> None:
        super().__init__()
        self._props["least"] = least


__all__ = ["Minimap"]
