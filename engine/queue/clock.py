"""Ticks, kept in memory. The only user of APScheduler: it says when to look, never what is due."""

import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

# It reports every tick that found the last one still at work, which is no news here.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


class Clock:
    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def every(self, seconds: float, name: str, do: Callable[[], Awaitable[None]]) -> None:
        """`do` never overlaps itself; ticks missed while it worked are dropped."""

        async def tick() -> None:  # a coroutine stays in the loop; a plain function would not
            await do()

        self._scheduler.add_job(
            tick, "interval", seconds=seconds, id=name,
            max_instances=1, coalesce=True, misfire_grace_time=None,
        )  # fmt: skip

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
