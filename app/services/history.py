"""What ran: executions of a workspace, found again and read."""

from datetime import datetime
from uuid import UUID

from app.services.contacts import workspace_of
from app.services.listing import Slice, cut
from app.services.problems import NotFound
from db import executions
from db.executions import LIVE, Execution, Narrowed
from db.session import Actor, Database

__all__ = ["History", "Narrowed", "is_over"]


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
            )
        return cut(rows, limit)

    async def get(self, actor: Actor, execution_id: UUID) -> Execution:
        """With every step finished so far."""
        async with self._database.session_for(actor) as session:
            found = await executions.find(session, workspace_of(actor), execution_id)
        if found is None:
            raise NotFound("execution")
        return found


def is_over(execution: Execution) -> bool:
    return execution.status not in LIVE
