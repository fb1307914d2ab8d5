"""What happens in a run, line by line: the browser keeps the lines and draws those in sight."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nicegui import ui


@dataclass(frozen=True, slots=True)
class LogLine:
    """`number` grows from line to line; `key`: what a click opens; `tone` as for badges."""

    number: int
    at: datetime
    sentence: str
    key: str = ""
    tone: str = ""


class RunLog(ui.element, component="run_log.js"):
    """Twenty thousand lines cost it what thirty do: nothing is kept here but the last number."""

    def __init__(
        self, label: str, *, on_pick: Callable[[str], Any] | None = None, testid: str = ""
    ) -> None:
        super().__init__()
        self._props.update(label=label, live=False)
        self.last = 0
        if testid:
            self._props["data-testid"] = testid
        if on_pick:
            self.on("line-pick", lambda event: on_pick(str(event.args)))

    def add(self, lines: Iterable[LogLine]) -> None:
        """Lines that are there already are left out, here and in the browser."""
        new = [line for line in lines if line.number > self.last]
        if not new:
            return
        self.last = new[-1].number
        batch = [
            [line.number, round(line.at.timestamp() * 1000), line.sentence, line.key, line.tone]
            for line in new
        ]
        self.run_method("add", batch)

    def follow(self, live: bool) -> None:
        """Whether more is to come: then the newest line stays in sight, and is read out."""
        self._props["live"] = live
