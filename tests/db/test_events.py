"""The stream of events: a reader who has seen an id has missed no smaller one."""

import asyncio
from uuid import UUID, uuid4

import psycopg
import pytest

from db.listen import listen
from db.session import Database, Runner
from tests.databases import Cluster, Tenant
from tests.db.asking import ask, one

ADD = (
    "insert into execution_events (workspace_id, execution_id, connector_id, type, sentence)"
    " values ('acme', %s, %s, 'step.finished', 'Found.') returning id"
)
RUN = Runner("acme")


async def test_ids_become_visible_in_order(database: Database, acme: Tenant) -> None:
    """The second writer waits for the first, even where it would have been the quicker one."""
    ids = (uuid4(), uuid4())
    async with database.connection_for(RUN) as slow:
        first = (await (await slow.execute(ADD, ids)).fetchall())[0][0]
        quick = asyncio.create_task(one(database, RUN, ADD, *ids))
        done, _ = await asyncio.wait({quick}, timeout=0.3)
        assert not done
    assert await quick > first


async def test_many_writers_leave_no_gap_that_closes_later(
    database: Database, acme: Tenant
) -> None:
    seen: list[int] = []
    over = asyncio.Event()

    async def read() -> None:
        while not over.is_set() or len(seen) < 60:
            last = seen[-1] if seen else 0
            question = "select id from execution_events where id > %s order by id"
            seen.extend(row[0] for row in await ask(database, acme.viewer, question, last))

    reader = asyncio.create_task(read())
    await asyncio.gather(*(one(database, RUN, ADD, uuid4(), uuid4()) for _ in range(60)))
    over.set()
    await asyncio.wait_for(reader, 30)
    assert len(seen) == 60


class Listener:
    """What a listener heard, to wait for."""

    def __init__(self, url: str, *channels: str) -> None:
        self.heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.gaps: asyncio.Queue[None] = asyncio.Queue()
        self._task = asyncio.create_task(listen(url, channels, self._hint, self._gap))

    async def _hint(self, channel: str, payload: str) -> None:
        self.heard.put_nowait((channel, payload))

    async def _gap(self) -> None:
        self.gaps.put_nowait(None)

    async def __aenter__(self) -> "Listener":
        await asyncio.wait_for(self.gaps.get(), 30)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})


async def test_an_event_is_announced_with_its_commit_and_says_nothing(
    database: Database, console_url: str, acme: Tenant
) -> None:
    async with Listener(console_url, "console_events") as listener:
        async with database.connection_for(RUN) as connection:
            await connection.execute(ADD, (uuid4(), uuid4()))
            assert listener.heard.empty()
        assert await asyncio.wait_for(listener.heard.get(), 30) == ("console_events", "")


async def test_a_listener_comes_back_and_says_that_it_may_have_missed_something(
    cluster: Cluster, database_name: str, console_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    execution = str(UUID(int=1))
    async with Listener(console_url, "console_jobs", "console_cancel") as listener:
        with psycopg.connect(cluster.url(database_name, cluster.admin), autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'console_web' and datname = current_database()"
            )
            await asyncio.wait_for(listener.gaps.get(), 30)
            admin.execute("select pg_notify('console_cancel', %s)", [execution])
        assert await asyncio.wait_for(listener.heard.get(), 30) == ("console_cancel", execution)
    assert "not listening" in caplog.text
