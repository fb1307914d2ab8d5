"""The next and the previous of the runs one came from: two buttons, and the keys J and K."""

from nicegui import ui


class Neighbours(ui.element, component="neighbours.js"):
    """The browser remembers the list one came from; without one there is nothing to see."""


__all__ = ["Neighbours"]
