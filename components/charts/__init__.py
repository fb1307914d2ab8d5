"""Numbers as bars, drawn light; the same numbers stand in a table for those who read or hear."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from nicegui import ui


@dataclass(frozen=True, slots=True)
class Kind:
    """One colour of a bar. `tone`: ok, warn, bad, info, brand, quiet, or a number from 1 to 6."""

    key: str
    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class Span:
    """One line of a list of lengths: `words` say the length, `more` stands below the name."""

    name: str
    value: float
    words: str
    more: str = ""
    href: str = ""


class TimeBars(ui.element, component="time_bars.js"):
    """Bars over time, made of kinds that stand on one another."""

    def __init__(self, label: str, *, unit: str = "", digits: int = 0, testid: str = "") -> None:
        """`unit`: what is counted, as the table's heading says it."""
        super().__init__()
        self._props.update(label=label, unit=unit, digits=digits, kinds=[], bars=[], step=0)
        if testid:
            self._props["data-testid"] = testid

    def show(
        self,
        kinds: Sequence[Kind],
        bars: Sequence[tuple[datetime, Mapping[str, float]]],
        *,
        step_s: int,
    ) -> None:
        """`bars`: (begin, how many of each kind); `step_s`: seconds from one to the next."""
        self._props["kinds"] = [asdict(kind) for kind in kinds]
        self._props["bars"] = [[at.isoformat(), dict(bar)] for at, bar in bars]
        self._props["step"] = step_s


class Lengths(ui.element, component="lengths.js"):
    """Things with a length each, the longest first."""

    def __init__(self, label: str, *, testid: str = "") -> None:
        super().__init__()
        self._props.update(label=label, spans=[])
        if testid:
            self._props["data-testid"] = testid

    def show(self, spans: Sequence[Span]) -> None:
        self._props["spans"] = [asdict(one) for one in spans]


__all__ = ["Kind", "Lengths", "Span", "TimeBars"]
