"""What a connector was saved with and hardly meant, asked for over the API."""

from typing import Any

from tests.app.conftest import Client
from tests.providers.service import Service

STEPS: list[dict[str, Any]] = [
    {
        "id": "find",
        "kind": "http",
        "credential": "lookup",
        "request": {"url": "https://api.lookup.example/people"},
    },
    {"id": "end", "kind": "stop"},
    {"id": "note", "kind": "set", "values": {"x": 1}},
]


async def checks(api: Client, connector_id: str) -> list[tuple[str, str]]:
    answer = await api.get(f"/connectors/{connector_id}/checks")
    assert answer.status_code == 200
    return [(one["path"], one["step_id"]) for one in answer.json()["items"]]


async def test_a_connector_may_be_there_before_its_key_and_says_what_lacks(api: Client) -> None:
    made = await api.post("/connectors", json={"name": "Find", "config": {"steps": STEPS}})
    assert made.status_code == 201
    number = made.json()["id"]
    behind = ("config.steps[2]", "note")
    assert await checks(api, number) == [("config.steps[0].credential", "find"), behind]
    key: dict[str, Any] = {
        "service_name": "lookup",
        "auth": {"type": "bearer"},
        "credentials": {"api_key": "secret-lookup-8271"},
        "allowed_hosts": ["other.example"],
    }
    kept = (await api.post("/workspace/credentials", json=key)).json()["id"]
    assert await checks(api, number) == [("config.steps[0].request.url", "find"), behind]
    hosts = {"allowed_hosts": ["api.lookup.example"]}
    assert (await api.patch(f"/workspace/credentials/{kept}", json=hosts)).status_code == 200
    assert await checks(api, number) == [behind]


async def test_another_workspace_is_told_nothing(api: Client, theirs: Client) -> None:
    made = await api.post("/connectors", json={"name": "Find", "config": {"steps": STEPS}})
    assert (await theirs.get(f"/connectors/{made.json()['id']}/checks")).status_code == 404


async def test_a_refused_definition_says_what_was_probably_meant(api: Client) -> None:
    note = {"id": "note", "kind": "set", "values": {"x": "{{ contact.emial }}"}}
    refused = await api.post("/connectors", json={"name": "Note", "config": {"steps": [note]}})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["path"] == "config.steps[0].values.x"
    assert (error["step_id"], error["hint"]) == ("note", "Did you mean “email”?")


async def test_an_address_inside_our_own_network_is_refused_when_it_is_saved(
    api: Client, service: Service
) -> None:
    """Unless the operator named it, as this one."""
    named = {"id": "find", "kind": "http", "request": {"url": f"{service.url}/echo"}}
    made = await api.post("/connectors", json={"name": "Find", "config": {"steps": [named]}})
    assert made.status_code == 201
    closed = {**named, "request": {"url": "http://169.254.169.254/latest/meta-data"}}
    wanted = {"version": 1, "config": {"steps": [closed]}}
    refused = await api.patch(f"/connectors/{made.json()['id']}", json=wanted)
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["path"] == "config.steps[0].request.url"
    assert error["message"] == refused.json()["detail"] == "This address is not allowed."
    tested = await api.post("/connectors/test", json={"definition": {"config": wanted["config"]}})
    assert tested.json()["status"] == "failed"
