"""What one run knows while it goes on: what is done, what was told, how long to wait."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import uuid4

from engine.errors import ResultUnknown, RunStopped
from engine.model import limits
from engine.model.outcome import Outcome
from engine.model.plan import StepPlan
from engine.model.values import weight
from engine.record import record
from engine.run.doors import Doors
from engine.run.entry import RECORD_BYTES, glimpse
from engine.run.events import Keep, Mark, StepFinished, seconds
from engine.run.task import Held, Task

# Shorter waits hold the worker: giving a run back and claiming it again costs more.
WAITED_IN_PLACE_S = 2.0

# A person sits before a test; what a service usually asks for is waited for all the same.
PATIENCE_OF_A_TEST_S = 30.0


class TooManySteps(Exception):
    """Loops in loops: nobody would read what all of them did. Ends the run, whatever is around."""

    words: Final = {
        "code": "too_many_steps",
        "message": f"The run was ended after {limits.PERFORMED:,} steps.",
        "hint": "Go through fewer items, or give each its own run.",
    }


Scope = dict[str, Any]
Status = Literal["success", "failed", "skipped", "not_found"]


class Later(Exception):
    """The step under way has to wait longer than a worker should be held."""

    def __init__(self, after_s: float, sentence: str, held: Held | None = None) -> None:
        super().__init__(sentence)
        self.after_s, self.sentence, self.held = after_s, sentence, held


@record
class Ending:
    """Why a list of steps was not performed to the last; it ends what is around it, too."""

    kind: Literal["failed", "not_found", "stopped", "until"]
    step_id: str
    error: dict[str, Any] | None = None  # code, message, hint
    outcome: Outcome | None = None  # what a stop asked for
    message: str | None = None
    timed_out: bool = False  # the last thing tried took too long

    @property
    def ends_the_run(self) -> bool:
        """Whatever loop or attempt is around it."""
        return self.kind in ("stopped", "until")


@dataclass(slots=True)
class Made:
    """What performing one step came to."""

    status: Status
    sentence: str
    result: dict[str, Any] | None = None  # names for later steps; without it they stay null
    shown: dict[str, Any] = field(default_factory=dict)  # more of the entry: request, response, …
    error: RunStopped | None = None
    ending: Ending | None = None  # what ended the steps inside, or what a stop asks for


def made_of(ending: Ending | None, sentence: str, result: dict[str, Any] | None) -> Made:
    """What a step with steps inside came to, given what ended those."""
    if ending is None or ending.ends_the_run:
        return Made("success", sentence, result, ending=ending)
    if ending.kind == "not_found" or ending.error is None:
        return Made("not_found", sentence)
    error = RunStopped(
        ending.error["message"], code=ending.error["code"], hint=ending.error["hint"]
    )
    shown = {"timed_out": True} if ending.timed_out else {}
    return Made("failed", error.message, error=error, shown=shown)


def all_failed(error: RunStopped, failures: Sequence[Ending]) -> Made:
    """A step that failed because everything inside it did. Where one of the calls may have
    arrived, whoever retries is asked about it, as about a call of its own."""
    if any((one.error or {}).get("code") == ResultUnknown.code for one in failures):
        error.code = ResultUnknown.code
    shown = {"timed_out": True} if all(one.timed_out for one in failures) else {}
    return Made("failed", error.message, error=error, shown=shown)


@record
class Place:
    """Where a list of steps stands: at the top, or inside item 3 of a loop."""

    prefix: str = ""

    def path(self, step_id: str) -> str:
        return self.prefix + step_id

    def inside(self, step_id: str, item: int | None = None) -> "Place":
        number = "" if item is None else f"[{item}]"
        return Place(f"{self.prefix}{step_id}{number}.")


TOP = Place()

Walk = Callable[["Story", Sequence[StepPlan], Place, Scope], Awaitable[Ending | None]]


class Story:
    __slots__ = (
        "_keep", "_positions", "_recorded", "_walk", "doors", "entries", "guarded", "key", "partly",
        "resumed", "state", "task",
    )  # fmt: skip

    def __init__(self, task: Task, doors: Doors, keep: Keep, walk: Walk) -> None:
        self.task, self.doors, self._keep, self._walk = task, doors, keep, walk
        self.state: dict[str, Any] = dict(task.state)
        self.resumed: bool = self.state.pop("!resumed", False)  # the next call asks no pause
        self.state.pop("!place", None)
        self.key = str(task.execution_id or f"test-{uuid4()}")  # same over attempts and takeovers
        self.guarded = tuple(task.credentials.values())
        self.partly = False  # something failed and the run went on
        done = sorted(task.done.values(), key=lambda one: one.position)
        self.entries: dict[str, dict[str, Any]] = {one.path: one.entry for one in done}
        self._positions = done[-1].position + 1 if done else 0
        self._recorded = 0

    async def walk(self, steps: Sequence[StepPlan], place: Place, scope: Scope) -> Ending | None:
        """Perform the steps inside another step; None when the last was reached."""
        return await self._walk(self, steps, place, scope)

    def position(self) -> int:
        if self._positions >= limits.PERFORMED:
            raise TooManySteps
        self._positions += 1
        return self._positions - 1

    def bound(self, line: dict[str, Any]) -> None:
        """A loop may make ten thousand calls; nobody reads all that came of them."""
        self._recorded += weight(line)
        if self._recorded > RECORD_BYTES:
            glimpse(line)

    async def tell(self, mark: Mark) -> None:
        """Come back once it is safe to go on."""
        await self._keep(mark)
        if isinstance(mark, StepFinished):
            self.entries[mark.path] = mark.entry

    # Waiting

    def remembered(self, path: str) -> dict[str, Any]:
        """What the step at this path left behind when it paused; empty the first time."""
        memory = self.state.pop(path, None)
        return dict(memory) if isinstance(memory, dict) else {}

    async def wait(self, path: str, for_s: float, memory: dict[str, Any], sentence: str) -> None:
        """Wait here when it is short; else leave `memory` behind and give the worker back."""
        if for_s <= WAITED_IN_PLACE_S or self.task.test:
            await self.doors.sleep(for_s)
            return
        self.state[path] = {**memory, "due": self.doors.now().timestamp() + for_s}
        raise Later(for_s, sentence)

    def hold(
        self, path: str, for_s: float, memory: dict[str, Any], sentence: str, held: Held
    ) -> Later:
        """To be raised. Whoever comes back before the time is up need not wait for the rest."""
        self.state[path] = memory
        self.state["!place"] = held.place  # those who wait for the same are let go together
        return Later(for_s, sentence, held)

    def is_too_long(self, for_s: float, usual_s: float) -> bool:
        """For a test; a run waits however long it takes."""
        return self.task.test and for_s > max(usual_s, PATIENCE_OF_A_TEST_S)

    async def wait_out(self, path: str, memory: dict[str, Any]) -> None:
        """Wait for what is left of an earlier pause, if anything."""
        left = memory.get("due", 0) - self.doors.now().timestamp()
        if left > 0:
            await self.wait(path, left, memory, f"Waiting for {seconds(left)} more.")
