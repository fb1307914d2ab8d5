"""Many runs at once, again or to their end: looked at first, then one after the other."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

from app.services.contacts import workspace_of
from app.services.executions import Executions, From, Version
from app.services.history import Narrowed
from app.services.problems import ServiceProblem
from app.services.roles import must
from db import executions
from db.executions import LIVE
from db.session import Actor, Database

Wish = Literal["again", "cancel"]
MOST: Final = 10_000
AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Looked:
    """What would be done, and what is left out for which reason: {reason: how many}."""

    ids: Sequence[UUID]
    connectors: dict[UUID, int]  # how many of these runs each has
    left_out: dict[str, int]
    more: bool  # there are more than one wish may be about


@dataclass(slots=True)
class Work:
    """A wish on its way; `stop` ends it after the runs in hand."""

    total: int
    done: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    made: list[UUID] = field(default_factory=list)
    stopped: bool = False

    @property
    def behind(self) -> int:
        return self.done + self.refused.total()

    @property
    def over(self) -> bool:
        return self.stopped or self.behind >= self.total

    def stop(self) -> None:
        self.stopped = True


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
            elif run_id in before:  # a wish that a restart cut off goes on, and repeats nothing
                left_out["again"] += 1
            else:
                ids.append(run_id)
                connectors[connector_id] += 1
        return Looked(ids, dict(connectors), dict(left_out), len(rows) > MOST)

    async def again(
        self,
        actor: Actor,
        ids: Sequence[UUID],
        from_: From,
        version: Version,
        work: Work,
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        must(actor, "executions.change")

        async def one(run_id: UUID) -> None:
            made = await self._executions.retry(actor, run_id, from_, version)
            work.made.append(made.id)

        await _each(list(reversed(ids)), one, work, on_progress)

    async def cancel(
        self,
        actor: Actor,
        ids: Sequence[UUID],
        work: Work,
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        must(actor, "executions.change")

        async def one(run_id: UUID) -> None:
            await self._executions.cancel(actor, run_id)

        await _each(ids, one, work, on_progress)


async def _each(
    ids: Sequence[UUID],
    do: Callable[[UUID], Awaitable[None]],
    work: Work,
    on_progress: Callable[[], None],
) -> None:
    """A few at a time: neither a crawl, nor in the way of everybody else."""
    waiting = iter(ids)

    async def some() -> None:
        for run_id in waiting:
            if work.stopped:
                return
            try:
                await do(run_id)
            except ServiceProblem as problem:
                work.refused[problem.message] += 1
            else:
                work.done += 1
            on_progress()

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


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
