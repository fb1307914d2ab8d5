"""Hands batches to the queue, a window of contacts at a time, whichever worker looks first.

The contacts handed over and the count of them are one transaction: after a crash nobody is left
out and nobody comes twice.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.bulk import stop_runs
from app.services.executions import PRIORITIES
from app.services.roles import allows
from db import bulk, connectors, jobs, workspaces
from db.bulk import AtWork, Bulk, Progress
from db.jobs import NewRuns
from db.session import Actor, Database, DatabaseAway, Engine, Runner

logger = logging.getLogger(__name__)

WINDOW: Final = 1000  # of a batch, waiting or at work; refilled from half of it
AT_ONCE: Final = 500  # runs made in one transaction


@dataclass(frozen=True, slots=True)
class Decision:
    feed: int = 0
    state: str | None = None
    reason: str | None = None


def decide(row: Bulk, progress: Progress) -> Decision:
    """How many contacts are next, or what the batch has come to."""
    left = row.total - row.fed
    if left == 0 or row.state == "cancelled":
        ended = "cancelled" if row.state == "cancelled" else "finished"
        return Decision() if progress.live else Decision(state=ended)
    if row.state == "paused" or progress.live > WINDOW // 2:
        return Decision()
    if row.state == "try_first":
        left = (row.try_first or 0) - row.fed
        if left <= 0:
            return Decision() if progress.live else _tried(row)
    room = min(left, WINDOW - progress.live, AT_ONCE)
    if row.max_cost is None or not row.cost_each:
        return Decision(feed=room)
    affordable = int((row.max_cost - progress.cost) / row.cost_each) - progress.live
    if affordable > 0:
        return Decision(feed=min(room, affordable))
    return Decision() if progress.live else _too_dear(row, progress.cost)


def _tried(row: Bulk) -> Decision:
    reason = f"The first {row.try_first} are done. Look at them, then resume."
    return Decision(state="paused", reason=reason)


def _too_dear(row: Bulk, cost: Decimal) -> Decision:
    reason = (
        f"{float(cost):g} of {float(row.max_cost or 0):g} are spent, and one more contact may cost "
        f"{float(row.cost_each or 0):g}. Raise the limit to go on."
    )
    return Decision(state="paused", reason=reason)


class Feeding:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self) -> None:
        async with self._database.session_for(Engine()) as session:
            found = await bulk.at_work(session)
        for one in found:
            try:
                while await self._feed(one):
                    pass
            except DatabaseAway:
                raise
            except Exception:
                # Our own mistake. The other batches shall not wait for it.
                logger.exception("the bulk execution %s could not be fed", one.id)

    async def _feed(self, one: AtWork) -> bool:
        """One transaction; whether another may follow at once."""
        async with self._database.session_for(Runner(one.workspace_id)) as session:
            row = await bulk.take(session, one)
            if row is None:
                return False
            progress = await bulk.settle(session, row)
            decision = decide(row, progress)
            if decision.feed:
                trouble = await self._hindrance(session, row)
                if trouble is None:
                    await _hand_over(session, row, decision.feed)
                    return True
                decision = Decision(state="paused", reason=trouble)
            if decision.state == "paused":
                row.state, row.reason, row.try_first = "paused", decision.reason, None
            elif decision.state is not None:
                row.state, row.finished_at = decision.state, datetime.now(UTC)
        if row.state == "cancelled" and progress.live:
            await stop_runs(self._database, row)  # whoever cancelled it may have died over it
        return False

    async def _hindrance(self, session: AsyncSession, row: Bulk) -> str | None:
        connector = await connectors.find(session, row.workspace_id, row.connector_id)
        if connector is None or not connector.enabled:
            return "The connector is switched off. Switch it on, then resume."
        if not await may_edit(self._database, row.acts_as, row.workspace_id):
            return "Whoever started it may not run connectors here any more. Resume it yourself."
        return None


async def may_edit(database: Database, user_id: UUID | None, workspace_id: str) -> bool:
    """Whether somebody in whose name we act still has the role for it."""
    if user_id is None:
        return False
    async with database.session_for(Actor(user_id, workspace_id)) as session:
        roles = await workspaces.roles_of(session, user_id)
    return allows(roles.get(workspace_id), "executions.start")


async def _hand_over(session: AsyncSession, row: Bulk, count: int) -> None:
    ids = await bulk.slice_of(session, row, count)
    row.fed += count
    await session.flush()
    new = NewRuns(
        workspace_id=row.workspace_id,
        connector_id=row.connector_id,
        connector_version=row.connector_version,
        input=row.input,
        contacts=ids,
        trigger=row.trigger,
        created_by=row.acts_as,
        priority=PRIORITIES[row.trigger],
        bulk_id=row.id,
    )
    made = await jobs.add_many(session, new)
    if made:
        await jobs.announce(session, row.workspace_id, made)
