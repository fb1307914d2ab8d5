"""What the pages of a list held together."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Pages:
    items: list[Any]
    count: int
    cut: bool = False  # more pages follow, though the step's limit was reached

    @property
    def sentence(self) -> str:
        pages = "1 page" if self.count == 1 else f"{self.count} pages"
        items = "1 item" if len(self.items) == 1 else f"{len(self.items)} items"
        return f"{items} on {pages}" + (" (cut there, more follow)" if self.cut else "")
