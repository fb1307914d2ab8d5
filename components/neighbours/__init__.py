"""The next and the previous of the list one came from: two buttons, and the keys J and K."""

from nicegui import ui


class Neighbours(ui.element, component="neighbours.js"):
    """`noun`: what the list is of, as "run". The browser remembers the list one came from."""

    def __init__(self, noun: str) -> None:
        super().__init__()
        self._props["noun"] = noun


__all__ = ["Neighbours"]
