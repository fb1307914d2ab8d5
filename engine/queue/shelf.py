"""What the queue asks of its store, and the values the two hand one another."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from engine.record import record
from engine.run.events import Mark, PageRead, StepFinished
from engine.run.task import End, Pause, Task


@record(eq=False)
class Claim:
    """The right to advance one execution, until the lease ends or somebody holds a higher fence.

    Each is its own: records of one run are told apart by their claim, not by comparing ids.
    """

    execution_id: UUID
    workspace_id: str
    fence: int
    takeovers: int = 0  # times a lease ran out since the last finished step
    connector_id: UUID | None = None  # what it is about: the queue does not know, opening tells
    contact_id: UUID | None = None


@record
class Opened:
    """A claimed execution: what to run, or, where it shall not run, how it ended."""

    claim: Claim
    task: Task | None
    end: End | None = None


@record
class Step:
    """A finished step. The run goes on only once this is kept."""

    claim: Claim
    mark: StepFinished


@record
class Page:
    """A page of a list. The next one is asked for only once this is kept."""

    claim: Claim
    mark: PageRead


@record
class Told:
    """Something that happened on the way; it may be lost with the process."""

    claim: Claim
    mark: Mark


@record
class Current:
    """Which step is at work, of a run that takes long enough for somebody to look."""

    claim: Claim
    step_id: str


@record
class Ended:
    claim: Claim
    end: End
    last: StepFinished | None = None  # the step it ended with, kept along with it
    current: str | None = None  # the step it was at, where it did not succeed


@record
class Paused:
    """Come back later; nobody holds the execution in between."""

    claim: Claim
    pause: Pause
    told: bool = False  # its step has said so already


@record
class HandedBack:
    """A worker that stops gives its execution to the next one, between two steps."""

    claim: Claim


Record = Step | Page | Told | Current | Ended | Paused | HandedBack


@record
class Beat:
    """What a heartbeat learned: which claims are still held, and which of those shall stop."""

    held: frozenset[UUID]
    cancelled: frozenset[UUID]


class StoreAway(Exception):
    """The store cannot be reached at the moment. Nothing was lost; try again."""


class Shelf(Protocol):
    """Every method raises StoreAway while the store is away."""

    async def claim(
        self, owner: str, room: int, lease_s: float, look_at: Sequence[str]
    ) -> list[Claim]:
        """Take up to `room` due executions; look into the lanes `look_at` whatever their hint."""
        ...

    async def open(self, owner: str, claims: Sequence[Claim]) -> list[Opened]:
        """Read what the claimed executions need. Those no longer ours are left out."""
        ...

    async def write(self, owner: str, records: Sequence[Record]) -> set[UUID]:
        """Keep all records in one transaction; the executions that are no longer ours come back."""
        ...

    async def beat(self, owner: str, claims: Sequence[Claim], lease_s: float) -> Beat: ...
