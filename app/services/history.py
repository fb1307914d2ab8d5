"""What ran: executions of a workspace, found again and read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.services.contacts import workspace_of
from app.services.listing import Slice, cut
from app.services.problems import NotFound
from db import executions, field_writes, held
from db.executions import LIVE, Execution, Narrowed
from db.field_writes import FieldWrite
from db.session import Actor, Database

__all__ = ["History", "Narrowed", "Outline", "is_over"]


@dataclass(frozen=True, slots=True)
class Outline:
    """An execution, and its steps without what they asked and were answered."""

    run: Execution
    steps: list[dict[str, Any]]


class History:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self,
        actor: Actor,
        narrowed: Narrowed | None = None,
        *,
        limit: int = 50,
        after: tuple[datetime, UUID] | None = None,
        steps: bool = False,
        light: bool = False,
    ) -> Slice[Execution]:
        """Newest first. Without `steps` an execution's `steps_executed` is not read at all."""
        async with self._database.session_for(actor) as session:
            rows = await executions.newest(
                session,
                workspace_of(actor),
                narrowed or Narrowed(),
                limit=limit + 1,
                after=after,
                steps=steps,
                light=light,
            )
        return cut(rows, limit)

    async def how_many(self, actor: Actor, narrowed: Narrowed, most: int = 10_000) -> int:
        async with self._database.session_for(actor) as session:
            return await executions.how_many(session, workspace_of(actor), narrowed, most)

    async def outline(self, actor: Actor, execution_id: UUID) -> Outline:
        """As a page shows it first: light, however much its steps were answered."""
        async with self._database.session_for(actor) as session:
            found = await executions.outline(session, workspace_of(actor), execution_id)
        if found is None:
            raise NotFound("execution")
        return Outline(*found)

    async def step(self, actor: Actor, execution_id: UUID, path: str) -> dict[str, Any]:
        """One step with its call and its answer."""
        async with self._database.session_for(actor) as session:
            found = await executions.step_of(session, workspace_of(actor), execution_id, path)
        if found is None:
            raise NotFound("step")
        return found

    async def writes(self, actor: Actor, execution_id: UUID) -> Sequence[FieldWrite]:
        """What it wrote to its contact, in order, and what was taken back of that since."""
        async with self._database.session_for(actor) as session:
            return await field_writes.of_execution(session, workspace_of(actor), execution_id)

    async def waits(self, actor: Actor, runs: Iterable[Execution]) -> dict[UUID, datetime]:
        """Until when those wait that have begun and are held by nobody now."""
        begun = [run.id for run in runs if not is_over(run) and run.started_at]
        if not begun:
            return {}
        async with self._database.session_for(actor) as session:
            return await held.waiting_until(session, workspace_of(actor), begun)

    async def get(self, actor: Actor, execution_id: UUID) -> Execution:
        """With every step finished so far."""
        async with self._database.session_for(actor) as session:
            found = await executions.find(session, workspace_of(actor), execution_id)
        if found is None:
            raise NotFound("execution")
        return found


def is_over(execution: Execution) -> bool:
    return execution.status not in LIVE
