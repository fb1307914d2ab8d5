"""From an idea to a result, as a program lives it: create, test, execute, wait, look, follow."""

import orjson

from tests.app.running.connectors import lookup, waiting


def read_events(text: str) -> list[dict]:
    blocks = [block.splitlines() for block in text.split("\n\n")]
    fields = [dict(line.split(": ", 1) for line in lines if line[:1] != ":") for lines in blocks]
    return [
        {"id": int(one["id"]), "event": one["event"], **orjson.loads(one["data"])}
        for one in fields
        if "data" in one
    ]


async def test_a_connector_is_made_tested_executed_and_followed(api, service, ada):
    made = (await api.post("/connectors", json=lookup(service.url))).json()
    assert (made["type"], made["version"], made["enabled"]) == ("single-step", 1, True)

    tested = await api.post(f"/connectors/{made['id']}/test", json={"contact_id": ada})
    assert tested.status_code == 200
    record = tested.json()
    assert (record["id"], record["status"], record["outcome"]) == (None, "success", "found")
    assert record["would_write"] == [
        {"field": "first_name", "before": None, "after": "Ada", "action": "overwrite"},
        {"field": "city", "before": "Bergen", "after": "Bergen", "action": "keep"},
    ]
    assert (await api.get(f"/contacts/{ada}")).json()["first_name"] is None
    assert (await api.get("/executions")).json()["items"] == []

    answer = await api.post(
        f"/connectors/{made['id']}/execute",
        json={"contact_id": ada, "flow_run_id": "flow-7"},
        headers={"Prefer": "wait=30"},
    )
    assert answer.status_code == 202
    run = answer.json()
    assert (run["status"], run["outcome"], run["flow_run_id"]) == ("success", "found", "flow-7")
    assert [step["id"] for step in run["steps_executed"]] == ["find"]
    assert run == (await api.get(f"/executions/{run['id']}")).json()
    assert (await api.get(f"/contacts/{ada}")).json()["first_name"] == "Ada"
    counted = (await api.get(f"/connectors/{made['id']}")).json()
    assert (counted["total_executions"], counted["successful_executions"]) == (1, 1)

    told = read_events((await api.get(f"/executions/{run['id']}/events")).text)
    assert [one["event"] for one in told] == [
        "execution.queued",
        "execution.started",
        "step.started",
        "step.finished",
        "execution.finished",
    ]
    assert told[-1]["status"] == "success"
    assert told[-1]["outcome"] == "found"
    assert [one["id"] for one in told] == sorted(one["id"] for one in told)

    rest = await api.get(
        f"/executions/{run['id']}/events", headers={"Last-Event-ID": str(told[1]["id"])}
    )
    assert read_events(rest.text) == told[2:]
    by_query = await api.get(f"/executions/{run['id']}/events?last_event_id={told[1]['id']}")
    assert read_events(by_query.text) == told[2:]
    after = await api.get(
        f"/executions/{run['id']}/events", headers={"Last-Event-ID": str(told[-1]["id"])}
    )
    assert read_events(after.text) == []


async def test_waiting_for_an_execution_ends_when_the_time_is_up(api):
    made = (await api.post("/connectors", json=waiting())).json()
    answer = await api.post(
        f"/connectors/{made['id']}/execute", json={}, headers={"Prefer": "wait=1"}
    )
    assert answer.status_code == 202
    assert answer.json()["status"] in ("pending", "running")


async def test_a_running_execution_shows_its_steps_and_can_be_cancelled_once(api):
    made = (await api.post("/connectors", json=waiting())).json()
    run = (await api.post(f"/connectors/{made['id']}/execute", json={})).json()
    async with api.stream("GET", f"/executions/{run['id']}/events") as stream:
        lines = stream.aiter_lines()
        async for line in lines:
            if line == "event: step.finished":
                break
        seen = (await api.get(f"/executions/{run['id']}")).json()
        listed = (await api.get("/executions?include=steps")).json()["items"]
        stopped = await api.post(f"/executions/{run['id']}/cancel")
        rest = [line async for line in lines]
    assert (seen["status"], [one["id"] for one in seen["steps_executed"]]) == ("running", ["note"])
    assert [one["id"] for one in listed[0]["steps_executed"]] == ["note"]
    assert stopped.status_code == 202
    assert "event: execution.finished" in rest
    ended = (await api.get(f"/executions/{run['id']}")).json()
    assert ended["status"] == "cancelled"
    assert (await api.post(f"/executions/{run['id']}/cancel")).status_code == 409


async def test_a_failed_execution_is_retried_as_a_new_one(api, service, ada):
    failing = lookup(f"{service.url}/bad/404?x=")
    failing["config"]["steps"][0]["rules"] = []
    made = (await api.post("/connectors", json=failing)).json()
    execute = f"/connectors/{made['id']}/execute"
    wait = {"Prefer": "wait=30"}
    first = (await api.post(execute, json={"contact_id": ada}, headers=wait)).json()
    assert (first["status"], first["outcome"]) == ("failed", "failed")
    assert first["error_message"]
    answer = await api.post(f"/executions/{first['id']}/retry", json={"from": "start"})
    again = answer.json()
    assert answer.status_code == 202
    assert (again["retry_of"], again["attempt"]) == (first["id"], 2)
    assert again["id"] != first["id"]
