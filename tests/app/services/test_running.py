"""The worker's store: groups across workspaces, fences, contacts as they are now."""

import json

import pytest

from app.services.executions import Executions
from app.services.opening import Openings
from app.services.running import Running
from engine.model.mapping import Mapped
from engine.queue.shelf import Ended, HandedBack, Page, Paused, Step, Told
from engine.run.events import PageRead, StepFinished, StepStarted
from engine.run.task import End, KeptPage, Pause
from tests.db.queue import a_connector, let_leases_end, sql
from tests.workers import no_credentials

DEFINITION = {
    "config": {
        "steps": [
            {"id": "find", "kind": "http", "request": {"method": "GET", "url": "https://a.test"}}
        ]
    },
    "input_schema": {},
    "field_mappings": [],
}


@pytest.fixture
def running(database):
    return Running(database, Openings(no_credentials))


@pytest.fixture
def start(database, owner_url):
    """await start(tenant) → the id of an execution on a contact of that workspace."""
    made = {}

    async def start(tenant, definition=DEFINITION):
        if tenant not in made:
            connector = a_connector(owner_url, tenant.workspace_id, json.dumps(definition))
            make = "insert into contacts (workspace_id) values (%s) returning id"
            made[tenant] = connector, sql(owner_url, make, tenant.workspace_id)[0][0]
        execution = await Executions(database).enqueue(tenant.editor, *made[tenant])
        return execution.id

    return start


def finished(claim, path="find"):
    entry = {"id": path, "status": "success"}
    return Step(claim, StepFinished(path, path, 0, entry, {"status": 200}, "Called a.test: 200."))


def ended(claim, **fields):
    mapped = [Mapped(field, value, "append", "find") for field, value in fields.items()]
    return Ended(claim, End("success", "found", "Found.", mapped=mapped, entries=[{"id": "find"}]))


async def claimed(running, owner="one"):
    claims = await running.claim(owner, 10, 30, ["acme", "globex"])
    return await running.open(owner, claims)


async def test_opening_reads_what_a_run_needs(running, start, owner_url, acme):
    execution_id = await start(acme)
    (opened,) = await claimed(running)
    assert opened.task.execution_id == execution_id
    assert opened.task.workspace == {"id": "acme", "name": "Acme"}
    assert opened.task.contact["email"] is None
    assert [step.id for step in opened.task.plan.steps] == ["find"]


async def test_a_worker_that_takes_over_finds_the_finished_steps(running, start, owner_url, acme):
    await start(acme)
    (first,) = await claimed(running, "one")
    await running.write("one", [finished(first.claim)])
    let_leases_end(owner_url)
    (second,) = await claimed(running, "two")
    assert second.task.done["find"].result == {"status": 200}


async def test_a_worker_that_lost_its_lease_writes_nothing(running, start, owner_url, acme):
    execution_id = await start(acme)
    (first,) = await claimed(running, "one")
    let_leases_end(owner_url)
    await claimed(running, "two")
    everything = [
        Told(first.claim, StepStarted("find", "find", "Find")),
        finished(first.claim),
        ended(first.claim, city="Bergen"),
    ]
    assert await running.write("one", everything) == {execution_id}
    assert sql(owner_url, "select status from connector_executions") == [("running",)]
    assert sql(owner_url, "select count(*) from execution_steps") == [(0,)]
    assert sql(owner_url, "select city from contacts") == [(None,)]
    kinds = "select type from execution_events order by id"
    assert sql(owner_url, kinds) == [("execution.queued",), ("execution.started",)]


async def test_the_step_a_run_failed_with_is_kept_and_told_before_its_end(
    running, start, owner_url, acme
):
    await start(acme)
    (opened,) = await claimed(running)
    last = finished(opened.claim).mark
    await running.write("one", [Ended(opened.claim, End("failed", "failed", "No."), last)])
    assert sql(owner_url, "select path from execution_steps") == [("find",)]
    whole = sql(owner_url, "select steps_executed from connector_executions")
    assert whole == [([{"id": "find", "status": "success"}],)]
    told = sql(owner_url, "select type from execution_events order by id")
    assert told[-2:] == [("step.finished",), ("execution.finished",)]


async def test_of_a_success_the_record_alone_keeps_the_last_step(running, start, owner_url, acme):
    await start(acme)
    (opened,) = await claimed(running)
    end = ended(opened.claim).end
    await running.write("one", [Ended(opened.claim, end, finished(opened.claim).mark)])
    assert sql(owner_url, "select count(*) from execution_steps") == [(0,)]
    whole = "select steps_executed from connector_executions"
    assert sql(owner_url, whole) == [([{"id": "find"}],)]
    told = sql(owner_url, "select type from execution_events order by id")
    assert told[-2:] == [("step.finished",), ("execution.finished",)]


async def test_one_group_holds_runs_of_several_workspaces(running, start, owner_url, acme, globex):
    await start(acme)
    await start(globex)
    opened = await claimed(running)
    claims = {one.claim.workspace_id: one.claim for one in opened}
    await running.write("one", [finished(claim) for claim in claims.values()])
    lost = await running.write(
        "one", [ended(claims["globex"], city="Oslo"), ended(claims["acme"], city="Bergen")]
    )
    assert lost == set()
    cities = sql(owner_url, "select workspace_id, city from contacts order by 1")
    assert cities == [("acme", "Bergen"), ("globex", "Oslo")]
    for table in ("execution_steps", "contact_field_writes"):
        found = sql(owner_url, f"select workspace_id, count(*) from {table} group by 1 order by 1")
        assert found == [("acme", 1), ("globex", 1)]
    counters = "select workspace_id, total_executions, successful_executions from connectors"
    assert sorted(sql(owner_url, counters)) == [("acme", 1, 1), ("globex", 1, 1)]
    assert sql(owner_url, "select count(*) from engine_jobs") == [(0,)]


async def test_two_runs_that_end_together_both_see_the_contact_as_it_is(
    running, start, owner_url, acme
):
    await start(acme)
    await start(acme)
    one, two = await claimed(running)
    await running.write("one", [ended(one.claim, city="Bergen"), ended(two.claim, city="Oslo")])
    assert sql(owner_url, "select city from contacts") in (
        [("Bergen, Oslo",)],
        [("Oslo, Bergen",)],
    )


async def test_what_somebody_changed_meanwhile_is_not_overwritten_by_what_was_read(
    running, start, owner_url, acme
):
    await start(acme)
    (opened,) = await claimed(running)
    sql(owner_url, "update contacts set phone = '+47 1', city = 'Bodø'")
    await running.write("one", [ended(opened.claim, city="Bergen")])
    assert sql(owner_url, "select phone, city from contacts") == [("+47 1", "Bodø, Bergen")]
    before = "select before, after, action from contact_field_writes"
    assert sql(owner_url, before) == [("Bodø", "Bodø, Bergen", "append")]


async def test_a_final_status_never_changes(running, start, owner_url, acme):
    await start(acme)
    (opened,) = await claimed(running)
    await running.write("one", [ended(opened.claim)])
    failed = Ended(opened.claim, End("failed", "failed", "Too late."))
    assert await running.write("one", [failed]) == {opened.claim.execution_id}
    assert sql(owner_url, "select status from connector_executions") == [("success",)]


async def test_a_pause_lets_go_and_keeps_what_the_step_remembers(running, start, owner_url, acme):
    await start(acme)
    (opened,) = await claimed(running)
    await running.write("one", [Paused(opened.claim, Pause(60, {"find": {"tries": 2}}, "Waits."))])
    assert sql(
        owner_url, "select owner, visible_at > now() + interval '50 s' from engine_jobs"
    ) == [(None, True)]
    let_everything_be_due(owner_url)
    (again,) = await claimed(running, "two")
    assert again.task.state == {"find": {"tries": 2}}
    assert again.claim.takeovers == 0


async def test_what_is_handed_back_is_due_at_once(running, start, owner_url, acme):
    await start(acme)
    (opened,) = await claimed(running)
    await running.write("one", [HandedBack(opened.claim)])
    (again,) = await claimed(running, "two")
    assert again.claim.execution_id == opened.claim.execution_id
    assert again.claim.takeovers == 0


async def test_a_version_that_cannot_be_read_ends_its_run_with_a_reason(
    running, start, owner_url, acme
):
    await start(acme)
    sql(owner_url, 'update connector_versions set definition = \'{"config": {"steps": 3}}\'')
    (opened,) = await claimed(running)
    assert opened.end.error_code == "bad_definition"


def let_everything_be_due(owner_url):
    sql(owner_url, "update engine_jobs set visible_at = now()")
    sql(owner_url, "update engine_lanes set next_at = now()")


# Lists that come in pages


def page(claim, number, path="find"):
    return Page(claim, PageRead("find", path, number, [{"id": number}], number + 2))


async def test_a_worker_that_takes_over_finds_the_pages_read_so_far(
    running, start, owner_url, acme
):
    paginate = {"kind": "page", "param": "page", "items": "$.results"}
    step = {**DEFINITION["config"]["steps"][0], "paginate": paginate}
    await start(acme, {**DEFINITION, "config": {"steps": [step]}})
    (first,) = await claimed(running, "one")
    assert first.task.pages == {}
    await running.write("one", [page(first.claim, 0), page(first.claim, 1)])
    await running.write("one", [page(first.claim, 1), page(first.claim, 0, "loop[1].find")])
    let_leases_end(owner_url)
    (second,) = await claimed(running, "two")
    assert second.task.pages == {
        "find": [KeptPage(0, [{"id": 0}], 2), KeptPage(1, [{"id": 1}], 3)],
        "loop[1].find": [KeptPage(0, [{"id": 0}], 2)],
    }


async def test_pages_are_forgotten_once_their_run_has_ended(running, start, owner_url, acme):
    await start(acme)
    (first,) = await claimed(running)
    await running.write("one", [page(first.claim, 0)])
    sql(owner_url, "select app.forget_old(90)")
    assert sql(owner_url, "select count(*) from execution_pages") == [(1,)]
    await running.write("one", [ended(first.claim)])
    sql(owner_url, "select app.forget_old(90)")
    assert sql(owner_url, "select count(*) from execution_pages") == [(0,)]
