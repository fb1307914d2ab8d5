"""Plain elements: text, icons, rows and stacks. They show text as text, whoever wrote it."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from components.look import icons


class Text(ui.element):
    """Text inside one HTML element; never parsed as HTML or markdown."""

    def __init__(self, words: str, classes: str = "", *, tag: str = "p") -> None:
        super().__init__(tag)
        self.classes(classes)
        self.say(words)

    def say(self, words: str) -> None:
        if self._text != words:
            self._text = words
            self.update()


def text(words: str, classes: str = "", *, tag: str = "p") -> Text:
    return Text(words, classes, tag=tag)


def icon(name: str, classes: str = "") -> ui.html:
    """One of Lucide's icons, hidden from screen readers: the words beside it must do."""
    drawing = f'<svg aria-hidden="true"><use href="{icons()}#{name}"/></svg>'
    return ui.html(drawing, sanitize=False, tag="span").classes(f"icon {classes}")


def box(classes: str = "", *, tag: str = "div", **attributes: Any) -> ui.element:
    """An element with classes and attributes; `aria_label` becomes `aria-label`."""
    element = ui.element(tag).classes(classes)
    for name, value in attributes.items():
        element.props[name.rstrip("_").replace("_", "-")] = value
    return element


def row(classes: str = "") -> ui.element:
    return box(f"row {classes}")


def stack(classes: str = "") -> ui.element:
    return box(f"stack {classes}")


def grow() -> ui.element:
    return box("grow")


def fold(
    title: str, *, opened: bool = False, on_turn: Callable[[bool], Any] | None = None
) -> ui.element:
    """Details for those who want them; put the content into what this returns.

    `on_turn(opened)`: it was opened or closed.
    """
    outer = box("fold", tag="details")
    if on_turn:
        tell = "(event) => emit(event.target.open)"
        outer.on("toggle", lambda event: on_turn(bool(event.args)), js_handler=tell)
    if opened:
        outer.props["open"] = True
    with outer:
        text(title, tag="summary")
        return box("inside")
