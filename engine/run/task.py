"""What goes into a run and what comes out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from engine.effects.credentials import Credential
from engine.model.mapping import Mapped
from engine.model.plan import Plan
from engine.record import record


class LostLease(Exception):
    """Another worker owns this run now; it stops here without a word."""


@record
class StepRecord:
    """A step that has finished; it is never performed again."""

    path: str
    position: int
    entry: dict[str, Any]  # what the record of the run shows, secrets masked
    result: dict[str, Any] | None  # what later steps need


@record
class KeptPage:
    """A page that was read before the run changed hands."""

    number: int
    items: list[Any]
    next: Any


@dataclass(slots=True)
class Task:
    """One execution as a worker or a test takes it up, perhaps half done."""

    execution_id: UUID | None
    workspace: Mapping[str, str]
    plan: Plan
    contact: dict[str, Any]
    input: dict[str, Any]
    attempt: int = 1
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    done: Mapping[str, StepRecord] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)  # what the last Pause left behind
    pages: Mapping[str, Sequence[KeptPage]] = field(default_factory=dict)  # by path, in order
    until_step: str | None = None
    test: bool = False
    wholes: dict[str, bytes] | None = None  # a test keeps answers here that its record cuts


@record
class End:
    """How a run ended."""

    status: str
    outcome: str | None
    sentence: str
    error_code: str | None = None
    error_message: str | None = None
    error_hint: str | None = None
    mapped: list[Mapped] = field(default_factory=list)
    output: dict[str, Any] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)


Why = Literal["quota", "reconnect"]


@record
class Held:
    """Not a failure yet: the run goes on once somebody or something mends what it lacks."""

    why: Why
    credential_id: str | None
    place: str  # at the service: what one run finds out there is true for the others
    code: str
    message: str
    hint: str


@record
class Pause:
    """Come back in a while; nobody needs to hold the run until then."""

    after_s: float
    state: dict[str, Any]
    sentence: str
    held: Held | None = None
