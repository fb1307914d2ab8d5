"""/api/v1/bulk-executions: each contact once, with pause, resume, cancel and a ceiling."""

import asyncio
from collections.abc import Callable
from decimal import Decimal

import psycopg
import pytest

from app.services.feeding import Feeding, decide
from db.bulk import Bulk, Progress
from tests.app.running.connectors import lookup, waiting

PATIENCE_S = 40


@pytest.fixture
async def people(api, ada) -> list[str]:
    """Ada and Bo, whom the provider knows, and one it does not."""
    others = [
        (await api.post("/contacts", json={"email": f"{name}@example.com", "city": "Oslo"})).json()
        for name in ("nobody", "bo")
    ]
    return [ada, *(one["id"] for one in others)]


@pytest.fixture
def crowd(owner_url, acme) -> Callable[[int], None]:
    def make(number: int) -> None:
        with psycopg.connect(owner_url) as owner:
            owner.execute(
                "insert into contacts (workspace_id, email, company)"
                " select 'acme', 'p' || n || '@crowd.test', 'Crowd' from generate_series(1, %s) n",
                [number],
            )

    return make


async def made(api, body) -> str:
    return (await api.post("/connectors", json=body)).json()["id"]


def nothing_much() -> dict:
    """Ends at once, without a call."""
    step = {"id": "note", "kind": "set", "values": {"said": "{{ contact.email }}"}}
    return {"name": "Note", "config": {"steps": [step]}}


async def until(api, bulk_id: str, holds: Callable[[dict], bool]) -> dict:
    """What the batch says once that holds."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            said = (await api.get(f"/bulk-executions/{bulk_id}")).json()
            if holds(said):
                return said
            await asyncio.sleep(0.05)


def is_(state: str) -> Callable[[dict], bool]:
    return lambda said: said["state"] == state


async def test_every_contact_gets_one_run_and_the_totals_say_how_they_ended(api, service, people):
    connector = await made(api, lookup(service.url))
    body = {"contact_ids": [*people, people[0]]}
    started = await api.post(f"/connectors/{connector}/bulk-executions", json=body)
    assert started.status_code == 202
    bulk = started.json()
    assert (bulk["total"], bulk["done"], bulk["by_status"]["pending"]) == (3, 0, 3)
    said = await until(api, bulk["id"], is_("finished"))
    assert (said["total"], said["done"]) == (3, 3)
    assert said["by_status"]["success"] == 3
    assert (said["by_outcome"]["found"], said["by_outcome"]["not_found"]) == (2, 1)
    assert said["finished_at"]
    runs = (await api.get(f"/executions?bulk_id={bulk['id']}")).json()["items"]
    assert {run["contact_id"] for run in runs} == set(people)
    assert len(runs) == 3


@pytest.mark.parametrize(
    ("filter", "total"),
    [
        ({}, 3),
        ({"q": "ada"}, 1),
        ({"city": "oslo"}, 2),
        ({"city": "Oslo", "q": "nobody"}, 1),
        ({"company": None}, 3),
        ({"data.tier": "gold"}, 0),
        ({"data.tier": None}, 3),
    ],
)
async def test_a_filter_finds_contacts_as_their_list_does(api, people, filter, total):
    connector = await made(api, waiting())
    address = f"/connectors/{connector}/bulk-executions"
    assert (await api.post(address, json={"filter": filter})).json()["total"] == total


async def test_a_limit_takes_the_newest(api, people):
    connector = await made(api, waiting())
    body = {"filter": {}, "limit": 1}
    bulk = (await api.post(f"/connectors/{connector}/bulk-executions", json=body)).json()
    await until(api, bulk["id"], lambda said: said["by_status"]["running"] == 1)
    (run,) = (await api.get(f"/executions?bulk_id={bulk['id']}")).json()["items"]
    assert run["contact_id"] == people[-1]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "contact_ids"),
        ({"contact_ids": []}, "contact_ids"),
        ({"contact_ids": ["x"]}, "contact_ids[0]"),
        ({"filter": {"speed": "9"}}, "filter.speed"),
        ({"filter": {"city": 7}}, "filter.city"),
        ({"filter": {"data.": 7}}, "filter.data."),
        ({"filter": {}, "limit": 0}, "limit"),
        ({"filter": {}, "max_cost": -1}, "max_cost"),
        ({"filter": {}, "input": {}, "spee": 1}, "spee"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_place(api, body, path):
    connector = await made(api, waiting())
    answer = await api.post(f"/connectors/{connector}/bulk-executions", json=body)
    assert answer.status_code == 422
    assert path in [one["path"] for one in answer.json()["errors"]]


async def test_a_batch_is_invisible_to_every_other_workspace(api, theirs, people):
    connector = await made(api, waiting())
    address = f"/connectors/{connector}/bulk-executions"
    foreign = (await theirs.post("/contacts", json={"email": "bo@globex.test"})).json()["id"]
    assert (await api.post(address, json={"contact_ids": [people[0], foreign]})).status_code == 404
    assert (await theirs.post(address, json={"filter": {}})).status_code == 404
    bulk = (await api.post(address, json={"filter": {}})).json()["id"]
    assert (await theirs.get(f"/bulk-executions/{bulk}")).status_code == 404
    for act in ("pause", "resume", "cancel", "retry"):
        assert (await theirs.post(f"/bulk-executions/{bulk}/{act}")).status_code == 404
    assert (await theirs.get("/bulk-executions")).json()["items"] == []
    assert len((await api.get("/bulk-executions")).json()["items"]) == 1


async def test_a_viewer_looks_on(api, client_of, acme, people):
    connector = await made(api, waiting())
    viewer = client_of(acme.viewer)
    address = f"/connectors/{connector}/bulk-executions"
    assert (await viewer.post(address, json={"filter": {}})).status_code == 403
    bulk = (await api.post(address, json={"filter": {}})).json()["id"]
    assert (await viewer.get(f"/bulk-executions/{bulk}")).status_code == 200
    assert (await viewer.post(f"/bulk-executions/{bulk}/cancel")).status_code == 403


async def test_the_first_few_run_and_then_it_waits_for_a_person(api, crowd):
    crowd(12)
    connector = await made(api, nothing_much())
    body = {"filter": {}, "try_first": 5}
    bulk = (await api.post(f"/connectors/{connector}/bulk-executions", json=body)).json()
    assert bulk["state"] == "try_first"
    paused = await until(api, bulk["id"], is_("paused"))
    assert (paused["done"], paused["by_status"]["pending"]) == (5, 7)
    assert "first 5" in paused["reason"]
    assert (await api.post(f"/bulk-executions/{bulk['id']}/resume")).status_code == 202
    said = await until(api, bulk["id"], is_("finished"))
    assert (said["done"], said["by_outcome"]["skipped"]) == (12, 12)


async def test_who_resumes_before_it_paused_by_itself_is_heard_too(api, people):
    connector = await made(api, waiting(3_000))
    body = {"contact_ids": people, "try_first": 1}
    bulk = (await api.post(f"/connectors/{connector}/bulk-executions", json=body)).json()["id"]
    runs = f"/executions?bulk_id={bulk}"
    await until(api, bulk, lambda said: said["by_status"]["pending"] == 2 or said["done"])
    assert len((await api.get(runs)).json()["items"]) == 1
    assert (await api.post(f"/bulk-executions/{bulk}/resume")).json()["state"] == "running"
    assert (await until(api, bulk, is_("finished")))["done"] == 3


async def test_pausing_claims_nothing_more_and_resuming_loses_and_doubles_nobody(
    api, crowd, owner_url
):
    crowd(1500)
    connector = await made(api, nothing_much())
    address = f"/connectors/{connector}/bulk-executions"
    bulk = (await api.post(address, json={"filter": {}})).json()["id"]
    await until(api, bulk, lambda said: said["done"] > 0)
    assert (await api.post(f"/bulk-executions/{bulk}/pause")).json()["state"] == "paused"
    resting = await until(api, bulk, lambda said: said["by_status"]["running"] == 0)
    assert resting["by_status"]["pending"] > 0
    with psycopg.connect(owner_url) as owner:
        due = "select count(*) from engine_jobs where visible_at < 'infinity'"
        assert owner.execute(due).fetchone() == (0,)
    assert (await api.get(f"/bulk-executions/{bulk}")).json()["done"] == resting["done"]
    await api.post(f"/bulk-executions/{bulk}/resume")
    said = await until(api, bulk, is_("finished"))
    assert (said["done"], said["by_status"]["success"]) == (1500, 1500)
    with psycopg.connect(owner_url) as owner:
        runs = owner.execute(
            "select count(*), count(distinct contact_id) from connector_executions"
        )
        assert runs.fetchone() == (1500, 1500)


async def test_cancelling_stops_those_at_work_and_begins_nobody_else(api, crowd):
    crowd(1200)
    connector = await made(api, waiting())
    address = f"/connectors/{connector}/bulk-executions"
    bulk = (await api.post(address, json={"filter": {}})).json()["id"]
    await until(api, bulk, lambda said: said["by_status"]["running"] > 0)
    assert (await api.post(f"/bulk-executions/{bulk}/cancel")).status_code == 202
    said = await until(api, bulk, lambda said: said["finished_at"] is not None)
    assert said["state"] == "cancelled"
    assert said["by_status"]["cancelled"] == said["done"] == 1200
    assert (said["by_status"]["pending"], said["by_status"]["running"]) == (0, 0)
    for act in ("cancel", "pause", "resume"):
        assert (await api.post(f"/bulk-executions/{bulk}/{act}")).status_code == 409


async def test_those_whose_turn_never_comes_are_cancelled(api, people):
    connector = await made(api, waiting())
    address = f"/connectors/{connector}/bulk-executions"
    bulk = (await api.post(address, json={"contact_ids": people, "try_first": 1})).json()["id"]
    await until(api, bulk, lambda said: said["by_status"]["running"] == 1)
    await api.post(f"/bulk-executions/{bulk}/cancel")
    said = await until(api, bulk, lambda said: said["finished_at"] is not None)
    assert sum(said["by_status"].values()) == said["total"] == 3
    assert (said["by_status"]["cancelled"], said["done"]) == (3, 3)


async def test_a_contact_that_is_gone_by_its_turn_is_passed_over(api, people):
    connector = await made(api, nothing_much())
    body = {"contact_ids": people, "try_first": 1}
    bulk = (await api.post(f"/connectors/{connector}/bulk-executions", json=body)).json()["id"]
    await until(api, bulk, is_("paused"))
    await api.delete(f"/contacts/{people[1]}")
    await api.post(f"/bulk-executions/{bulk}/resume")
    said = await until(api, bulk, is_("finished"))
    assert (said["done"], said["by_status"]["success"]) == (3, 2)


async def test_it_pauses_where_the_connector_is_switched_off_or_its_starter_left(
    api, client_of, acme, owner_url, people
):
    connector = await made(api, nothing_much())
    address = f"/connectors/{connector}"
    body = {"contact_ids": people, "try_first": 1}
    editor = client_of(acme.editor)
    bulk = (await editor.post(f"{address}/bulk-executions", json=body)).json()["id"]
    await until(api, bulk, is_("paused"))
    await api.patch(address, json={"version": 1, "enabled": False})
    assert (await editor.post(f"/bulk-executions/{bulk}/resume")).status_code == 409
    await api.patch(address, json={"version": 2, "enabled": True})
    with psycopg.connect(owner_url) as owner:
        # Resumed and gone in one moment: nobody looks in between.
        owner.execute("update bulk_executions set state = 'running', reason = null")
        owner.execute("delete from workspace_members where role = 'editor'")
    said = await until(api, bulk, is_("paused"))
    assert "any more" in said["reason"]
    await api.post(f"/bulk-executions/{bulk}/resume")
    await until(api, bulk, is_("finished"))


def batch(**more) -> Bulk:
    known = {"state": "running", "total": 100, "fed": 0, "try_first": None, "max_cost": None}
    return Bulk(**{**known, "cost_each": None, **more})


@pytest.mark.parametrize(
    ("row", "live", "cost", "feed", "state"),
    [
        (batch(), 0, 0, 100, None),
        (batch(total=9999), 0, 0, 500, None),
        (batch(total=9999, fed=900), 900, 0, 0, None),
        (batch(fed=100), 1, 0, 0, None),
        (batch(fed=100), 0, 0, 0, "finished"),
        (batch(state="paused", fed=50), 0, 0, 0, None),
        (batch(state="paused", fed=100), 0, 0, 0, "finished"),
        (batch(state="cancelled", fed=50), 3, 0, 0, None),
        (batch(state="cancelled", fed=50), 0, 0, 0, "cancelled"),
        (batch(state="try_first", try_first=10), 0, 0, 10, None),
        (batch(state="try_first", try_first=10, fed=10), 2, 0, 0, None),
        (batch(state="try_first", try_first=10, fed=10), 0, 0, 0, "paused"),
        (batch(max_cost=Decimal(1), cost_each=Decimal("0.1")), 0, 0, 10, None),
        (batch(max_cost=Decimal(1), cost_each=Decimal("0.1"), fed=10), 4, "0.2", 4, None),
        (batch(max_cost=Decimal(1), cost_each=Decimal("0.1"), fed=10), 8, "0.2", 0, None),
        (batch(max_cost=Decimal(1), cost_each=Decimal("0.1"), fed=10), 0, "0.95", 0, "paused"),
    ],
)
def test_what_is_next_follows_from_how_far_it_has_come(row, live, cost, feed, state):
    decision = decide(row, Progress(live, Decimal(cost)))
    assert (decision.feed, decision.state) == (feed, state)


async def test_the_ceiling_is_never_exceeded(api, service, people):
    whole = lookup(service.url)
    attempts = [{"name": "One", "steps": whole["config"]["steps"], "cost": 2}]
    whole["config"]["steps"] = [{"id": "any", "kind": "waterfall", "attempts": attempts}]
    whole["field_mappings"] = []
    connector = await made(api, whole)
    body = {"contact_ids": people, "max_cost": 5}
    bulk = (await api.post(f"/connectors/{connector}/bulk-executions", json=body)).json()
    assert bulk["estimate"] == {"cost_each": 2, "cost": 6}
    said = await until(api, bulk["id"], is_("paused"))
    assert (said["done"], said["cost"]) == (2, 4)
    assert "4 of 5" in said["reason"]
    await api.post(f"/bulk-executions/{bulk['id']}/resume", json={"max_cost": 6})
    said = await until(api, bulk["id"], is_("finished"))
    assert said["cost"] == 6


async def test_however_many_workers_feed_it_and_die_over_it_nobody_comes_twice(
    api, crowd, database, owner_url
):
    crowd(3000)
    connector = await made(api, nothing_much())
    address = f"/connectors/{connector}/bulk-executions"
    bulk = (await api.post(address, json={"filter": {}})).json()["id"]
    feeders = [asyncio.create_task(Feeding(database).look()) for _ in range(4)]
    await until(api, bulk, lambda said: said["by_status"]["pending"] < 3000 or said["done"] > 0)
    feeders[0].cancel()  # in the middle of whatever it was doing
    await asyncio.gather(*feeders, return_exceptions=True)
    said = await until(api, bulk, is_("finished"))
    assert (said["done"], said["by_status"]["success"]) == (3000, 3000)
    with psycopg.connect(owner_url) as owner:
        runs = owner.execute(
            "select count(*), count(distinct contact_id) from connector_executions"
        )
        assert runs.fetchone() == (3000, 3000)


async def test_only_those_that_failed_are_done_again(api, service, people):
    step = {
        "id": "call",
        "kind": "http",
        "request": {"method": "GET", "url": f"{service.url}/bad/400?times=1"},
    }
    connector = await made(api, {"name": "Bad once", "config": {"steps": [step]}})
    body = {"filter": {}}
    first = (await api.post(f"/connectors/{connector}/bulk-executions", json=body)).json()["id"]
    said = await until(api, first, is_("finished"))
    assert (said["by_status"]["failed"], said["by_status"]["success"]) == (1, 2)
    again = await api.post(f"/bulk-executions/{first}/retry")
    assert (again.status_code, again.json()["total"]) == (202, 1)
    said = await until(api, again.json()["id"], is_("finished"))
    assert said["by_status"]["success"] == 1
    (failed,) = (await api.get(f"/executions?bulk_id={first}&status=failed")).json()["items"]
    (mended,) = (await api.get(f"/executions?bulk_id={again.json()['id']}")).json()["items"]
    assert mended["contact_id"] == failed["contact_id"]
    nothing = await api.post(f"/bulk-executions/{again.json()['id']}/retry")
    assert nothing.status_code == 409
    assert "None of its runs failed" in nothing.json()["detail"] + nothing.json()["title"]


async def test_a_batch_at_work_is_not_done_again(api, people):
    connector = await made(api, waiting())
    body = {"filter": {}}
    bulk = (await api.post(f"/connectors/{connector}/bulk-executions", json=body)).json()["id"]
    assert (await api.post(f"/bulk-executions/{bulk}/retry")).status_code == 409
