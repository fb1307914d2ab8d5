"""A worker as the console has it, without the console: here, or as a process to be killed.

`python -m tests.workers` reads DATABASE_URL, ALLOW, SLOTS and LEASE_S and works until SIGTERM.
"""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from app.working import Working
from db.session import Database
from engine.effects.credentials import Credential
from engine.effects.egress import Egress
from engine.effects.policy import Policy
from engine.run.doors import Doors


@asynccontextmanager
async def working(
    url: str, allow: str, *, slots: int = 64, lease_s: float = 30, grace_s: float = 20
) -> AsyncIterator[Working]:
    database, egress = Database(url), Egress(Policy.from_settings(allow))
    doors = Doors(
        egress=egress,
        now=lambda: datetime.now(UTC),
        sleep=asyncio.sleep,
        monotonic=time.monotonic,
        random=random.random,
    )
    room = Working(
        database, url, doors, no_credentials, slots=slots, lease_s=lease_s, grace_s=grace_s
    )
    await room.start()
    try:
        yield room
    finally:
        await room.stop()
        await egress.close()
        await database.close()


async def no_credentials(_: str, __: Sequence[str]) -> dict[str, Credential]:
    return {}


async def main() -> None:
    stopped = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopped.set)
    wanted = os.environ
    async with working(
        wanted["DATABASE_URL"],
        wanted["ALLOW"],
        slots=int(wanted.get("SLOTS", "8")),
        lease_s=float(wanted.get("LEASE_S", "2")),
    ):
        await stopped.wait()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
