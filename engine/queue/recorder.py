"""One transaction for what all runs of this process did in the last few milliseconds.

A commit costs more than a call, so commits are shared: while one group is being written the next
one gathers. A run waits until its own record is durable before it takes its next step.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from engine.queue.shelf import Record, StoreAway
from engine.run.task import LostLease

logger = logging.getLogger(__name__)

Write = Callable[[Sequence[Record]], Awaitable[set[UUID]]]
Waiting = asyncio.Future[None] | None


class Unrecordable(Exception):
    """The store refuses this very record, whenever it is tried."""


class Recorder:
    def __init__(
        self,
        write: Write,
        *,
        gather_s: float = 0.001,
        longest_gather_s: float = 0.008,
        ride_s: float = 0.05,
        most: int = 400,
        patience_s: float = 5,
    ) -> None:
        self._write, self._most = write, most
        self._gather_s, self._most_gathers = gather_s, round(longest_gather_s / (gather_s or 1))
        self._ride_s, self._patience_s = ride_s, patience_s
        self._waiting: list[tuple[Record, Waiting]] = []
        self._due = asyncio.Event()
        self._closing = False
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.create_task(self._work(), name="recorder")

    async def close(self) -> None:
        """Write what is still waiting, then stop."""
        self._closing = True
        self._due.set()
        if self._loop:
            await self._loop

    def abandon(self) -> None:
        """Stop at once; whatever was not written is repeated by the next worker."""
        if self._loop:
            self._loop.cancel()
            self._loop = None

    def tell(self, record: Record) -> None:
        """Ride along with the next group, or go alone shortly."""
        self._waiting.append((record, None))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(self._ride_s, self._due.set)

    async def keep(self, record: Record) -> None:
        """Come back once the record is durable; LostLease where the execution is not ours."""
        durable = asyncio.get_running_loop().create_future()
        self._waiting.append((record, durable))
        self._due.set()
        await durable

    async def _work(self) -> None:
        while not (self._closing and not self._waiting):
            await self._due.wait()
            self._due.clear()
            await self._gather()
            while self._waiting:
                group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._keep_group(group)

    async def _gather(self) -> None:
        """Wait a moment, and as long as every moment brings more, within limits."""
        for _ in range(self._most_gathers):
            before = len(self._waiting)
            if self._closing:
                return
            await asyncio.sleep(self._gather_s)
            if len(self._waiting) == before:
                return

    async def _keep_group(self, group: list[tuple[Record, Waiting]]) -> None:
        try:
            lost = await self._patiently([record for record, _ in group])
        except Exception:
            if len(group) == 1:
                self._refused(*group[0])
                return
            # One record spoils the group: each goes alone, so that only the bad one suffers.
            logger.exception("a group of %d records was refused; writing one by one", len(group))
            for one in group:
                await self._keep_group([one])
            return
        for record, durable in group:
            if durable is None or durable.done():
                continue
            if lost and record.claim.execution_id in lost:
                durable.set_exception(LostLease())
            else:
                durable.set_result(None)

    async def _patiently(self, records: list[Record]) -> set[UUID]:
        """While the store is away the runs wait; their results stay here."""
        pause = 0.1
        while True:
            try:
                return await self._write(records)
            except StoreAway:
                logger.warning("the database is away; %d records wait", len(records))
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._patience_s)

    def _refused(self, record: Record, durable: Waiting) -> None:
        logger.exception("a record of %s was refused", record.claim.execution_id)
        if durable is not None and not durable.done():
            durable.set_exception(Unrecordable())
