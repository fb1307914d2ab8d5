"""The queue's statements: fair turns, exact caps, leases and fences."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from db import claims, openings, records
from db.session import Engine, Runner
from tests.db.queue import a_connector, let_leases_end, put, sql, take, workspaces_of


@pytest.fixture
def connector(owner_url, acme):
    return a_connector(owner_url, "acme")


@pytest.fixture
def other_connector(owner_url, globex):
    return a_connector(owner_url, "globex")


async def test_work_is_taken_once(database, acme, connector):
    added = await put(database, acme.editor, connector, 3)
    assert {row[0] for row in await take(database, "one")} == set(added)
    assert await take(database, "two", look_at=["acme"]) == []


async def test_runs_are_numbered_by_time_so_that_new_ones_lie_together(database, acme, connector):
    for number in await put(database, acme.editor, connector, 3):
        made = datetime.fromtimestamp((number.int >> 80) / 1000, UTC)
        assert abs(datetime.now(UTC) - made) < timedelta(minutes=5)


async def test_a_viewer_puts_nothing_into_the_queue(database, acme, connector):
    with pytest.raises(DBAPIError, match="row-level security"):
        await put(database, acme.viewer, connector)


async def test_an_editor_of_one_workspace_starts_nothing_in_another(
    database, acme, globex, connector
):
    with pytest.raises(DBAPIError, match=r"row-level security|foreign key"):
        await put(database, globex.editor, connector)


async def test_the_queue_sees_no_record_of_anybody(database, acme, connector):
    await put(database, acme.editor, connector)
    async with database.connection_for(Engine()) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute("select * from connector_executions")


async def test_a_small_workspace_does_not_wait_behind_a_big_one(
    database, acme, globex, connector, other_connector
):
    await put(database, acme.editor, connector, 50)
    await put(database, globex.editor, other_connector, 2)
    assert workspaces_of(await take(database, room=4)) == {"acme": 2, "globex": 2}


async def test_turns_go_round(database, acme, globex, connector, other_connector):
    await put(database, acme.editor, connector, 5)
    await put(database, globex.editor, other_connector, 5)
    turns = [next(iter(workspaces_of(await take(database, room=1)))) for _ in range(4)]
    assert sorted(turns[:2]) == sorted(turns[2:]) == ["acme", "globex"]


async def test_a_workspace_alone_gets_every_slot(database, acme, connector):
    await put(database, acme.editor, connector, 20)
    assert len(await take(database, room=16)) == 16


async def test_a_cap_is_never_exceeded(database, owner_url, acme, connector):
    await put(database, acme.editor, connector, 20)
    sql(owner_url, "update engine_lanes set cap = 5")
    taken = [len(await take(database, owner, 4, look_at=["acme"])) for owner in ("a", "b", "c")]
    assert taken == [4, 1, 0]


async def test_a_person_who_waits_goes_first(database, acme, connector):
    await put(database, acme.editor, connector, 5, priority=2)
    (urgent,) = await put(database, acme.editor, connector, priority=0)
    assert (await take(database, room=1))[0][0] == urgent


async def test_work_planned_for_later_waits(database, owner_url, acme, connector):
    later = datetime.now(UTC) + timedelta(hours=1)
    await put(database, acme.editor, connector, run_at=later)
    assert await take(database, look_at=["acme"]) == []
    sql(owner_url, "update engine_jobs set visible_at = now()")
    assert len(await take(database, look_at=["acme"])) == 1


async def test_work_put_in_sooner_brings_the_turn_of_its_workspace_forward(
    database, acme, connector
):
    await put(database, acme.editor, connector, run_at=datetime.now(UTC) + timedelta(hours=1))
    await take(database)
    (soon,) = await put(database, acme.editor, connector)
    assert [row[0] for row in await take(database)] == [soon]


async def test_a_lane_with_a_late_hint_is_mended(database, owner_url, acme, connector):
    await put(database, acme.editor, connector)
    sql(owner_url, "update engine_lanes set next_at = 'infinity'")
    assert await take(database) == []
    async with database.connection_for(Engine()) as connection:
        await claims.repair_lanes(connection)
    assert len(await take(database)) == 1


async def test_an_ended_lease_is_taken_over_and_counted(database, owner_url, acme, connector):
    await put(database, acme.editor, connector)
    ((execution_id, _, fence, takeovers),) = await take(database, "one")
    assert takeovers == 0
    let_leases_end(owner_url)
    assert [tuple(row) for row in await take(database, "two")] == [
        (execution_id, "acme", fence + 1, 1)
    ]


async def test_a_heartbeat_keeps_what_is_held_and_tells_what_is_cancelled(
    database, owner_url, acme, connector
):
    kept, lost, cancelled = await put(database, acme.editor, connector, 3)
    await take(database, "one")
    sql(owner_url, "update engine_jobs set owner = 'two' where execution_id = %s", lost)
    async with database.connection_for(acme.editor) as connection:
        assert (await claims.ask_to_stop(connection, "acme", cancelled))[1]
    async with database.connection_for(Engine()) as connection:
        beat = await claims.renew(
            connection, owner="one", executions=[kept, lost, cancelled], lease_s=30
        )
    assert set(beat) == {(kept, False), (cancelled, True)}


async def test_who_lost_the_lease_holds_nothing(database, owner_url, acme, connector):
    await put(database, acme.editor, connector)
    ((execution_id, _, fence, _),) = await take(database, "one")
    let_leases_end(owner_url)
    ((_, _, higher, _),) = await take(database, "two")
    async with database.connection_for(Runner("acme")) as connection:
        assert await held(connection, "one", execution_id, fence) == []
        assert await held(connection, "two", execution_id, fence) == []
        assert await held(connection, "two", execution_id, higher) == [(execution_id,)]


async def held(connection, owner, execution_id, fence):
    return await (await records.hold(connection, owner, {execution_id: fence})).fetchall()


async def test_a_run_holds_nothing_of_another_workspace(database, acme, globex, connector):
    await put(database, acme.editor, connector)
    ((execution_id, _, fence, _),) = await take(database, "one")
    async with database.connection_for(Runner("globex")) as connection:
        assert await held(connection, "one", execution_id, fence) == []
        begun = await openings.begin(connection, "one", {execution_id: fence})
        assert await begun.fetchall() == []


async def test_a_finished_step_shows_progress(database, owner_url, acme, connector):
    await put(database, acme.editor, connector)
    await take(database, "one")
    let_leases_end(owner_url)
    ((execution_id, _, _, takeovers),) = await take(database, "two")
    assert takeovers == 1
    step = {
        "execution_id": execution_id,
        "path": "find",
        "position": 0,
        "entry": {"id": "find", "status": "success"},
        "result": {"status": 200},
    }
    async with database.connection_for(Runner("acme")) as connection:
        await records.add_steps(connection, "acme", [step, step])
    assert sql(owner_url, "select takeovers from engine_jobs") == [(0,)]
    assert sql(owner_url, "select count(*) from execution_steps") == [(1,)]
