"""/api/v1/connectors: versions, conflicts, checks and lists."""

import asyncio

import pytest

from tests.app.running.connectors import lookup

URL = "https://api.example.com"


@pytest.fixture
async def made(api) -> dict:
    return (await api.post("/connectors", json=lookup(URL))).json()


async def test_a_connector_has_exactly_the_members_that_were_promised(made):
    assert set(made) == {
        *("id", "workspace_id", "name", "description", "icon", "category", "type", "config"),
        *("input_schema", "field_mappings", "enabled", "timeout_ms", "max_retries"),
        *("continue_on_error", "total_executions", "successful_executions", "failed_executions"),
        *("last_executed_at", "created_from_template", "version", "created_at", "updated_at"),
    }
    assert made["config"] == lookup(URL)["config"]
    assert made["created_at"].endswith("Z")


async def test_an_answer_can_be_sent_back_as_it_is(api, made):
    answer = await api.put(f"/connectors/{made['id']}", json=made)
    assert answer.status_code == 200
    assert answer.json() == {**made, "version": 2, "updated_at": answer.json()["updated_at"]}


async def test_put_replaces_the_whole_and_patch_only_what_is_sent(api, made):
    address = f"/connectors/{made['id']}"
    await api.patch(address, json={"version": 1, "description": "Kept?", "category": "Sales"})
    patched = (await api.patch(address, json={"version": 2, "category": None})).json()
    assert (patched["description"], patched["category"]) == ("Kept?", None)
    small = {"version": 3, "name": "Small", "config": made["config"]}
    replaced = (await api.put(address, json=small)).json()
    assert (replaced["name"], replaced["description"]) == ("Small", "")
    assert replaced["field_mappings"] == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_stale_version_is_refused_and_a_missing_one_too(api, made, method):
    address = f"/connectors/{made['id']}"
    whole = lookup(URL)
    assert (await api.request(method, address, json={**whole, "version": 1})).status_code == 200
    stale = await api.request(method, address, json={**whole, "version": 1})
    assert (stale.status_code, stale.headers["content-type"]) == (409, "application/problem+json")
    assert "newest version is 2" in stale.json()["detail"]
    missing = await api.request(method, address, json=whole)
    assert missing.status_code == 422
    assert [one["path"] for one in missing.json()["errors"]] == ["version"]


async def test_of_two_changes_at_once_one_is_told(api, made):
    address = f"/connectors/{made['id']}"
    answers = await asyncio.gather(
        *(api.patch(address, json={"version": 1, "name": f"Name {n}"}) for n in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert (await api.get(address)).json()["version"] == 2


async def test_every_version_can_be_seen_and_restored(api, made):
    address = f"/connectors/{made['id']}"
    await api.patch(address, json={"version": 1, "name": "Second"})
    await api.patch(address, json={"version": 2, "enabled": False})
    first = (await api.get(f"{address}/versions?limit=2")).json()
    rest = (await api.get(f"{address}/versions?limit=2&cursor={first['next_cursor']}")).json()
    assert [one["version"] for one in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next_cursor"] is None
    assert (await api.get(f"{address}/versions/1")).json()["definition"]["name"] == made["name"]
    restored = await api.post(f"{address}/versions/1/restore")
    assert restored.status_code == 200
    now = restored.json()
    assert (now["name"], now["version"], now["enabled"]) == (made["name"], 4, False)
    assert (await api.post(f"{address}/versions/9/restore")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"name": ""}, "name"),
        ({"nmae": "x"}, "nmae"),
        ({"config": None}, "config"),
        ({"config": {"steps": [{"id": "Bad id", "kind": "stop"}]}}, "config.steps[0].id"),
        ({"config": {"steps": [], "colour": 1}}, "config.colour"),
        ({"timeout_ms": 0}, "timeout_ms"),
        ({"input_schema": {"type": "nonsense"}}, "input_schema.type"),
        ({"field_mappings": [{"field": "shoe_size", "value": "1"}]}, "field_mappings[0].field"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named_with_its_place(api, made, wrong, path):
    answer = await api.post("/connectors", json=lookup(URL, **wrong))
    assert answer.status_code == 422
    assert path in [one["path"] for one in answer.json()["errors"]]
    patched = await api.patch(f"/connectors/{made['id']}", json={"version": 1, **wrong})
    assert patched.status_code == 422
    assert (await api.get(f"/connectors/{made['id']}")).json()["version"] == 1


async def test_the_place_of_a_bad_address_is_the_step_in_it(api):
    bad = lookup(URL)
    bad["config"]["steps"][0]["request"]["url"] = "{{ steps.nowhere.id }}"
    errors = (await api.post("/connectors", json=bad)).json()["errors"]
    assert errors[0]["path"] == "config.steps[0].request.url"


async def test_the_type_beside_the_steps_is_worked_out_anew(api):
    whole = lookup(URL)
    whole["config"]["type"] = "multi-step"
    made = (await api.post("/connectors", json=whole)).json()
    assert (made["type"], made["config"]["type"]) == ("single-step", "single-step")


async def test_lists_are_narrowed_and_paged(api):
    for number in range(5):
        body = lookup(URL, name=f"Number {number}", category="Even" if number % 2 == 0 else "Odd")
        await api.post("/connectors", json={**body, "enabled": number != 4})

    async def names(query: str) -> list[str]:
        return [one["name"] for one in (await api.get(f"/connectors?{query}")).json()["items"]]

    assert await names("category=Odd") == ["Number 3", "Number 1"]
    assert await names("q=number+2") == ["Number 2"]
    assert await names("q=%25") == []
    assert await names("enabled=false") == ["Number 4"]
    assert await names("type=multi-step") == []
    page = (await api.get("/connectors?limit=3")).json()
    rest = (await api.get(f"/connectors?limit=3&cursor={page['next_cursor']}")).json()
    everything = [one["name"] for one in page["items"] + rest["items"]]
    assert everything == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


async def test_a_deleted_connector_takes_its_runs_along(api, service, ada):
    made = (await api.post("/connectors", json=lookup(service.url))).json()
    execute = f"/connectors/{made['id']}/execute"
    run = await api.post(execute, json={"contact_id": ada}, headers={"Prefer": "wait=30"})
    assert (await api.delete(f"/connectors/{made['id']}")).status_code == 204
    assert (await api.get(f"/connectors/{made['id']}")).status_code == 404
    assert (await api.get(f"/executions/{run.json()['id']}")).status_code == 404


async def test_a_viewer_looks_and_changes_nothing(client_of, acme, made):
    viewer = client_of(acme.viewer)
    address = f"/connectors/{made['id']}"
    assert (await viewer.get(address)).json()["id"] == made["id"]
    for method, path, body in (
        ("POST", "/connectors", lookup(URL)),
        ("PUT", address, {**lookup(URL), "version": 1}),
        ("PATCH", address, {"version": 1}),
        ("DELETE", address, None),
        ("POST", f"{address}/versions/1/restore", None),
        ("POST", f"{address}/test", {}),
        ("POST", f"{address}/execute", {}),
    ):
        assert (await viewer.request(method, path, json=body)).status_code == 403, path


async def test_nothing_of_it_is_there_for_another_workspace(api, theirs, made):
    address = f"/connectors/{made['id']}"
    run = (await api.post(f"{address}/execute", json={})).json()
    here = f"/executions/{run['id']}"
    for method, path, body in (
        ("GET", address, None),
        ("PUT", address, {**lookup(URL), "version": 1}),
        ("PATCH", address, {"version": 1, "name": "Mine"}),
        ("DELETE", address, None),
        ("GET", f"{address}/versions", None),
        ("GET", f"{address}/versions/1", None),
        ("POST", f"{address}/versions/1/restore", None),
        ("POST", f"{address}/test", {}),
        ("POST", f"{address}/execute", {}),
        ("GET", here, None),
        ("GET", f"{here}/events", None),
        ("POST", f"{here}/cancel", None),
        ("POST", f"{here}/retry", {}),
    ):
        assert (await theirs.request(method, path, json=body)).status_code == 404, path
    for path in ("/connectors", "/executions", f"/executions?ids={run['id']}"):
        assert (await theirs.get(path)).json()["items"] == [], path
    assert (await api.get(address)).json()["name"] == made["name"]


async def test_a_version_beyond_all_numbers_is_not_there(api, made):
    for number in (2**31, 10**30):
        answer = await api.get(f"/connectors/{made['id']}/versions/{number}")
        assert answer.status_code == 404
        answer = await api.post(f"/connectors/{made['id']}/versions/{number}/restore")
        assert answer.status_code == 404
    stale = await api.patch(f"/connectors/{made['id']}", json={"version": 2**31})
    assert stale.status_code == 409
