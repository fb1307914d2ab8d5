"""A bar of shares with its legend: how many ended how, out of how many."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from nicegui import ui


@dataclass(frozen=True, slots=True)
class Part:
    """`tone`: a colour of the charts: ok, warn, bad, info, quiet, faint; or none."""

    name: str
    count: int
    tone: str = ""


class Meter(ui.element, component="meter.js"):
    def __init__(self, label: str, *, legend: bool = True) -> None:
        super().__init__()
        self._props.update(label=label, parts=[], total=0, legend=legend)

    def show(self, parts: Sequence[Part], total: int) -> None:
        self._props["parts"] = [asdict(one) for one in parts if one.count]
        self._props["total"] = total
