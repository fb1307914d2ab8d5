"""What schedules and contact triggers share: their lists, and the sweep that starts what is due."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.bulk import Bulk
from app.services.contacts import workspace_of
from app.services.executions import Executions
from app.services.feeding import may_edit
from app.services.listing import Slice, cut
from app.services.problems import ServiceProblem
from db import starters
from db.refusals import NotPermitted
from db.session import Actor, Database, DatabaseAway, Engine, Runner
from db.starters import Due, OfConnector, Starter

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=OfConnector)
Kind = TypeVar("Kind", bound=Starter)


async def listed(
    database: Database,
    actor: Actor,
    rows: type[Row],
    *,
    connector_id: UUID | None = None,
    limit: int = 50,
    after: tuple[datetime, UUID] | None = None,
) -> Slice[Row]:
    async with database.session_for(actor) as session:
        found = await starters.newest(
            session,
            rows,
            workspace_of(actor),
            connector_id=connector_id,
            limit=limit + 1,
            after=after,
        )
    return cut(found, limit)


class Sweep(ABC, Generic[Kind]):
    """Every worker looks; what `begin` takes and what it starts are one transaction."""

    rows: type[Kind]
    noun: ClassVar[str]

    def __init__(self, database: Database, executions: Executions, bulk: Bulk) -> None:
        self._database, self._executions, self._bulk = database, executions, bulk

    async def look(self) -> None:
        async with self._database.session_for(Engine()) as session:
            found = await self.due(session)
        for one in found:
            try:
                await self._start(one)
            except DatabaseAway:
                raise
            except Exception:
                # Our own mistake. The others shall not wait for it.
                logger.exception("the %s %s could not be started", self.noun, one.id)

    @abstractmethod
    async def due(self, session: AsyncSession) -> Sequence[Due]:
        """As the queue: of all workspaces."""

    @abstractmethod
    async def begin(self, session: AsyncSession, actor: Actor, one: Due) -> None:
        """As whoever it acts as. Raises ServiceProblem where it can go on no longer."""

    async def switched_off(self, session: AsyncSession, one: Due) -> None:
        """What else has to go when it is switched off."""

    async def _start(self, one: Due) -> None:
        if one.acts_as is None or not await may_edit(self._database, one.acts_as, one.workspace_id):
            await self._switch_off(
                one,
                f"Whoever made this {self.noun} may not run connectors here any more. "
                "Switch it on again.",
            )
            return
        actor = Actor(one.acts_as, one.workspace_id, "editor")
        try:
            async with self._database.session_for(actor) as session:
                await self.begin(session, actor, one)
        except (ServiceProblem, NotPermitted) as problem:
            await self._switch_off(one, str(problem) or "This is not allowed any more.")

    async def _switch_off(self, one: Due, reason: str) -> None:
        async with self._database.session_for(Runner(one.workspace_id)) as session:
            row = await starters.find(session, self.rows, one.workspace_id, one.id, to_change=True)
            if row is not None and row.enabled:
                row.enabled, row.reason = False, reason
                logger.info("the %s %s was switched off", self.noun, one.id)
            await self.switched_off(session, one)
