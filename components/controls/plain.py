"""Plain elements: text, icons, rows and stacks. They show text as text, whoever wrote it."""

from typing import Any

from nicegui import ui

from components.controls.made import made
from components.look import icons


class Text(ui.element):
    """Text inside one HTML element; never parsed as HTML or markdown."""

    def __init__(self, words: str, classes: str = "", *, tag: str = "p") -> None:
        super().__init__(tag)
        made(self, classes)
        self._text = words

    def say(self, words: str) -> None:
        if self._text != words:
            self._text = words
            self.update()


def text(words: str, classes: str = "", *, tag: str = "p") -> Text:
    return Text(words, classes, tag=tag)


def icon(name: str, classes: str = "") -> ui.html:
    """One of Lucide's icons, hidden from screen readers: the words beside it must do."""
    drawing = f'<svg aria-hidden="true"><use href="{icons()}#{name}"/></svg>'
    return made(ui.html(drawing, sanitize=False, tag="span"), f"icon {classes}")


def box(classes: str = "", *, tag: str = "div", **attributes: Any) -> ui.element:
    """An element with classes and attributes; `aria_label` becomes `aria-label`."""
    named = ((name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items())
    return made(ui.element(tag), classes, named)


def row(classes: str = "") -> ui.element:
    return box(f"row {classes}")


def stack(classes: str = "") -> ui.element:
    return box(f"stack {classes}")


def grow() -> ui.element:
    return box("grow")
