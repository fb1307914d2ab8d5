"""Many cards as one light component."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui


@dataclass(frozen=True, slots=True)
class Card:
    """`measured`: [(97%, went well), …]. `mark` and `tone`: one more badge."""

    id: str
    name: str
    description: str
    href: str
    services: str = ""
    category: str = ""
    icon: str = "package"
    official: bool = False
    own: bool = False
    rating: str = ""
    installs: int = 0
    measured: Sequence[tuple[str, str]] = ()
    mark: str = ""
    tone: str = ""


PARTS = tuple(Card.__dataclass_fields__)


class Gallery(ui.element, component="gallery.js"):
    def __init__(self, label: str) -> None:
        super().__init__()
        self._props.update(label=label, cards=[])

    def show(self, cards: Sequence[Card]) -> None:
        self._props["cards"] = shown(cards)


def shown(cards: Sequence[Card]) -> list[dict[str, Any]]:
    """As the browser gets them."""
    return [{part: getattr(one, part) for part in PARTS} for one in cards]
