"""The only way to the tables: one transaction, in the name of somebody."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import psycopg
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolBusy
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from db.actors import (
    LEFTOVERS,
    Actor,
    Caller,
    Engine,
    MissingActor,
    Runner,
    Signin,
    introduce,
    introduction,
)
from db.whole import Whole, under_way

__all__ = [
    "Actor",
    "Caller",
    "Database",
    "DatabaseAway",
    "Engine",
    "MissingActor",
    "Runner",
    "Signin",
]

Row = tuple[Any, ...]
# Another's work was in the way of ours, such as tables that a newer console is bringing up to date.
# Ours was undone: whoever repeats it gets through.
IN_THE_WAY = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)

set_json_loads(orjson.loads)
set_json_dumps(orjson.dumps)


class DatabaseAway(Exception):
    """The database cannot be reached. Nothing is known about a commit that was under way."""

    def __init__(self, detail: object = "") -> None:
        super().__init__("The database does not answer right now.")
        self.hint = "Try again in a few seconds."
        self.detail = str(detail)


class Database:
    """Two pools on one database: mapped classes for people, plain rows for the queue."""

    def __init__(self, url: str, *, pool_size: int = 10, patience_s: float = 5) -> None:
        url = url.replace("postgres://", "postgresql://", 1)
        connecting = {
            "connect_timeout": math.ceil(patience_s),
            "prepare_threshold": _prepare_threshold(url),
        }
        self._engine = create_async_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=pool_size,
            max_overflow=0,
            # All in use means many who ask, not a database that is away: they wait their turn.
            pool_timeout=4 * patience_s,
            hide_parameters=True,
            json_serializer=orjson.dumps,
            json_deserializer=orjson.loads,
            connect_args=connecting,
        )
        self._wholes = asyncio.Semaphore(max(pool_size // 2, 1))
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Row]] = AsyncConnectionPool(
            url,
            min_size=0,
            max_size=pool_size,
            timeout=patience_s,
            open=False,
            kwargs={**connecting, "autocommit": True},  # we say when a transaction begins
        )

    @asynccontextmanager
    async def session_for(self, who: Caller) -> AsyncIterator[AsyncSession]:
        """Commits at the end; rolls back where the body raises. A piece of `as_one` waits with
        the commit for the rest."""
        introduction(who)  # nobody: nothing is asked
        whole = under_way.get()
        if whole is not None and whole.takes(who):
            async with whole.piece() as session:
                yield session
            return
        session = AsyncSession(
            self._engine,
            sync_session_class=IntroducedSession,
            expire_on_commit=False,
            info={"who": who},
        )
        async with session:
            try:
                await _begin(session)
                yield session
                await session.commit()
            except DBAPIError as error:
                if error.connection_invalidated or isinstance(error.orig, IN_THE_WAY):
                    raise DatabaseAway(error.orig) from error
                raise

    @asynccontextmanager
    async def as_one(self, who: Caller) -> AsyncIterator[AsyncSession]:
        """Every `session_for(who)` of this task is a piece of one transaction. Few at once: some
        of what they do needs a second connection."""
        async with self._wholes, self.session_for(who) as session:
            token = under_way.set(Whole(who, session))
            try:
                yield session
            finally:
                under_way.reset(token)

    @asynccontextmanager
    async def connection_for(self, who: Caller) -> AsyncIterator[psycopg.AsyncConnection[Row]]:
        """The same without mapped classes: for COPY and plain questions."""
        words = introduction(who)
        whole = under_way.get()
        if whole is not None and whole.takes(who):
            async with whole.piece() as session:
                connection = await _plain(session)
                yield connection
                await connection.execute(introduce(), words)  # who acted as a run is back
            return
        connection = await self._introduced(words)
        try:
            yield connection
            await connection.commit()
        except psycopg.OperationalError as error:
            if connection.broken or connection.closed or isinstance(error, IN_THE_WAY):
                raise DatabaseAway(error) from error
            raise
        finally:
            await self._pool.putconn(connection)  # rolls back what was not committed

    @asynccontextmanager
    async def batch_for(
        self, who: Caller, **settings: str
    ) -> AsyncIterator[psycopg.AsyncConnection[Row]]:
        """The same for hot paths: statements travel together, from the first to the commit, and
        only an answer that is asked for is waited for. `settings` hold for this transaction."""
        words = (*introduction(who), *settings.values())
        connection = await self._connection()
        try:
            async with connection.pipeline():
                await connection.execute("begin")
                told = await connection.execute(introduce(*settings), words)
                yield connection
                await _nothing_was_left(told)
                await connection.execute("commit")
        except Leftovers as leftovers:
            await connection.rollback()
            await _clear(connection)
            raise DatabaseAway(leftovers) from leftovers
        except psycopg.OperationalError as error:
            if connection.broken or connection.closed:
                await self._pool.check()  # its neighbours may be as dead
                raise DatabaseAway(error) from error
            if isinstance(error, IN_THE_WAY):
                raise DatabaseAway(error) from error
            raise
        finally:
            await self._pool.putconn(connection)

    async def close(self) -> None:
        await self._pool.close()
        await self._engine.dispose()

    async def _connection(self) -> psycopg.AsyncConnection[Row]:
        try:
            await self._pool.open()
            return await self._pool.getconn()
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise DatabaseAway(error) from error

    async def _introduced(self, words: tuple[str, str, str]) -> psycopg.AsyncConnection[Row]:
        """A connection that knows who asks; one that died in the pool is replaced in silence."""
        await self._pool.open()
        try:
            for last_try in (False, True):
                connection = await self._pool.getconn()
                try:
                    await _introduce(connection, words)
                    return connection
                except BaseException as error:
                    await self._pool.putconn(connection)
                    if last_try or not isinstance(error, psycopg.OperationalError):
                        raise
                    await self._pool.check()
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise DatabaseAway(error) from error
        raise AssertionError("the second try returns or raises")


class IntroducedSession(Session):
    """Says who is asking at the start of every transaction, also after a rollback."""


@event.listens_for(IntroducedSession, "after_begin")
def _say_who(session: Session, begun: SessionTransaction, connection: Connection) -> None:
    if begun.nested:
        return
    told = connection.exec_driver_sql(introduce(), introduction(session.info["who"])).one()
    if told[-1]:
        for leftover in LEFTOVERS:
            connection.exec_driver_sql(leftover)


async def _begin(session: AsyncSession) -> None:
    """Connects now. One dead connection empties the pool, so the second try is a fresh one."""
    try:
        try:
            await session.connection()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            await session.rollback()
            await session.connection()
    except PoolBusy as error:
        raise DatabaseAway(error) from error
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.OperationalError):
            raise DatabaseAway(error.orig) from error
        raise


async def _plain(session: AsyncSession) -> psycopg.AsyncConnection[Row]:
    """The connection beneath, with whatever the session has done on it."""
    await session.flush()
    raw = await (await session.connection()).get_raw_connection()
    plain: psycopg.AsyncConnection[Row] = raw.driver_connection  # type: ignore[assignment]
    return plain


async def _introduce(connection: psycopg.AsyncConnection[Row], words: tuple[str, str, str]) -> None:
    await connection.execute("begin")
    told = await (await connection.execute(introduce(), words)).fetchone()
    if told and told[-1]:
        await _clear(connection)


class Leftovers(Exception):
    """Whoever had the connection before left something in it."""


async def _nothing_was_left(told: psycopg.AsyncCursor[Row]) -> None:
    row = await told.fetchone()
    if row and row[-1]:
        raise Leftovers


async def _clear(connection: psycopg.AsyncConnection[Row]) -> None:
    for leftover in LEFTOVERS:
        await connection.execute(leftover)


def _prepare_threshold(url: str) -> int | None:
    """Prepared at once: the protocol then refuses a second statement smuggled into the first.

    Supabase's pooler in transaction mode (port 6543) cannot keep prepared statements.
    """
    return None if psycopg.conninfo.conninfo_to_dict(url).get("port") == "6543" else 0
