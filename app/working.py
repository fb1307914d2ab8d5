"""The worker inside a process: its clock, the hints it hears, and a stop with grace."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from uuid import UUID

from app.services.opening import Open, Openings
from app.services.running import Running
from db.listen import listen
from db.session import Database, DatabaseAway
from engine.queue.clock import Clock
from engine.queue.shelf import StoreAway
from engine.queue.worker import Worker
from engine.run.doors import Doors

logger = logging.getLogger(__name__)

LOOK_S = 0.5  # hints get lost; looking does not
REPAIR_S = 5
SWEEP_S = 3600


class Working:
    def __init__(
        self,
        database: Database,
        url: str,
        doors: Doors,
        open_credentials: Open,
        *,
        slots: int = 64,
        lease_s: float = 30,
        grace_s: float = 20,
        keep_days: int = 90,
        every: Mapping[str, tuple[float, Callable[[], Awaitable[None]]]] | None = None,
    ) -> None:
        """`url` is where to listen, with the same login as the database's; `every`: what else a
        worker looks after, as {name: (seconds, what to do)}."""
        self._url, self._keep_days = url, keep_days
        self._running = Running(database, Openings(open_credentials))
        self.worker = Worker(self._running, doors, slots=slots, lease_s=lease_s, grace_s=grace_s)
        self._clock = Clock()
        self._clock.every(LOOK_S, "look", self._look)
        self._clock.every(lease_s / 3, "heartbeat", self.worker.beat)
        self._clock.every(REPAIR_S, "repair", self._unless_away(self._running.repair))
        self._clock.every(SWEEP_S, "sweep", self._unless_away(self._sweep))
        for name, (seconds, do) in (every or {}).items():
            self._clock.every(seconds, name, self._unless_away(do))
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.worker.start()
        self._clock.start()
        self._listening = asyncio.create_task(
            listen(self._url, ["console_jobs", "console_cancel"], self._hear, self._look),
            name="job hints",
        )

    async def stop(self) -> None:
        """Runs under way are handed back between two steps; leases are renewed until then."""
        if self._listening:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        await self.worker.stop()
        self._clock.stop()

    async def _look(self) -> None:
        self.worker.look()
        self.worker.show()

    async def _hear(self, channel: str, said: str) -> None:
        if channel == "console_jobs":
            self.worker.look(said)
        else:
            with suppress(ValueError):  # anybody on the database may say anything
                self.worker.cancel(UUID(said))

    async def _sweep(self) -> None:
        await self._running.sweep(self._keep_days)

    def _unless_away(self, do: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def when_there() -> None:
            try:
                await do()
            except (StoreAway, DatabaseAway):
                logger.info("the database is away; the next sweep makes up for this one")

        return when_there
