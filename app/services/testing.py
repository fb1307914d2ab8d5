"""Try a connector now, on one contact: the same engine and guards as a run, and nothing written."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from app.services import inputs
from app.services.connectors import Connectors, load
from app.services.contacts import workspace_of
from app.services.problems import BadInput, NotFound, TooMany, bad_field
from app.services.roles import must
from db import contacts, workspaces
from db.contacts import Contact
from db.session import Actor, Database
from engine.effects.credentials import Credential
from engine.model import definition as definitions
from engine.model import mapping
from engine.model.contact import NAMES, check_contact, contact_scope
from engine.model.parts import Definition
from engine.model.plan import compile_plan
from engine.run.doors import Doors
from engine.run.events import Mark, StepFinished
from engine.run.run import run
from engine.run.task import End, Pause, Task

LONGEST_S: Final = 120.0
AT_ONCE: Final = 8  # tests of one workspace at the same time

OnMark = Callable[[Mark], Awaitable[None]]
OpenCredentials = Callable[[str, list[str]], Awaitable[dict[str, Credential]]]


@dataclass(frozen=True, slots=True)
class Trial:
    """On whom, with what, and how far."""

    contact_id: UUID | None = None
    contact: Mapping[str, Any] | None = None
    input: dict[str, Any] = field(default_factory=dict)
    until_step: str | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """A test's record: as an execution, with what a run would write; kept nowhere."""

    connector_id: UUID | None
    connector_version: int | None
    workspace_id: str
    contact_id: UUID | None
    status: str
    outcome: str | None
    steps_executed: list[dict[str, Any]]
    current_step: str | None
    input_data: dict[str, Any]
    output_data: dict[str, Any]
    error_code: str | None
    error_message: str | None
    error_hint: str | None
    execution_time_ms: int
    started_at: datetime
    finished_at: datetime
    would_write: list[dict[str, Any]]
    wholes: Mapping[str, bytes] = field(default_factory=dict)  # answers cut in the record, by step


class Testing:
    def __init__(
        self,
        database: Database,
        connectors: Connectors,
        open_credentials: OpenCredentials,
        doors: Doors,
        *,
        longest_s: float = LONGEST_S,
        at_once: int = AT_ONCE,
    ) -> None:
        self._database, self._connectors = database, connectors
        self._open_credentials, self.doors = open_credentials, doors
        self._longest_s, self._at_once = longest_s, at_once
        self._under_way: Counter[str] = Counter()

    async def try_now(
        self,
        actor: Actor,
        what: UUID | Mapping[str, Any],
        trial: Trial,
        on_mark: OnMark | None = None,
        *,
        given: Mapping[str, Credential] | None = None,
        doors: Doors | None = None,
    ) -> Tested:
        """`what` is a stored connector, or a definition that nobody has saved.

        `on_mark` hears of each step as it starts and ends. Cancelling the caller stops the test.
        `given` are keys that nobody kept yet, tried through `doors` of their own.
        """
        must(actor, "connectors.test")
        definition, connector_id, version = await self._what(actor, what)
        values = inputs.checked(definition.input_schema, trial.input)
        _known_step(definition, trial.until_step)
        with self._room(workspace_of(actor)):
            task = await self._task(actor, definition, trial, values, given or {})
            began, clock = datetime.now(UTC), time.monotonic()
            end, entries = await self._run(task, doors or self.doors, on_mark)
            return Tested(
                connector_id=connector_id,
                connector_version=version,
                workspace_id=workspace_of(actor),
                contact_id=trial.contact_id,
                status=end.status,
                outcome=end.outcome,
                steps_executed=entries,
                current_step=None,
                input_data=values,
                output_data=end.output,
                error_code=end.error_code,
                error_message=end.error_message,
                error_hint=end.error_hint,
                execution_time_ms=round((time.monotonic() - clock) * 1000),
                started_at=began,
                finished_at=datetime.now(UTC),
                would_write=[asdict(change) for change in mapping.apply(task.contact, end.mapped)],
                wholes=task.wholes or {},
            )

    async def _what(
        self, actor: Actor, what: UUID | Mapping[str, Any]
    ) -> tuple[Definition, UUID | None, int | None]:
        if isinstance(what, UUID):
            connector = await self._connectors.get(actor, what)
            return load(connector), connector.id, connector.version
        return definitions.load(dict(what)), None, None

    async def _task(
        self,
        actor: Actor,
        definition: Definition,
        trial: Trial,
        values: dict[str, Any],
        given: Mapping[str, Credential],
    ) -> Task:
        plan = compile_plan(definition)
        async with self._database.session_for(actor) as session:
            workspace = await workspaces.find(session, workspace_of(actor))
            if workspace is None:
                raise NotFound("workspace")
            row = None
            if trial.contact_id is not None:
                row = await contacts.find(session, workspace.id, trial.contact_id)
                if row is None:
                    raise NotFound("contact")
        used = {name: one for name, one in given.items() if name in plan.credentials}
        rest = sorted(set(plan.credentials) - set(used))
        kept = await self._open_credentials(workspace.id, rest)
        return Task(
            execution_id=None,
            workspace={"id": workspace.id, "name": workspace.name},
            plan=plan,
            contact=_contact(row, trial.contact),
            input=values,
            credentials={**kept, **used},
            until_step=trial.until_step,
            test=True,
            wholes={},
        )

    async def _run(
        self, task: Task, doors: Doors, on_mark: OnMark | None
    ) -> tuple[End, list[dict[str, Any]]]:
        finished: list[StepFinished] = []

        async def keep(mark: Mark) -> None:
            if isinstance(mark, StepFinished):
                finished.append(mark)
            if on_mark is not None:
                await on_mark(mark)

        try:
            async with asyncio.timeout(self._longest_s):
                end = await run(task, doors, keep)
        except TimeoutError:
            end = _too_long(self._longest_s)
        if isinstance(end, Pause):
            end = _too_long(self._longest_s)
        if end.entries:
            return end, end.entries
        return end, [mark.entry for mark in sorted(finished, key=lambda mark: mark.position)]

    @contextmanager
    def _room(self, workspace_id: str) -> Iterator[None]:
        if self._under_way[workspace_id] >= self._at_once:
            raise TooMany(
                f"{self._at_once} tests of this workspace are under way already.",
                hint="Wait for one of them to end, or execute the connector instead.",
                retry_after=5,
            )
        self._under_way[workspace_id] += 1
        try:
            yield
        finally:
            self._under_way[workspace_id] -= 1
            self._under_way += Counter()  # forgets workspaces at zero


def _contact(row: Contact | None, typed: Mapping[str, Any] | None) -> dict[str, Any]:
    """All columns, so that a missing value is empty and only a wrong name is an error."""
    if row is not None:
        return contact_scope({name: getattr(row, name) for name in NAMES})
    given = dict(typed or {})
    if wrong := check_contact(given):
        raise BadInput(wrong)
    return {**contact_scope(given), "id": None}


def _known_step(definition: Definition, step_id: str | None) -> None:
    known = list(_ids(definition.steps))
    if step_id is not None and step_id not in known:
        raise bad_field(
            "until_step", f"There is no step “{step_id}”; the steps are {', '.join(known)}."
        )


def _ids(steps: Iterable[Any]) -> Iterator[str]:
    for step in steps:
        yield step.id
        for inner in (step, *getattr(step, "branches", ()), *getattr(step, "attempts", ())):
            yield from _ids(getattr(inner, "steps", ()))


def _too_long(seconds: float) -> End:
    message = f"The test was stopped after {seconds:g} seconds."
    return End(
        status="timeout",
        outcome="failed",
        sentence=message,
        error_code="test_too_long",
        error_message=message,
        error_hint="Test fewer steps at once, or execute the connector: a run may take its time.",
    )
