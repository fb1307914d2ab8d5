"""One connection that listens for hints: something happened, look at the tables."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence

import psycopg
from psycopg import sql

log = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[tuple[object, ...]]

FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 10.0
SILENCE_S = 30.0


async def listen(
    url: str,
    channels: Sequence[str],
    on_hint: Callable[[str, str], Awaitable[None]],
    on_gap: Callable[[], Awaitable[None]],
) -> None:
    """Until cancelled. A hint carries ids at most, since any login can hear and send it.

    on_gap() follows every connection made: what was announced before it nobody heard.
    """
    delay = FIRST_DELAY_S
    while True:
        try:
            async with await _connected(url) as connection:
                for channel in channels:
                    await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
                await on_gap()
                delay = FIRST_DELAY_S
                await _pass_on(connection, on_hint)
        except psycopg.OperationalError as error:
            log.warning("not listening for %.1f seconds: %s", delay, error)
        await asyncio.sleep(delay)
        delay = min(delay * 2, LONGEST_DELAY_S)


async def _connected(url: str) -> Connection:
    """Whole or closed: one given up halfway holds its socket until the next garbage collection.

    The server waits a minute for its password, and DROP DATABASE waits with it.
    """
    opening = asyncio.ensure_future(
        psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5)
    )
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        with contextlib.suppress(psycopg.OperationalError):
            await (await opening).close()
        raise


async def _pass_on(
    connection: Connection,
    on_hint: Callable[[str, str], Awaitable[None]],
) -> None:
    while True:
        async for heard in connection.notifies(timeout=SILENCE_S):
            await on_hint(heard.channel, heard.payload)
        await connection.execute("select 1")  # a silent connection may be a dead one
