"""/api/v1/error-groups: failures that are alike are one thing, until somebody decides about it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.app.running.connectors import lookup

WAIT = {"Prefer": "wait=30"}


@pytest.fixture
async def strict(api, service) -> str:
    """A connector that fails where nobody is found."""
    whole = lookup(service.url)
    whole["config"]["steps"][0]["rules"] = []
    return (await api.post("/connectors", json=whole)).json()["id"]


async def fail(api, connector: str) -> dict:
    contact = (await api.post("/contacts", json={"email": "nobody@example.com"})).json()["id"]
    body = {"contact_id": contact}
    return (await api.post(f"/connectors/{connector}/execute", json=body, headers=WAIT)).json()


async def groups(api, query: str = "") -> list[dict]:
    return (await api.get(f"/error-groups{query}")).json()["items"]


def decision(group: dict, state: str, **more) -> dict:
    alike = {name: group[name] for name in ("connector_id", "step_id", "error_code")}
    return {**alike, "state": state, **more}


async def test_failures_that_are_alike_are_one_group(api, strict):
    first, last = await fail(api, strict), await fail(api, strict)
    (group,) = await groups(api)
    assert (group["connector_id"], group["step_id"]) == (strict, "find")
    assert (group["error_code"], group["count"]) == (first["error_code"], 2)
    assert (group["example_id"], group["message"]) == (last["id"], last["error_message"])
    assert (group["state"], group["came_back"]) == ("open", False)
    query = f"?error_code={group['error_code']}&step_id=find&connector_id={strict}"
    listed = (await api.get(f"/executions{query}")).json()["items"]
    assert [one["id"] for one in listed] == [last["id"], first["id"]]


async def test_a_resolved_group_comes_back_with_the_next_failure(api, strict):
    await fail(api, strict)
    (group,) = await groups(api)
    done = await api.put("/error-groups", json=decision(group, "resolved"))
    assert done.status_code == 204
    assert await groups(api, "?state=open") == []
    assert [one["state"] for one in await groups(api)] == ["resolved"]
    await fail(api, strict)
    (again,) = await groups(api)
    assert (again["state"], again["came_back"], again["count"]) == ("open", True, 2)


async def test_what_is_ignored_stays_so_until_its_time_or_somebody_opens_it(api, strict):
    await fail(api, strict)
    (group,) = await groups(api)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await api.put("/error-groups", json=decision(group, "ignored", until=tomorrow.isoformat()))
    await fail(api, strict)
    (ignored,) = await groups(api)
    assert (ignored["state"], datetime.fromisoformat(ignored["until"])) == ("ignored", tomorrow)
    await api.put("/error-groups", json=decision(group, "open"))
    assert [one["state"] for one in await groups(api)] == ["open"]


async def test_a_cancelled_run_is_no_failure(api, strict):
    run = await api.post(f"/connectors/{strict}/execute", json={"run_at": "2999-01-01T00:00:00Z"})
    await api.post(f"/executions/{run.json()['id']}/cancel")
    assert await groups(api) == []


async def test_only_editors_of_the_workspace_decide(api, theirs, client_of, acme, strict):
    await fail(api, strict)
    (group,) = await groups(api)
    wish = decision(group, "resolved")
    assert (await client_of(acme.viewer).put("/error-groups", json=wish)).status_code == 403
    assert (await theirs.put("/error-groups", json=wish)).status_code == 404
    assert await groups(theirs) == []
    assert [one["state"] for one in await groups(api)] == ["open"]


@pytest.mark.parametrize("query", ["state=gone", "since=2020-01-01T00:00:00Z", "until=soon"])
async def test_what_cannot_be_meant_is_refused(api, query):
    assert (await api.get(f"/error-groups?{query}")).status_code == 422
    past = {"connector_id": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "error_code": "x"}
    body = {**past, "state": "ignored", "until": "2020-01-01T00:00:00Z"}
    assert (await api.put("/error-groups", json=body)).status_code == 422
