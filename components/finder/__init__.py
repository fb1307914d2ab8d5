"""One of many, found by typing: rows or tiles under a search field, for the mouse and the keys."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nicegui import ui

from components.marks import Mark


@dataclass(frozen=True, slots=True)
class Choice:
    """`words` are found as well as what is shown. A `mark` is a service's tile, else an icon."""

    id: str
    title: str
    about: str = ""
    group: str = ""
    small: bool = False  # a tile among others, instead of a row of its own
    mark: Mark | None = None
    icon: str = ""
    color: str = ""
    badge: str = ""
    tone: str = ""
    words: str = ""
    testid: str = ""


class Finder(ui.element, component="finder.js"):
    """`on_pick(id)`. The search happens in the browser: what is typed is never sent."""

    def __init__(
        self,
        label: str,
        *,
        on_pick: Callable[[str], Any],
        placeholder: str = "",
        nothing: str = "",
        testid: str = "",
    ) -> None:
        super().__init__()
        self._props.update(label=label, placeholder=placeholder, nothing=nothing, choices=[])
        if testid:
            self._props["data-testid"] = testid
        self.on("pick", lambda event: on_pick(str(event.args)))

    def show(self, choices: Sequence[Choice], chosen: str = "") -> None:
        self._props["choices"] = [_drawn(one) for one in choices]
        self._props["chosen"] = chosen

    def choose(self, chosen: str) -> None:
        self._props["chosen"] = chosen


def _drawn(one: Choice) -> dict[str, Any]:
    """Only what it has: there may be thousands."""
    return {name: value for name, value in asdict(one).items() if value}


__all__ = ["Choice", "Finder"]
