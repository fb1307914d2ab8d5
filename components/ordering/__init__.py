"""A list that people put in order, by dragging or with the arrow keys."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    title: str
    about: str = ""
    icon: str = "package"
    href: str = ""


class Ordering(ui.element, component="ordering.js"):
    """`on_order` gets the ids in their new order; one that was taken away is missing."""

    def __init__(self, label: str, *, on_order: Callable[[list[str]], Any], why: str = "") -> None:
        super().__init__()
        self._why, self._on_order = why, on_order
        self._props.update(label=label, items=[], why=why)
        self.on("order", self._order)

    def show(self, items: Sequence[Item]) -> None:
        self._known = {one.id for one in items}
        self._props["items"] = [asdict(one) for one in items]

    def _order(self, event: GenericEventArguments) -> Any:
        """A forged order of what is not here, or by who may not, does nothing."""
        given = event.args if isinstance(event.args, list) else []
        wanted = [str(one) for one in given]
        if self._why or not set(wanted) <= self._known or len(set(wanted)) != len(wanted):
            return None
        return self._on_order(wanted)
