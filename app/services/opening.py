"""Reads what a claimed execution needs, once for many, and keeps what rarely changes."""

import logging
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from uuid import UUID

from db import openings, pages, records
from db.records import Connection, Row
from engine.effects.credentials import Credential
from engine.errors import BadDefinition
from engine.model.contact import contact_scope
from engine.model.definition import load
from engine.model.plan import Plan, compile_plan
from engine.queue.endings import CANCELLED, GAVE_UP
from engine.queue.shelf import Claim, Opened
from engine.run.task import End, KeptPage, StepRecord, Task

logger = logging.getLogger(__name__)

MOST_TAKEOVERS = 5  # a run that took this many workers down with it is not given a sixth

PARTS = (
    "config",
    "input_schema",
    "field_mappings",
    "timeout_ms",
    "max_retries",
    "continue_on_error",
)

Open = Callable[[str, Sequence[str]], Awaitable[dict[str, Credential]]]


@dataclass(slots=True)
class Found:
    """What the tables said about one claimed execution."""

    claim: Claim
    row: Row
    stamps: Mapping[str, object]
    steps: dict[str, StepRecord] = field(default_factory=dict)
    pages: dict[str, list[KeptPage]] = field(default_factory=dict)


class Openings:
    def __init__(self, credentials: Open) -> None:
        """`credentials(workspace_id, service names)` opens the vault."""
        self._open_credentials = credentials
        self._plans: Kept[Plan | BadDefinition] = Kept(256)
        self._opened: Kept[tuple[object, Credential]] = Kept(512)
        self._names: Kept[str] = Kept(4096)

    async def read(
        self, connection: Connection, owner: str, apart: Mapping[str, Sequence[Claim]]
    ) -> list[Found]:
        """The transaction is inside the first workspace already."""
        everything: list[Found] = []
        started: dict[str, list[Row]] = {}
        inside = next(iter(apart))
        for workspace_id, claims in apart.items():
            inside = await records.go_to(connection, workspace_id, inside)
            found = await self._read_workspace(connection, owner, workspace_id, claims)
            everything += found
            started[workspace_id] = [_started(one.row) for one in found if one.row["begun"]]
        for workspace_id, events in started.items():
            if events:
                inside = await records.go_to(connection, workspace_id, inside)
                await records.tell(connection, workspace_id, events)
        return everything

    async def _read_workspace(
        self, connection: Connection, owner: str, workspace_id: str, claims: Sequence[Claim]
    ) -> list[Found]:
        by_id = {claim.execution_id: claim for claim in claims}
        fences = {claim.execution_id: claim.fence for claim in claims}
        begun = await openings.begin(connection, owner, fences)
        stamped = await openings.credential_stamps(connection, workspace_id)
        finished = await openings.finished_steps(connection, fences)
        if workspace_id not in self._names:
            self._names[workspace_id] = await openings.workspace_name(connection, workspace_id)
        rows = await begun.fetchall()
        stamps: dict[str, object] = dict(await stamped.fetchall())
        await self._learn(connection, rows)
        found = {row["id"]: Found(_about(by_id[row["id"]], row), row, stamps) for row in rows}
        for execution_id, *step in await finished.fetchall():
            if execution_id in found:
                found[execution_id].steps[step[0]] = StepRecord(*step)
        await self._add_pages(connection, found)
        return list(found.values())

    async def _add_pages(self, connection: Connection, found: Mapping[UUID, Found]) -> None:
        """Of lists that whoever held a run before was in the middle of."""
        begun = [number for number, one in found.items() if self._may_have_pages(one)]
        for execution_id, kept in (await pages.of(connection, begun) if begun else {}).items():
            for path, *page in kept:
                found[execution_id].pages.setdefault(path, []).append(KeptPage(*page))

    def _may_have_pages(self, one: Found) -> bool:
        plan = self._plans.get(_version(one.row))
        return not one.row["begun"] and isinstance(plan, Plan) and plan.paginates

    async def _learn(self, connection: Connection, rows: Sequence[Row]) -> None:
        versions = {_version(row) for row in rows}
        if missing := [version for version in versions if version not in self._plans]:
            for version, raw in (await openings.definitions(connection, missing)).items():
                self._plans[version] = _compile(raw)

    async def open(self, found: Found) -> Opened:
        claim, row = found.claim, found.row
        plan = self._plans.get(_version(row))
        if row["cancelled"]:
            return Opened(claim, None, CANCELLED)
        if claim.takeovers >= MOST_TAKEOVERS:
            return Opened(claim, None, GAVE_UP)
        if plan is None or isinstance(plan, BadDefinition):
            return Opened(claim, None, _unreadable(plan))
        credentials = await self._credentials(claim.workspace_id, plan, found.stamps)
        return Opened(
            claim,
            Task(
                execution_id=claim.execution_id,
                workspace={"id": claim.workspace_id, "name": self._names[claim.workspace_id]},
                plan=plan,
                contact=contact_scope(row["contact"] or {}),
                input=row["input_data"],
                attempt=row["attempt"],
                credentials=credentials,
                done=found.steps,
                state=row["state"] or {},
                pages=found.pages,
            ),
        )

    async def _credentials(
        self, workspace_id: str, plan: Plan, stamps: Mapping[str, object]
    ) -> dict[str, Credential]:
        """Opened once and kept until they change."""
        wanted = [name for name in plan.credentials if name in stamps]
        ready: dict[str, Credential] = {}
        for name in wanted:
            kept = self._opened.get((workspace_id, name))
            if kept and kept[0] == stamps[name]:
                ready[name] = kept[1]
        if missing := [name for name in wanted if name not in ready]:
            for name, credential in (await self._open_credentials(workspace_id, missing)).items():
                self._opened[workspace_id, name] = (stamps[name], credential)
                ready[name] = credential
        return ready


V = TypeVar("V")


class Kept(dict[Hashable, V], Generic[V]):
    """The last few values; the one put in longest ago goes first."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: Hashable, value: V) -> None:
        self.pop(key, None)
        super().__setitem__(key, value)
        if len(self) > self._most:
            del self[next(iter(self))]


def _about(claim: Claim, row: Row) -> Claim:
    return replace(claim, connector_id=row["connector_id"], contact_id=row["contact_id"])


def _version(row: Row) -> tuple[UUID, int]:
    return row["connector_id"], row["connector_version"]


def _compile(raw: Mapping[str, Any]) -> Plan | BadDefinition:
    try:
        return compile_plan(load({key: raw[key] for key in raw if key in PARTS}))
    except BadDefinition as bad:
        return bad


def _started(row: Row) -> Row:
    return {
        "execution_id": row["id"],
        "connector_id": row["connector_id"],
        "type": "execution.started",
        "status": "running",
        "sentence": "Started.",
    }


def _unreadable(bad: BadDefinition | None) -> End:
    why = bad.problems[0].message if bad and bad.problems else "This version is gone."
    return End(
        status="failed",
        outcome="failed",
        sentence=f"The connector cannot run: {why}",
        error_code="bad_definition",
        error_message=f"The connector cannot run: {why}",
        error_hint="Open the connector, correct what is marked, and retry with its latest version.",
    )
