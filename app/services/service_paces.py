"""Calls at the pace a service wants, over all workers: each takes turns ahead, a few at a time."""

import asyncio
import logging
from collections import deque
from time import monotonic
from typing import Final

from db import service_paces
from db.session import Database, DatabaseAway, Runner

logger = logging.getLogger(__name__)

AHEAD_S: Final = 900.0  # turns later than that are not given away; whoever wants one comes back
RESERVED_S: Final = 0.5  # how far a worker takes turns for calls that it may make
MOST_AT_ONCE: Final = 50
STALE_S: Final = 1.0  # a turn nobody used so long is over: using it would make two calls at once

Key = tuple[str, str, str]  # workspace, credential or nothing, host
Wanted = asyncio.Future[tuple[float, bool]]


class ServicePaces:
    """Fills engine.run.doors.Paces. Belongs to one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns: dict[Key, deque[float]] = {}
        self._wanted: dict[Key, list[Wanted]] = {}
        self._asking: set[asyncio.Task[None]] = set()

    async def turn(
        self, workspace_id: str, credential_id: str, host: str, every_s: float
    ) -> tuple[float, bool]:
        key = workspace_id, credential_id, host
        now, turns = monotonic(), self._turns.get(key)
        while turns:
            at = turns.popleft()
            if not turns:
                del self._turns[key]
            if at > now - STALE_S:
                return max(at - now, 0.0), True
        mine: Wanted = asyncio.get_running_loop().create_future()
        waiting = self._wanted.setdefault(key, [])
        waiting.append(mine)
        if len(waiting) == 1:
            task = asyncio.create_task(self._take(key, every_s))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        return await mine

    async def _take(self, key: Key, every_s: float) -> None:
        """For all who asked in this moment, and a few more who may."""
        await asyncio.sleep(0)
        wanted = self._wanted.pop(key)
        count = min(max(len(wanted), int(RESERVED_S / every_s), 1), MOST_AT_ONCE)
        first_s = await self._ask(key, every_s, count)
        now = monotonic()
        if first_s is None:
            given: list[tuple[float, bool]] = [(AHEAD_S / 2, False)] * len(wanted)
        else:
            turns = [first_s + number * every_s for number in range(count)]
            if spare := [now + turn for turn in turns[len(wanted) :]]:
                self._turns.setdefault(key, deque()).extend(spare)
            given = [(turn, True) for turn in turns]
        # More than can be asked for at once: the rest comes back when the others had their turn.
        given += [(count * every_s, False)] * (len(wanted) - len(given))
        for one, turn in zip(wanted, given, strict=False):
            if not one.done():
                one.set_result(turn)

    async def _ask(self, key: Key, every_s: float, count: int) -> float | None:
        workspace_id, account, host = key
        try:
            async with self._database.connection_for(Runner(workspace_id)) as connection:
                return await service_paces.take_turns(
                    connection, workspace_id, account, host,
                    every_s=every_s, count=count, at_most_ahead_s=AHEAD_S,
                )  # fmt: skip
        except DatabaseAway:
            logger.info("turns could not be taken: the database is away")
            return 0.0
        except Exception:
            logger.exception("turns could not be taken")
            return 0.0
