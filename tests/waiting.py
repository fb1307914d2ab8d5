"""Wait for what tells nobody that it happened; a machine may be busy, so wait long."""

import asyncio
import time
from collections.abc import Callable


async def until(condition: Callable[[], object], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  a row or a ledger announces nothing
            await asyncio.sleep(0.003)


def until_now(condition: Callable[[], object], seconds: float = 30) -> None:
    """The same outside an event loop."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)
