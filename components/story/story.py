"""What happened, line by line: a moment, a sentence, and where it leads."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from nicegui import ui

SHOWN = 400


@dataclass(frozen=True, slots=True)
class Line:
    """`key`: what a click on the line opens; without one it is only read. `tone` as for badges."""

    at: datetime
    sentence: str
    key: str = ""
    more: str = ""
    tone: str = ""


class Story(ui.element, component="story.js"):
    """One light element, however long the story; lines are added while it is being read."""

    def __init__(
        self,
        label: str,
        *,
        how: str = "clock",
        on_pick: Callable[[str], Any] | None = None,
        testid: str = "",
    ) -> None:
        """`how` moments are shown: clock, day or ago."""
        super().__init__()
        self._props.update(label=label, how=how, lines=[], earlier=0)
        self.lines: list[Line] = []
        if testid:
            self._props["data-testid"] = testid
        if on_pick:
            self.on("line-pick", lambda event: on_pick(str(event.args)))

    def add(self, lines: Iterable[Line]) -> None:
        self.lines += lines
        self._props["earlier"] = max(0, len(self.lines) - SHOWN)
        self._props["lines"] = [
            {**asdict(line), "at": line.at.isoformat()} for line in self.lines[-SHOWN:]
        ]
