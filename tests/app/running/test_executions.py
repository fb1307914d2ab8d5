"""/api/v1/executions: found again, in pages, and started with the right things only."""

import asyncio
from hashlib import sha256
from uuid import UUID

import pytest

from app.api.executing import accepted
from app.api.idempotency import Work
from app.services.executions import Executions
from db.idempotency import Claim, claim
from tests.app.running.connectors import lookup, waiting

WAIT = {"Prefer": "wait=30"}


@pytest.fixture
async def made(api, service) -> dict:
    return (await api.post("/connectors", json=lookup(service.url))).json()


@pytest.fixture
async def runs(api, service, made, ada) -> dict[str, dict]:
    """One that finds Ada, one that finds nobody, one that failed."""
    nobody = (await api.post("/contacts", json={"email": "nobody@example.com"})).json()["id"]
    execute = f"/connectors/{made['id']}/execute"
    found = await api.post(execute, json={"contact_id": ada, "flow_run_id": "flow-1"}, headers=WAIT)
    not_found = await api.post(execute, json={"contact_id": nobody}, headers=WAIT)
    strict = lookup(service.url)
    strict["config"]["steps"][0]["rules"] = []
    strict["name"] = "Look 100% closer"
    other = (await api.post("/connectors", json=strict)).json()["id"]
    failed = await api.post(
        f"/connectors/{other}/execute", json={"contact_id": nobody}, headers=WAIT
    )
    return {"found": found.json(), "not_found": not_found.json(), "failed": failed.json()}


async def test_an_execution_has_exactly_the_members_that_were_promised(api, runs):
    promised = {
        *("id", "connector_id", "workspace_id", "contact_id", "flow_run_id", "bulk_id", "status"),
        *("outcome", "steps_executed", "current_step", "input_data", "output_data"),
        *("error_message", "execution_time_ms", "trigger_run_id", "attempt", "connector_version"),
        *("created_at", "started_at", "finished_at"),
    }
    beside = {"retry_of", "error_code", "error_hint"}
    assert set(runs["found"]) == promised | beside
    listed = (await api.get("/executions")).json()["items"][0]
    assert set(listed) == (promised | beside) - {"steps_executed"}
    assert runs["found"]["finished_at"].endswith("Z")


async def test_an_answer_is_shown_as_the_service_wrote_it(api, runs, made, ada):
    whole = {name: made[name] for name in ("config", "field_mappings")}
    trial = {"definition": whole, "contact_id": ada}
    (tried,) = (await api.post("/connectors/test", json=trial)).json()["steps_executed"]
    (shown,) = (await api.get(f"/executions/{runs['found']['id']}")).json()["steps_executed"]
    assert str(shown["response"]["body"]) == str(tried["response"]["body"])


async def test_executions_are_found_by_what_people_know_of_them(api, runs, made, ada):
    async def found(query: str) -> set[str]:
        items = (await api.get(f"/executions?{query}")).json()["items"]
        return {name for name, run in runs.items() if run["id"] in [one["id"] for one in items]}

    assert await found("") == {"found", "not_found", "failed"}
    assert await found("status=success") == {"found", "not_found"}
    assert await found("status=failed,timeout") == {"failed"}
    assert await found("outcome=not_found") == {"not_found"}
    assert await found(f"contact_id={ada}") == {"found"}
    assert await found("q=ADA") == {"found"}
    assert await found("q=nobody@example.com") == {"not_found", "failed"}
    assert await found("q=flow-1") == {"found"}
    assert await found(f"q={runs['failed']['id']}") == {"failed"}
    assert await found("q=the PERSON") == {"found", "not_found"}
    assert await found("q=100%25 closer") == {"failed"}
    assert await found("q=closer&status=success") == set()
    assert await found("q=%25%25") == set()
    assert await found(f"connector_id={made['id']}") == {"found", "not_found"}
    assert await found(f"ids={runs['found']['id']},{runs['failed']['id']}") == {"found", "failed"}
    assert await found("ids=") == set()
    middle = runs["not_found"]["created_at"]
    assert await found(f"since={middle}") == {"not_found", "failed"}
    assert await found(f"until={middle}") == {"found"}


async def test_a_list_goes_on_where_it_stopped(api, runs):
    first = (await api.get("/executions?limit=2&include=steps")).json()
    rest = (await api.get(f"/executions?limit=2&cursor={first['next_cursor']}")).json()
    listed = [one["id"] for one in first["items"] + rest["items"]]
    assert listed == [runs[name]["id"] for name in ("failed", "not_found", "found")]
    assert first["items"][1]["steps_executed"] == runs["not_found"]["steps_executed"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    "query", ["status=done", "outcome=x", "ids=7", "since=soon", "include=all", "limit=0"]
)
async def test_a_filter_that_cannot_be_meant_is_refused(api, query):
    answer = await api.get(f"/executions?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == query.partition("=")[0]


async def test_only_what_the_connector_asks_for_is_accepted(api, theirs, made):
    schema = {"type": "object", "required": ["limit"], "properties": {"limit": {"type": "integer"}}}
    address = f"/connectors/{made['id']}"
    await api.patch(address, json={"version": 1, "input_schema": schema})
    missing = await api.post(f"{address}/execute", json={})
    assert [one["path"] for one in missing.json()["errors"]] == ["input.limit"]
    unknown = await api.post(f"{address}/execute", json={"input": {"limit": 1}, "speed": 9})
    assert [one["path"] for one in unknown.json()["errors"]] == ["speed"]
    foreign = (await theirs.post("/contacts", json={"email": "bo@globex.test"})).json()["id"]
    body = {"input": {"limit": 1}, "contact_id": foreign}
    assert (await api.post(f"{address}/execute", json=body)).status_code == 404
    assert (await api.get("/executions")).json()["items"] == []


async def test_a_connector_that_is_switched_off_is_not_started(api, made):
    address = f"/connectors/{made['id']}"
    await api.patch(address, json={"version": 1, "enabled": False})
    assert (await api.post(f"{address}/execute", json={})).status_code == 409


async def test_the_same_key_starts_one_execution_only(api):
    made = (await api.post("/connectors", json=waiting())).json()
    key = {"Idempotency-Key": "once"}
    execute = f"/connectors/{made['id']}/execute"
    first = await api.post(execute, json={"flow_run_id": "a"}, headers=key)
    again = await api.post(execute, json={"flow_run_id": "a"}, headers=key)
    other = await api.post(execute, json={"flow_run_id": "b"}, headers=key)
    assert (again.status_code, again.json()) == (202, first.json())
    assert other.status_code == 422
    assert len((await api.get("/executions")).json()["items"]) == 1


async def test_the_same_key_gets_its_answer_though_the_first_process_died_over_it(
    api, database, owner_url, acme
):
    made = (await api.post("/connectors", json=waiting())).json()
    route = f"/connectors/{made['id']}/execute"
    body = b'{"flow_run_id":"a"}'
    ours = Claim("acme", f"POST /api/v1{route}", "once", sha256(b"\n" + body).digest())
    async with database.session_for(acme.owner) as session:
        ours = await claim(session, ours)
    started = await Executions(database).enqueue(
        acme.owner, UUID(made["id"]), flow_run_id="a", also=accepted(Work(ours))
    )
    headers = {"Idempotency-Key": "once", "Content-Type": "application/json"}
    again = await api.post(route, content=body, headers=headers)
    assert (again.status_code, again.headers["content-type"]) == (202, "application/json")
    shown = (await api.get(f"/executions/{started.id}")).json()
    assert again.json().keys() == shown.keys()
    assert (again.json()["id"], again.json()["status"]) == (str(started.id), "pending")
    assert len((await api.get("/executions")).json()["items"]) == 1


async def test_an_execution_may_wait_for_its_time(api, made, ada):
    body = {"contact_id": ada, "run_at": "2999-01-01T00:00:00Z"}
    run = (await api.post(f"/connectors/{made['id']}/execute", json=body)).json()
    assert run["status"] == "pending"
    stopped = await api.post(f"/executions/{run['id']}/cancel")
    assert (stopped.status_code, stopped.json()["status"]) == (202, "cancelled")


async def test_a_connector_that_asks_for_nothing_starts_without_a_body(api, made):
    assert (await api.post(f"/connectors/{made['id']}/execute")).status_code == 202


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_time_out_of_reach_is_refused(api, made, at):
    started = await api.post(f"/connectors/{made['id']}/execute", json={"run_at": at})
    assert (started.status_code, started.json()["errors"][0]["path"]) == (422, "run_at")
    for name in ("since", "until"):
        assert (await api.get("/executions", params={name: at})).status_code == 422
    assert (await api.post("/api-keys", json={"name": "k", "expires_at": at})).status_code == 422
    login = {"service_name": "people", "expires_at": at}
    assert (await api.post("/workspace/credentials", json=login)).status_code == 422


# A run that found a part, once more


async def partly(api, service, contact_id, **broken):
    """Three orders, of which the second fails the first time, then one more call."""
    url = f"{service.url}/bad/503?times=1&n={{{{ one }}}}"
    first = {"method": "GET", "url": f"{service.url}/echo?n={{{{ one }}}}"}
    steps = [
        {
            "id": "all", "kind": "for_each", "items": "{{ input.list }}", "as": "one",
            "steps": [
                {"id": "look", "kind": "http", "request": first},
                {"id": "order", "kind": "http", "request": {"method": "GET", "url": url},
                 "retry": {"max_retries": 0}, "when":
                 {"left": "{{ one }}", "op": "equals", "right": 2}, **broken},
            ],
            "result": {"n": "{{ steps.look.query.n }}"},
        },
        {"id": "last", "kind": "http",
         "request": {"method": "POST", "url": f"{service.url}/orders"}},
    ]  # fmt: skip
    steps[0]["steps"][0]["extract"] = {"query": "$.query"}
    given = {"name": "Partly", "config": {"steps": steps}}
    made = (await api.post("/connectors", json=given)).json()["id"]
    body = {"contact_id": contact_id, "input": {"list": [1, 2, 3]}}
    run = (await api.post(f"/connectors/{made}/execute", json=body, headers=WAIT)).json()
    assert (run["status"], run["outcome"]) == ("success", "partly"), run
    return run


async def once_more(api, run, **how):
    answer = await api.post(f"/executions/{run['id']}/retry", json=how)
    assert answer.status_code == 202, answer.text
    number = answer.json()["id"]
    while True:
        shown = (await api.get(f"/executions/{number}")).json()
        if shown["finished_at"]:
            return shown
        await asyncio.sleep(0.05)


async def test_a_retry_of_a_partly_run_repeats_only_what_failed(api, service, ada):
    run = await partly(api, service, ada)
    again = await once_more(api, run)
    assert (again["status"], again["outcome"]) == ("success", "found")
    assert len(service.calls("/bad")) == 2
    assert len(service.calls("/echo")) == 3
    assert len(service.calls("/orders")) == 1
    assert [one["status"] for one in again["steps_executed"]].count("failed") == 0
    refused = await api.post(f"/executions/{again['id']}/retry", json={})
    assert refused.status_code == 409


async def test_a_lost_answer_in_a_partly_run_is_asked_about(api, service, ada):
    lost = {"request": {"method": "POST", "url": f"{service.url}/orders?lost=1"}}
    run = await partly(api, service, ada, **lost)
    refused = await api.post(f"/executions/{run['id']}/retry", json={})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "unknown"
    again = await once_more(api, run, unknown="mark_done")
    assert again["outcome"] == "found"
    assert len(service.calls("/orders")) == 2
