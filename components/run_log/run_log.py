"""What happens in a run, line by line: the browser keeps the lines and draws those in sight."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nicegui import ui

MOST_AT_ONCE = 5_000
BREATH_S = 0.05


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
        self._waiting: list[list[Any]] = []
        self._later: asyncio.TimerHandle | None = None
        if testid:
            self._props["data-testid"] = testid
        if on_pick:
            self.on("line-pick", lambda event: on_pick(str(event.args)))

    def add(self, lines: Iterable[LogLine]) -> None:
        """Lines that are there already are left out, here and in the browser."""
        new = [line for line in lines if line.number > self.last]
        if not new:
            return
        first = not self.last
        self.last = new[-1].number
        self._waiting += [
            [line.number, round(line.at.timestamp() * 1000), line.sentence, line.key, line.tone]
            for line in new
        ]
        if first or len(self._waiting) >= MOST_AT_ONCE:
            self.flush()
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(BREATH_S, self.flush)

    def flush(self) -> None:
        """The first lines go at once; what follows them closely travels together."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if self._waiting and not self.is_deleted:
            self.run_method("add", self._waiting)
        self._waiting = []

    def follow(self, live: bool) -> None:
        """Whether more is to come: then the newest line stays in sight, and is read out."""
        self._props["live"] = live
