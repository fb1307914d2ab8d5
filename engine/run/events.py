"""What a run tells while it goes on, each mark with a sentence for its owner."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from engine.record import record


@record
class StepStarted:
    type: ClassVar[str] = "step.started"
    step_id: str
    path: str
    name: str

    @property
    def sentence(self) -> str:
        return f"Started “{self.name}”."


@record
class Retrying:
    type: ClassVar[str] = "step.retry"
    step_id: str
    path: str
    sentence: str  # "api.hunter.io answered 429; trying again in 3 s (2 of 4)."


@record
class PageRead:
    """A page of a list, and what leads to the next one. Safe before that is asked for, so that a
    run that changes hands goes on there."""

    type: ClassVar[str] = "step.page"
    step_id: str
    path: str
    number: int  # from 0
    items: list[Any]
    next: Any

    @property
    def sentence(self) -> str:
        return f"Read page {self.number + 1}."


@record
class StepFinished:
    """Not told before it is durable: a run goes on only after `keep` came back."""

    type: ClassVar[str] = "step.finished"
    step_id: str
    path: str
    position: int
    entry: dict[str, Any]
    result: dict[str, Any] | None
    sentence: str  # "Called api.hunter.io: 200 in 212 ms, found name and company."
    last: bool = False  # nothing comes after it but the end: the two may become durable together

    @property
    def status(self) -> str:
        return str(self.entry["status"])


Mark = StepStarted | Retrying | PageRead | StepFinished

# Returns once the mark is safe; raises LostLease where another worker owns the run.
Keep = Callable[[Mark], Awaitable[None]]


def seconds(s: float) -> str:
    """How long, as one would say it: 0.4 s, 3 s, 2 min, 1 h."""
    if s < 10:
        return f"{s:.1f} s".replace(".0 s", " s")
    if s < 120:
        return f"{s:.0f} s"
    return f"{s / 60:.0f} min" if s < 7200 else f"{s / 3600:.0f} h"


def listed(names: list[str], most: int = 4) -> str:
    """name, company and phone"""
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
