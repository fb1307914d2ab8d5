"""Many runs again, or to their end: looked at first, then one after the other by some worker.

A wish is a row. A few runs have their turn in one transaction with the count of them: whoever dies
over it, the next worker goes on there and starts no run twice.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.contacts import workspace_of
from app.services.executions import Executions, From, Version
from app.services.feeding import may_edit
from app.services.history import Narrowed
from app.services.problems import NotFound, ServiceProblem
from app.services.roles import must
from db import executions, run_wishes
from db.executions import LIVE
from db.run_wishes import Open, RunWish
from db.session import Actor, Database, DatabaseAway, Engine, Runner

logger = logging.getLogger(__name__)

Wish = Literal["again", "cancel"]
MOST: Final = 10_000
IN_ONE: Final = 20  # runs that have their turn in one transaction
AT_ONCE: Final = 4  # neither a crawl, nor in the way of everybody else
MAY_NOT: Final = "Whoever wished it may not run connectors here any more."


@dataclass(frozen=True, slots=True)
class Looked:
    """What would be done, and what is left out for which reason: {reason: how many}."""

    ids: Sequence[UUID]
    connectors: dict[UUID, int]  # how many of these runs each has
    left_out: dict[str, int]
    more: bool  # there are more than one wish may be about


class RunMany:
    def __init__(self, database: Database, executions: Executions) -> None:
        self._database, self._executions = database, executions

    async def look(
        self, actor: Actor, which: Narrowed, wish: Wish, from_: From = "failed_step"
    ) -> Looked:
        """Nothing is started yet."""
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            rows = await executions.keys_of(session, workspace_id, which, MOST + 1)
            before = (
                await executions.started_again(session, workspace_id, [one[0] for one in rows])
                if wish == "again"
                else set()
            )
        left_out: Counter[str] = Counter()
        connectors: Counter[UUID] = Counter()
        ids = []
        for run_id, connector_id, status, outcome, code in rows[:MOST]:
            if why := _why_not(wish, from_, status, outcome, code):
                left_out[why] += 1
            elif run_id in before:
                left_out["again"] += 1
            else:
                ids.append(run_id)
                connectors[connector_id] += 1
        return Looked(ids, dict(connectors), dict(left_out), len(rows) > MOST)

    async def again(
        self, actor: Actor, ids: Sequence[UUID], from_: From, version: Version
    ) -> RunWish:
        """The oldest first."""
        return await self._wish(
            actor, list(reversed(ids)), wish="again", from_step=from_, version=version
        )

    async def cancel(self, actor: Actor, ids: Sequence[UUID]) -> RunWish:
        return await self._wish(actor, ids, wish="cancel")

    async def _wish(self, actor: Actor, ids: Sequence[UUID], **values: object) -> RunWish:
        must(actor, "executions.change")
        values |= {"workspace_id": workspace_of(actor), "acts_as": actor.user_id}
        async with self._database.session_for(actor) as session:
            return await run_wishes.add(session, ids[:MOST], **values)

    async def get(self, actor: Actor, wish_id: UUID) -> RunWish:
        async with self._database.session_for(actor) as session:
            found = await run_wishes.find(session, workspace_of(actor), wish_id)
        if found is None:
            raise NotFound("wish")
        return found

    async def unfinished(self, actor: Actor) -> Sequence[RunWish]:
        """The oldest first."""
        async with self._database.session_for(actor) as session:
            return await run_wishes.unfinished(session, workspace_of(actor))

    async def stop(self, actor: Actor, wish_id: UUID) -> None:
        """It ends after the runs in hand."""
        must(actor, "executions.change")
        async with self._database.session_for(actor) as session:
            await run_wishes.stop(session, workspace_of(actor), wish_id)

    # As the worker

    async def carry_on(self) -> None:
        """A few runs of each wish in turn, until all of them are fulfilled."""
        async with self._database.session_for(Engine()) as session:
            open_ones = await run_wishes.open_ones(session)
        while open_ones:
            open_ones = [one for one in open_ones if await self._some(one)]

    async def _some(self, one: Open) -> bool:
        """Whether more of it are to come."""
        try:
            async with self._database.session_for(Runner(one.workspace_id)) as session:
                taken = await run_wishes.take(session, one, IN_ONE)
                return taken is not None and await self._have_their_turn(session, *taken)
        except DatabaseAway:
            raise
        except Exception:
            # Our own mistake. The other wishes shall not wait for it.
            logger.exception("the wish %s for many runs could not be carried on", one.id)
            return False

    async def _have_their_turn(self, session: AsyncSession, row: RunWish, ids: list[UUID]) -> bool:
        if row.stopped or not ids:
            row.finished_at = datetime.now(UTC)
            return False
        refused = Counter(cast("dict[str, int]", row.refused))
        if await may_edit(self._database, row.acts_as, row.workspace_id):
            done, said = await self._each(row, ids)
            row.done += done
            refused += said
            row.behind += len(ids)
        else:
            refused[MAY_NOT] += row.total - row.behind
            row.behind = row.total
        row.refused = dict(refused)
        return True

    async def _each(self, row: RunWish, ids: list[UUID]) -> tuple[int, Counter[str]]:
        """A few at a time; those that a worker before us did and could not count are done."""
        actor = Actor(row.acts_as, row.workspace_id, "editor")
        done_before = await self._done_before(actor, row.wish, ids)
        waiting = iter([one for one in ids if one not in done_before])
        refused: Counter[str] = Counter()

        async def some() -> None:
            for run_id in waiting:
                try:
                    await self._do(actor, row, run_id)
                except ServiceProblem as problem:
                    refused[problem.message] += 1

        await asyncio.gather(*(some() for _ in range(AT_ONCE)))
        return len(ids) - refused.total(), refused

    async def _done_before(self, actor: Actor, wish: str, ids: list[UUID]) -> set[UUID | None]:
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            if wish == "again":
                return await executions.started_again(session, workspace_id, ids)
            stopped = Narrowed(ids=tuple(ids), status=("cancelled",))
            rows = await executions.keys_of(session, workspace_id, stopped, len(ids))
        return {row[0] for row in rows}

    async def _do(self, actor: Actor, row: RunWish, run_id: UUID) -> None:
        if row.wish == "cancel":
            await self._executions.cancel(actor, run_id)
        else:
            from_, version = cast("From", row.from_step), cast("Version", row.version)
            await self._executions.retry(actor, run_id, from_, version)


def _why_not(wish: Wish, from_: From, status: str, outcome: str | None, code: str | None) -> str:
    """Empty where it can be done."""
    if wish == "cancel":
        return "" if status in LIVE else "finished"
    if status in LIVE:
        return "live"
    if from_ == "failed_step" and status == "success" and outcome != "partly":
        return "nothing_failed"
    if from_ == "failed_step" and code == "unknown_result":
        return "unknown_result"
    return ""
