"""Live events against a real database: in order, once each, and nobody else's."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import insert

from app.live import Following, Live
from app.services.problems import NotFound
from db import connectors
from db.connectors import Connector
from db.events import ExecutionEvent
from db.executions import Execution
from db.listen import listen
from db.session import Actor, Database, Runner

PATIENCE_S = 30


@pytest.fixture
async def live(database: Database, console_url: str) -> AsyncIterator[Live]:
    started = Live(database, partial(listen, console_url, ["console_events"]))
    started.start()
    yield started
    await started.close()


@dataclass(frozen=True)
class Told:
    """An execution that tells what happens to it, as its worker would."""

    database: Database
    workspace_id: str
    id: UUID
    connector_id: UUID

    async def tell(self, *sentences: str, type: str = "step.finished") -> None:
        row = {"workspace_id": self.workspace_id, "execution_id": self.id, "type": type}
        rows = [{**row, "connector_id": self.connector_id, "sentence": one} for one in sentences]
        async with self.database.session_for(Runner(self.workspace_id)) as session:
            await session.execute(insert(ExecutionEvent), rows)


async def execution(database: Database, actor: Actor) -> Told:
    async with database.session_for(actor) as session:
        connector = Connector(workspace_id=actor.workspace_id, name="Look up", config={"steps": []})
        await connectors.add(session, connector, actor.user_id)
        row = {
            "workspace_id": actor.workspace_id,
            "connector_id": connector.id,
            "connector_version": 1,
        }
        made = await session.scalar(insert(Execution).values(**row).returning(Execution.id))
    return Told(database, str(actor.workspace_id), made, connector.id)


async def sentences(following: Following, count: int) -> list[str]:
    heard: list[str] = []
    async with asyncio.timeout(PATIENCE_S):
        while len(heard) < count:
            heard += [event.sentence for event in await following.next()]
    return heard


async def test_a_workspace_is_followed_from_now_and_an_execution_from_its_start(
    live, database, acme
):
    run = await execution(database, acme.editor)
    await run.tell("before")
    workspace = await live.follow(acme.viewer)
    alone = await live.follow(acme.viewer, execution_id=run.id)
    await run.tell("after")
    assert await sentences(workspace, 1) == ["after"]
    assert await sentences(alone, 2) == ["before", "after"]


async def test_following_one_execution_ends_with_its_last_event(live, database, acme):
    run, other = await execution(database, acme.editor), await execution(database, acme.editor)
    following = await live.follow(acme.viewer, execution_id=run.id)
    await other.tell("not of this one")
    await run.tell("one")
    await run.tell("done", type="execution.finished")
    async with asyncio.timeout(PATIENCE_S):
        heard = [event.sentence async for events in following for event in events]
    assert heard == ["one", "done"]
    assert following.finished


async def test_following_what_ended_long_ago_ends_by_itself(live, database, owner_url, acme):
    run = await execution(database, acme.editor)
    await run.tell("done", type="execution.finished")
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_executions set status = 'success'")
        owner.execute("delete from execution_events")  # kept for a while only
    assert await live.until_finished(acme.viewer, run.id, within_s=PATIENCE_S)


async def test_waiting_for_an_execution_ends_when_the_time_is_up(live, database, acme):
    run = await execution(database, acme.editor)
    assert not await live.until_finished(acme.viewer, run.id, within_s=0.05)


async def test_nobody_hears_of_another_workspace(live, database, acme, globex):
    run = await execution(database, acme.editor)
    theirs = await live.follow(globex.owner)
    mine = await live.follow(acme.viewer)
    with pytest.raises(NotFound):
        await live.follow(globex.owner, execution_id=run.id)
    await run.tell("secret")
    assert await sentences(mine, 1) == ["secret"]
    own = await execution(database, globex.editor)
    await own.tell("theirs")
    assert await sentences(theirs, 1) == ["theirs"]


async def test_who_is_no_member_any_more_hears_nothing_more(live, database, owner_url, acme):
    run = await execution(database, acme.editor)
    left, stayed = await live.follow(acme.viewer), await live.follow(acme.editor)
    await run.tell("one")
    assert await sentences(left, 1) == ["one"]
    with psycopg.connect(owner_url) as owner:
        owner.execute("delete from workspace_members where user_id = %s", [acme.viewer.user_id])
    await run.tell("two")
    assert await sentences(stayed, 2) == ["one", "two"]
    again = await live.follow(acme.viewer, after=0)
    assert await left.next(within_s=0) == await again.next(within_s=0) == []


async def test_a_slow_reader_and_one_that_comes_back_hear_every_event_once(
    database, console_url, acme
):
    """Small pages and buffers, so that each reader falls behind again and again."""
    writers, each, batch = 4, 30, 5
    expected = writers * each * batch
    half_written = asyncio.Event()
    live = Live(database, partial(listen, console_url, ["console_events"]), page=20, buffer=30)
    live.start()

    async def steady() -> list[int]:
        heard: list[int] = []
        async with await live.follow(acme.viewer, after=0) as following:
            while len(heard) < expected:
                heard += [event.id for event in await following.next()]
        return heard

    async def slow() -> list[int]:
        heard: list[int] = []
        async with await live.follow(acme.editor, after=0) as following:
            while len(heard) < expected:
                heard += [event.id for event in await following.next()]
                await half_written.wait()
        return heard

    async def coming_back() -> list[int]:
        heard: list[int] = []
        while len(heard) < expected:
            last = heard[-1] if heard else 0
            async with await live.follow(acme.viewer, after=last) as following:
                heard += [event.id for event in await following.next()]
                heard += [event.id for event in await following.next(within_s=0.02)]
        return heard

    async def write() -> None:
        run = await execution(database, acme.editor)
        for number in range(each):
            await run.tell(*(f"{number}" for _ in range(batch)))
            if number == each // 2:
                half_written.set()

    readers = [asyncio.create_task(read()) for read in (steady, slow, coming_back)]
    await asyncio.gather(*(write() for _ in range(writers)))
    async with asyncio.timeout(60):
        first, *others = await asyncio.gather(*readers)
    await live.close()
    assert first == sorted(set(first))
    assert all(heard == first for heard in others)


async def test_events_of_a_time_without_connection_are_not_lost(live, database, owner_url, acme):
    run = await execution(database, acme.editor)
    following = await live.follow(acme.viewer)
    await run.tell("before")
    assert await sentences(following, 1) == ["before"]
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'"
        )
    await run.tell("meanwhile")
    assert await sentences(following, 1) == ["meanwhile"]
