"""/api/v1/usage: a number a day, kept when the records are gone."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from app.services.problems import NotAllowed
from tests.app.running.connectors import lookup

WAIT = {"Prefer": "wait=30"}


def utc_day() -> date:
    """Asked late: tests may be collected before midnight."""
    return datetime.now(UTC).date()


@pytest.fixture
async def runs(api, service, ada) -> None:
    """One found, one not found, one that needed no call."""
    nobody = (await api.post("/contacts", json={"email": "nobody@example.com"})).json()["id"]
    connector = (await api.post("/connectors", json=lookup(service.url))).json()["id"]
    for contact in (ada, nobody):
        body = {"contact_id": contact}
        await api.post(f"/connectors/{connector}/execute", json=body, headers=WAIT)
    note = {"id": "note", "kind": "set", "values": {"a": "b"}}
    quiet = {"name": "Quiet", "config": {"steps": [note]}}
    connector = (await api.post("/connectors", json=quiet)).json()["id"]
    await api.post(f"/connectors/{connector}/execute", json={}, headers=WAIT)


async def test_runs_are_counted_by_outcome_and_calls_by_attempt(api, runs):
    said = (await api.get("/usage")).json()
    assert (len(said["days"]), said["until"]) == (30, str(utc_day()))
    assert (said["runs"], said["calls"]) == (3, 2)
    today = said["days"][-1]
    assert today["by_outcome"] == {
        "found": 1,
        "not_found": 1,
        "skipped": 1,
        "partly": 0,
        "failed": 0,
        "cancelled": 0,
        "unfinished": 0,
    }
    assert said["days"][0]["runs"] == 0


async def test_a_day_that_is_over_is_known_after_its_records_are_gone(api, runs, owner_url):
    before = utc_day() - timedelta(days=3)
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_executions set created_at = created_at - interval '3 days'")
    asked = f"/usage?since={before}&until={before}"
    first = (await api.get(asked)).json()
    assert (first["runs"], first["calls"]) == (3, 2)
    with psycopg.connect(owner_url) as owner:
        owner.execute("delete from connector_executions")
    assert (await api.get(asked)).json() == first


async def test_a_workspace_sees_its_own_only(theirs, runs):
    assert (await theirs.get("/usage")).json()["runs"] == 0


@pytest.mark.parametrize(
    "query", ["since=soon", "since=2026-02-01&until=2026-01-01", "since=2020-01-01"]
)
async def test_a_span_that_cannot_be_answered_is_refused(api, query):
    answer = await api.get(f"/usage?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "since"


async def test_an_answer_out_of_the_cache_is_a_call_saved(api, service, ada):
    definition = lookup(service.url)
    definition["config"]["steps"][0]["cache"] = {"ttl_s": 3600}
    connector = (await api.post("/connectors", json=definition)).json()["id"]
    for _ in range(3):
        body = {"contact_id": ada}
        await api.post(f"/connectors/{connector}/execute", json=body, headers=WAIT)
    said = (await api.get("/usage")).json()
    assert (said["runs"], said["calls"], said["cached"], said["cost"]) == (3, 1, 2, 0)


async def test_those_who_run_the_service_see_numbers_of_all_workspaces_once_a_day_is_over(
    runs, console, acme, globex, owner_url
):
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_executions set created_at = created_at - interval '1 day'")
    usage = console.services.usage
    await usage.count_yesterday()
    await usage.count_yesterday()
    week = utc_day() - timedelta(days=7), utc_day()
    with pytest.raises(NotAllowed):
        await usage.of_workspaces(acme.owner, *week)
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role) values (%s, 'admin')",
            [globex.owner.user_id],
        )
    found = await usage.of_workspaces(globex.owner, *week)
    assert [(one.workspace_id, one.runs, one.calls) for one in found] == [
        ("acme", 3, 2), ("globex", 0, 0),
    ]  # fmt: skip
