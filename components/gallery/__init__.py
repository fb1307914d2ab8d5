"""Many cards as one light component."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from nicegui import ui


@dataclass(frozen=True, slots=True)
class Card:
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


class Gallery(ui.element, component="gallery.js"):
    def __init__(self, label: str) -> None:
        super().__init__()
        self._props.update(label=label, cards=[])

    def show(self, cards: Sequence[Card]) -> None:
        self._props["cards"] = [asdict(card) for card in cards]
