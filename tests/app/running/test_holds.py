"""Runs on hold: what they lack is said, nobody holds them, and they go on once it is there."""

import asyncio
from collections.abc import Callable
from time import monotonic
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from tests.app.conftest import Client
from tests.app.running.test_credential_kinds import CLIENT_FIELDS, add, calling, oauth
from tests.providers.service import Service

HOLD = [{"status": [402], "then": "hold", "message": "No lookups are left."}]


async def start(api: Client, definition, contact_id) -> str:
    made = await api.post("/connectors", json=definition)
    assert made.status_code == 201, made.text
    answer = await api.post(
        f"/connectors/{made.json()['id']}/execute", json={"contact_id": contact_id}
    )
    return str(answer.json()["id"])


async def reading(api: Client, run: str, when: Callable[[dict], bool], seconds: float = 30):
    """The execution, once it is so."""
    until = monotonic() + seconds
    while True:
        shown = (await api.get(f"/executions/{run}")).json()
        if when(shown):
            return shown
        assert monotonic() < until, shown
        await asyncio.sleep(0.05)


def on_hold(run) -> bool:
    return run["status"] == "pending" and run["error_message"] is not None


def over(run) -> bool:
    return run["finished_at"] is not None


async def quota_run(api: Client, service: Service, contact_id: str, times="1") -> str:
    await add(api, service, {"type": "bearer"}, {"api_key": service.KEY})
    url = f"{service.url}/bad/402?times={times}"
    return await start(api, calling(url, rules=HOLD), contact_id)


async def test_a_run_without_quota_is_pending_and_says_why(api, service, ada, console, acme):
    run = await quota_run(api, service, ada)
    shown = await reading(api, run, on_hold)
    assert shown["error_code"] == "quota_used_up"
    assert shown["error_message"] == "No lookups are left."
    assert "goes on by itself" in shown["error_hint"]
    assert (shown["started_at"] is not None, shown["finished_at"]) == (True, None)
    key = (await api.get("/workspace/credentials")).json()["items"][0]["id"]
    assert await console.services.holds.counts(acme.owner) == {UUID(key): 1}
    assert await console.services.error_groups.listed(acme.owner) == []  # it has not failed


async def test_a_person_lets_it_go_on(api, service, ada):
    run = await quota_run(api, service, ada)
    await reading(api, run, on_hold)
    resumed = await api.post(f"/executions/{run}/resume")
    assert resumed.status_code == 202
    shown = await reading(api, run, over)
    assert (shown["status"], shown["outcome"], shown["error_message"]) == ("success", "found", None)
    assert len(service.calls("/bad")) == 2
    events = (await api.get(f"/executions/{run}/events")).text
    assert "On hold: No lookups are left." in events
    assert events.count("event: execution.started") == 1


async def test_a_held_run_can_be_cancelled(api, service, ada):
    run = await quota_run(api, service, ada)
    await reading(api, run, on_hold)
    assert (await api.post(f"/executions/{run}/cancel")).status_code == 202
    assert (await reading(api, run, over))["status"] == "cancelled"


async def test_only_what_is_on_hold_can_be_resumed(api, service, ada, theirs):
    run = await quota_run(api, service, ada)
    await reading(api, run, on_hold)
    assert (await theirs.post(f"/executions/{run}/resume")).status_code == 404
    await api.post(f"/executions/{run}/resume")
    await reading(api, run, over)
    again = await api.post(f"/executions/{run}/resume")
    assert (again.status_code, again.json()["detail"]) == (409, "This run is not on hold.")


async def test_a_key_that_is_entered_anew_lets_its_runs_go_on(api, service, ada):
    run = await quota_run(api, service, ada)
    await reading(api, run, on_hold)
    key = (await api.get("/workspace/credentials")).json()["items"][0]["id"]
    values = {"credentials": {"api_key": "another-key-not-real"}}
    assert (await api.patch(f"/workspace/credentials/{key}", json=values)).status_code == 200
    assert (await reading(api, run, over))["status"] == "success"


async def test_a_key_that_is_taken_away_ends_the_wait(api, service, ada):
    run = await quota_run(api, service, ada)
    await reading(api, run, on_hold)
    key = (await api.get("/workspace/credentials")).json()["items"][0]["id"]
    assert (await api.delete(f"/workspace/credentials/{key}")).status_code == 204
    shown = await reading(api, run, over)
    assert (shown["status"], shown["error_code"]) == ("failed", "credential_missing")


async def test_a_withdrawn_login_holds_all_its_runs_until_it_is_connected_again(
    api, service, ada, console, acme
):
    service.tokens.withdraw()
    secrets = {**CLIENT_FIELDS, "refresh_token": "refresh-0-not-real"}
    number = await add(api, service, oauth(service, "oauth2_authorization_code"), secrets)
    definition = calling(f"{service.url}/locked/oauth")
    runs = [await start(api, definition, ada) for _ in range(3)]
    for run in runs:
        shown = await reading(api, run, on_hold)
        assert shown["error_code"] == "needs_reconnect"
        assert "connect it again" in shown["error_hint"]
    key = (await api.get(f"/workspace/credentials/{number}")).json()
    assert (key["state"], "demo" in key["state_message"]) == ("reconnect", True)
    assert await console.services.holds.counts(acme.owner) == {UUID(number): 3}
    assert len(service.calls("/oauth")) == 1
    assert service.calls("/locked") == []

    where = await console.services.connecting.begin(
        acme.owner, UUID(number), "https://console.test/back"
    )
    await console.services.connecting.finish(acme.owner, *allowed(service, where))
    for run in runs:
        assert (await reading(api, run, over))["status"] == "success"
    assert await console.services.holds.counts(acme.owner) == {}


def allowed(service: Service, where: str) -> tuple[str, str]:
    """The person says yes: state and code, as they come back."""
    asked = {name: value[0] for name, value in parse_qs(urlsplit(where).query).items()}
    back = parse_qs(urlsplit(service.tokens.allow(asked)).query)
    return back["state"][0], back["code"][0]
