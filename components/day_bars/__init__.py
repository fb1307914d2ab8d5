"""A bar a day: the shape of a month at a glance; the numbers stand in a table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from nicegui import ui


@dataclass(frozen=True, slots=True)
class Bar:
    """`parts`: (tone, count) from the bottom up; `tip` says the same in words."""

    name: str
    parts: tuple[tuple[str, float], ...]
    tip: str


class DayBars(ui.element, component="day_bars.js"):
    def __init__(self, label: str) -> None:
        super().__init__()
        self._props.update(label=label, bars=[])

    def show(self, bars: Sequence[Bar]) -> None:
        self._props["bars"] = [asdict(one) for one in bars]
