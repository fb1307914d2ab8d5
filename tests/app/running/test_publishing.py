"""/api/v1/connector-templates and /admin/connector-templates: one's own, shared once
approved, or official."""

import pytest

from tests.app.running.publishing import KEY, admin, key, names, plant, whole

__all__ = ["admin", "key", "whole"]


async def test_a_private_template_is_the_workspaces_own_and_can_be_installed(
    api, theirs, whole, client_of, acme
):
    answer = await client_of(acme.editor).post("/connector-templates", json=whole)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["workspace_id"], made["is_public"], made["review_state"]) == (
        "acme",
        False,
        "none",
    )
    assert "Find people" in await names(api)
    assert "Find people" not in await names(theirs)
    address = f"/connector-templates/{made['id']}"
    assert (await theirs.get(address)).status_code == 404
    assert (await theirs.patch(address, json={"name": "Mine"})).status_code == 404
    assert (await theirs.delete(address)).status_code == 404
    assert (await theirs.post(f"{address}/rating", json={"rating": 1})).status_code == 404
    body = {"credentials": {"people": {"api_key": KEY}}}
    assert (await api.post(f"{address}/install", json=body)).status_code == 201


@pytest.mark.parametrize(
    ("role", "said", "review_state"),
    [
        ("owner", {}, "pending"),
        ("admin", {}, "pending"),
        ("editor", {}, "none"),
        ("owner", {"visibility": "private"}, "none"),
        ("owner", {"is_public": False}, "none"),
    ],
)
async def test_without_a_word_it_goes_to_the_community_where_the_role_may(
    client_of, acme, whole, role, said, review_state
):
    client = client_of(getattr(acme, role))
    made = await client.post("/connector-templates", json={**whole, **said})
    assert (made.status_code, made.json()["review_state"]) == (201, review_state)


async def test_a_community_template_is_seen_once_an_admin_approved_it(api, theirs, whole, admin):
    body = {**whole, "visibility": "community"}
    made = (await api.post("/connector-templates", json=body)).json()
    assert (made["workspace_id"], made["review_state"]) == (None, "pending")
    assert "Find people" not in await names(theirs)
    queue = await admin.get("/admin/connector-templates?review_state=pending")
    assert [one["id"] for one in queue.json()["items"]] == [made["id"]]
    judge = f"/admin/connector-templates/{made['id']}"
    approved = await admin.patch(judge, json={"review_state": "approved", "is_featured": True})
    assert (approved.status_code, approved.json()["is_public"]) == (200, True)
    assert "Find people" in await names(theirs)
    # A changed one is another one: it is looked at again before others see it.
    address = f"/connector-templates/{made['id']}"
    changed = (await api.patch(address, json={"description": "Better"})).json()
    assert (changed["is_public"], changed["review_state"]) == (False, "pending")
    assert "Find people" not in await names(theirs)
    note = {"review_state": "rejected", "review_note": "It says nothing."}
    await admin.patch(judge, json=note)
    mine = (await api.get("/connector-templates?limit=200")).json()["items"]
    assert [one["is_public"] for one in mine if one["id"] == made["id"]] == [False]
    assert (await api.delete(address)).status_code == 204


async def test_nobody_but_an_admin_gives_rank(api, theirs, whole, client_of, acme, admin):
    made = (await api.post("/connector-templates", json={**whole, "is_public": True})).json()
    assert made["is_public"] is False
    official = {**whole, "name": "Official"}
    refused = await api.post("/admin/connector-templates", json=official)
    assert (refused.status_code, "SaaS admins" in refused.json()["detail"]) == (403, True)
    address = f"/admin/connector-templates/{made['id']}"
    for rank in ({"is_public": True}, {"is_official": True}, {"review_state": "approved"}):
        assert (await api.patch(address, json=rank)).status_code == 403
        own = f"/connector-templates/{made['id']}"
        assert (await api.patch(own, json=rank)).status_code == 422
    assert (await api.delete(address)).status_code == 403
    assert (await api.get("/admin/connector-templates")).status_code == 403
    editor = client_of(acme.editor)
    body = {**whole, "name": "Editor's", "visibility": "community"}
    assert (await editor.post("/connector-templates", json=body)).status_code == 403
    assert (await admin.post("/connector-templates", json=whole)).status_code == 403  # a viewer


async def test_an_admin_makes_official_ones_for_everyone(api, theirs, admin, whole):
    rank = {"is_official": True, "is_featured": True, "is_public": True}
    answer = await admin.post("/admin/connector-templates", json={**whole, **rank})
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in rank} == rank
    listed = await theirs.get("/connector-templates?official=true&featured=true")
    assert "Find people" in [one["name"] for one in listed.json()["items"]]
    address = f"/connector-templates/{made['id']}"
    assert (await api.patch(address, json={"name": "Mine"})).status_code == 403
    assert (await api.delete(address)).status_code == 403
    again = await admin.post("/admin/connector-templates", json=whole)
    assert again.status_code == 409
    judge = f"/admin/connector-templates/{made['id']}"
    short = {"featured": False, "public": False}  # as the lists call them
    (changed := await admin.patch(judge, json=short)).raise_for_status()
    assert (changed.json()["is_featured"], changed.json()["is_public"]) == (False, False)
    assert "Find people" not in await names(theirs)
    assert (await admin.delete(judge)).status_code == 204


async def test_a_connector_is_shared_in_one_go_without_what_is_in_its_credential(
    api, key, whole, service
):
    parts = {name: whole[name] for name in ("name", "config", "field_mappings")}
    connector = (await api.post("/connectors", json=parts)).json()["id"]
    body = {"connector_id": connector, "name": "Shared"}
    answer = await api.post("/connector-templates", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["config"] == parts["config"]
    (slot,) = made["slots"]
    assert slot["allowed_hosts"] == [service.host]
    fields = [(field["name"], field.get("secret", True)) for field in slot["fields"]]
    assert fields == [("api_key", True), ("region", False)]
    assert KEY not in answer.text
    assert "eu" not in [*slot["fields"][1].values()]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *[("slots", [odd]) for odd in (None, [], "x", 5)],
        *[("slots.0.fields", odd) for odd in (5, [5], [None], {"name": 5})],
        *[("slots.0.auth", odd) for odd in (5, [5], {"type": []}, {"type": "basic", "prefix": 5})],
        ("slots.0.test", [5]),
        ("input_schema", {"properties": []}),
        ("input_schema", {"properties": {"a": 5}, "items": 5}),
        ("field_mappings", [5]),
        ("example_responses", {"find": 5}),
    ],
)
async def test_what_has_not_the_shape_of_a_template_is_refused_with_its_place(
    api, whole, path, value
):
    answer = await api.post("/connector-templates", json=plant(whole, path, value))
    assert answer.status_code == 422, answer.text
    place = path.split(".")[0]
    assert any(one["path"].startswith(place) for one in answer.json()["errors"]), answer.text


async def test_one_may_ask_before_publishing_and_nothing_is_published(
    api, key, whole, client_of, acme
):
    check = "/connector-templates/check"
    told = (await api.post(check, json={**whole, "description": f"Use {KEY}"})).json()
    assert [one["path"] for one in told["errors"]] == ["description"]
    assert KEY not in str(told)
    clean = (await api.post(check, json=whole)).json()
    assert clean == {"errors": [], "warnings": []}
    assert "Find people" not in await names(api)
    assert (await client_of(acme.viewer).post(check, json=whole)).status_code == 403


async def test_steps_that_are_never_reached_are_pointed_out_and_keep_nobody_back(api, whole):
    steps = [*whole["config"]["steps"]]
    steps = [{"id": "end", "kind": "stop", "outcome": "found"}, *steps]
    body = {**whole, "config": {"steps": steps}}
    told = (await api.post("/connector-templates/check", json=body)).json()
    assert [one["path"] for one in told["warnings"]] == ["config.steps[1]"]
    assert "always ended" in told["warnings"][0]["message"]
    assert (await api.post("/connector-templates", json=body)).status_code == 201


async def test_a_template_that_nobody_could_install_is_refused(api, whole):
    for broken, path in (
        ({**whole, "slots": []}, "slots"),
        ({**whole, "config": {"steps": []}}, "field_mappings[0].value"),
        ({**whole, "slots": whole["slots"] * 2}, "slots[1].service_name"),
        ({"config": whole["config"]}, "name"),
        ({**whole, "author": "me"}, "author"),
        ({**whole, "name": "  "}, "name"),
        ({**whole, "example_contact": {"data": {"long": "x" * 600_000}}}, "example_contact"),
        (
            plant(whole, "slots.0.fields.0.docs_url", "javascript:x()"),
            "slots[0].fields[0].docs_url",
        ),
    ):
        answer = await api.post("/connector-templates", json=broken)
        assert answer.status_code == 422, path
        assert path in [one["path"] for one in answer.json()["errors"]]
