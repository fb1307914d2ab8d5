"""Start, cancel and retry, as the database sees it; a worker joins where one is needed."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.services.executions import Executions
from app.services.history import History
from app.services.problems import BadInput, Conflict, NotAllowed, NotFound
from tests.db.queue import a_connector, sql, take
from tests.waiting import until
from tests.workers import working


@pytest.fixture
def executions(database):
    return Executions(database)


@pytest.fixture
def history(database):
    return History(database)


@pytest.fixture
def calls(owner_url, acme, service):
    """calls(first, second, …) → a connector of acme that calls these paths in turn."""

    def make(*paths, **more):
        steps = [
            {
                "id": f"step_{number}",
                "kind": "http",
                "request": {"method": "POST", "url": service.url + path},
                "retry": {"max_retries": 0},
                **more,
            }
            for number, path in enumerate(paths, 1)
        ]
        definition = {"config": {"steps": steps}, "input_schema": {}, "field_mappings": []}
        connector_id = a_connector(owner_url, "acme", json.dumps(definition))
        sql(
            owner_url,
            "update connectors set config = %s where id = %s",
            json.dumps(definition["config"]),
            connector_id,
        )
        return connector_id

    return make


@pytest.fixture
async def perform(console_url, service):
    """async with perform(): a worker is at work."""
    return lambda **more: working(console_url, service.host, slots=8, **more)


def state(owner_url, execution_id):
    ((found,),) = sql(
        owner_url, "select status from connector_executions where id = %s", execution_id
    )
    return found


def over(owner_url, execution_id):
    return lambda: state(owner_url, execution_id) not in ("pending", "running")


def told(owner_url, execution_id):
    rows = sql(
        owner_url,
        "select type from execution_events where execution_id = %s order by id",
        execution_id,
    )
    return [kind for (kind,) in rows]


async def test_an_accepted_execution_runs_to_its_end(
    executions, history, perform, owner_url, acme, calls
):
    connector_id = calls("/echo/a", "/echo/b")
    accepted = await executions.enqueue(acme.editor, connector_id)
    assert accepted.status == "pending"
    async with perform():
        await until(over(owner_url, accepted.id))
    ended = await history.get(acme.viewer, accepted.id)
    assert (ended.status, ended.outcome) == ("success", "found")
    assert [one["id"] for one in ended.steps_executed] == ["step_1", "step_2"]
    assert ended.finished_at >= ended.started_at >= ended.created_at
    assert told(owner_url, accepted.id) == [
        "execution.queued",
        "execution.started",
        "step.started",
        "step.finished",
        "step.started",
        "step.finished",
        "execution.finished",
    ]


async def test_a_viewer_starts_nothing(executions, acme, calls):
    with pytest.raises(NotAllowed):
        await executions.enqueue(acme.viewer, calls("/echo"))


async def test_a_connector_of_another_workspace_is_not_there(executions, globex, acme, calls):
    with pytest.raises(NotFound):
        await executions.enqueue(globex.editor, calls("/echo"))


async def test_a_contact_of_another_workspace_is_not_there(
    executions, owner_url, acme, globex, calls
):
    ((foreign,),) = sql(
        owner_url, "insert into contacts (workspace_id) values ('globex') returning id"
    )
    with pytest.raises(NotFound):
        await executions.enqueue(acme.editor, calls("/echo"), contact_id=foreign)
    assert sql(owner_url, "select count(*) from connector_executions") == [(0,)]


async def test_a_connector_that_is_off_is_not_started(executions, owner_url, acme, calls):
    connector_id = calls("/echo")
    sql(owner_url, "update connectors set enabled = false")
    with pytest.raises(Conflict):
        await executions.enqueue(acme.editor, connector_id)


async def test_input_is_checked_and_completed(executions, owner_url, acme, calls):
    connector_id = calls("/echo")
    schema = {
        "type": "object",
        "properties": {"domain": {"type": "string"}, "depth": {"type": "integer", "default": 2}},
        "required": ["domain"],
    }
    sql(owner_url, "update connectors set input_schema = %s", json.dumps(schema))
    with pytest.raises(BadInput):
        await executions.enqueue(acme.editor, connector_id, input={"domain": 7})
    good = await executions.enqueue(acme.editor, connector_id, input={"domain": "a.test"})
    assert good.input_data == {"domain": "a.test", "depth": 2}


async def test_waiting_executions_are_cancelled_at_once(executions, owner_url, acme, calls):
    accepted = await executions.enqueue(acme.editor, calls("/echo"))
    await executions.cancel(acme.editor, accepted.id)
    assert state(owner_url, accepted.id) == "cancelled"
    assert told(owner_url, accepted.id) == ["execution.queued", "execution.finished"]
    counters = "total_executions, successful_executions, failed_executions"
    assert sql(owner_url, f"select {counters} from connectors") == [(1, 0, 0)]
    with pytest.raises(Conflict):
        await executions.cancel(acme.editor, accepted.id)


async def test_another_workspace_cancels_nothing_here(executions, owner_url, acme, globex, calls):
    accepted = await executions.enqueue(acme.editor, calls("/echo"))
    with pytest.raises(NotFound):
        await executions.cancel(globex.editor, accepted.id)
    with pytest.raises(NotAllowed):
        await executions.cancel(acme.viewer, accepted.id)
    assert state(owner_url, accepted.id) == "pending"


async def test_cancelling_aborts_the_call_under_way_sooner_than_any_heartbeat(
    executions, history, perform, owner_url, acme, calls, service
):
    accepted = await executions.enqueue(acme.editor, calls("/echo", "/slow?seconds=60", "/echo"))
    async with perform():
        await until(lambda: service.calls("/slow"))
        await executions.cancel(acme.editor, accepted.id)
        await until(over(owner_url, accepted.id), seconds=8)
    ended = await history.get(acme.viewer, accepted.id)
    assert ended.status == "cancelled"
    assert [one["id"] for one in ended.steps_executed] == ["step_1"]


async def test_an_execution_that_waits_for_a_service_is_cancelled_at_once(
    executions, perform, owner_url, acme, calls
):
    connector_id = calls("/bad/429?times=1&retry_after=600", retry={"max_retries": 3})
    accepted = await executions.enqueue(acme.editor, connector_id)
    async with perform():
        await until(lambda: sql(owner_url, "select state from engine_jobs") != [(None,)])
        assert sql(owner_url, "select owner from engine_jobs") == [(None,)]
        await executions.cancel(acme.editor, accepted.id)
        assert state(owner_url, accepted.id) == "cancelled"


async def test_steps_are_readable_while_the_run_goes_on(
    executions, history, perform, owner_url, acme, calls, service
):
    accepted = await executions.enqueue(acme.editor, calls("/echo", "/slow?seconds=60"))
    async with perform():
        await until(lambda: service.calls("/slow"))
        underway = await history.get(acme.viewer, accepted.id)
        assert underway.status == "running"
        assert [one["id"] for one in underway.steps_executed] == ["step_1"]
        await executions.cancel(acme.editor, accepted.id)
        await until(over(owner_url, accepted.id))


async def test_a_retry_goes_on_at_the_step_that_failed(
    executions, history, perform, owner_url, acme, calls, service
):
    connector_id = calls("/echo/a", "/bad/404?times=1", "/echo/b")
    first = await executions.enqueue(acme.editor, connector_id)
    async with perform():
        await until(over(owner_url, first.id))
        assert state(owner_url, first.id) == "failed"
        again = await executions.retry(acme.editor, first.id)
        await until(over(owner_url, again.id))
    ended = await history.get(acme.viewer, again.id)
    assert (ended.status, ended.attempt, ended.retry_of) == ("success", 2, first.id)
    assert [one["id"] for one in ended.steps_executed] == ["step_1", "step_2", "step_3"]
    assert len(service.calls("/echo/a")) == 1
    assert state(owner_url, first.id) == "failed"


async def test_a_retry_from_the_start_repeats_everything(
    executions, perform, owner_url, acme, calls, service
):
    first = await executions.enqueue(acme.editor, calls("/echo/a"))
    async with perform():
        await until(over(owner_url, first.id))
        with pytest.raises(Conflict):
            await executions.retry(acme.editor, first.id)
        again = await executions.retry(acme.editor, first.id, from_="start")
        await until(over(owner_url, again.id))
    assert len(service.calls("/echo/a")) == 2


async def test_what_has_not_finished_is_not_retried(executions, acme, calls):
    accepted = await executions.enqueue(acme.editor, calls("/echo"))
    with pytest.raises(Conflict):
        await executions.retry(acme.editor, accepted.id, from_="start")


async def test_a_call_of_unknown_fate_can_be_marked_as_done(
    executions, history, perform, owner_url, acme, calls, service
):
    connector_id = calls("/drop", "/echo/b")
    first = await executions.enqueue(acme.editor, connector_id)
    async with perform():
        await until(over(owner_url, first.id))
        assert (await history.get(acme.viewer, first.id)).error_code == "unknown_result"
        with pytest.raises(BadInput):
            await executions.retry(acme.editor, first.id)
        again = await executions.retry(acme.editor, first.id, unknown="mark_done")
        await until(over(owner_url, again.id))
    ended = await history.get(acme.viewer, again.id)
    assert [one["status"] for one in ended.steps_executed] == ["success", "success"]
    assert len(service.calls("/drop")) == 1


async def test_a_run_that_took_five_workers_down_is_given_up(
    database, executions, history, perform, owner_url, acme, calls, service
):
    accepted = await executions.enqueue(acme.editor, calls("/echo"))
    await take_and_die(database, owner_url, times=6)
    async with perform():
        await until(over(owner_url, accepted.id))
    ended = await history.get(acme.viewer, accepted.id)
    assert (ended.status, ended.error_code) == ("failed", "gave_up")
    assert service.calls("/echo") == []


async def take_and_die(database, owner_url, times):
    for number in range(times):
        await take(database, f"worker {number}")
        sql(owner_url, "update engine_jobs set visible_at = now()")
        sql(owner_url, "update engine_lanes set next_at = now()")


async def test_planned_executions_wait_for_their_time(database, executions, owner_url, acme, calls):
    later = datetime.now(UTC) + timedelta(hours=1)
    await executions.enqueue(acme.editor, calls("/echo"), run_at=later)
    assert await take(database, look_at=["acme"]) == []


async def test_many_are_accepted_in_one_statement(database, executions, owner_url, acme, calls):
    rows = (
        "insert into contacts (workspace_id) select 'acme' from generate_series(1, 50) returning id"
    )
    people = [row[0] for row in sql(owner_url, rows)]
    added = await executions.enqueue_many(acme.editor, calls("/echo"), [*people, uuid4()])
    assert len(added) == 50
    assert len(await take(database, room=100)) == 50
