"""/api/v1/connector-templates: no secret is published, wherever it stands and however spelled."""

import base64

import pytest

from tests.app.running.publishing import KEY, admin, key, names, plant, whole
from tests.app.running.test_credential_kinds import CLIENT_FIELDS, add, calling, oauth, try_out

__all__ = ["admin", "key", "whole"]

STEP = "config.steps.0.request"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (f"{STEP}.headers.Authorization", "Bearer abc", "headers.Authorization"),
        (f"{STEP}.headers.X-Api-Key", "12345", "headers.X-Api-Key"),
        (f"{STEP}.headers.x-functions-key", "12345", "headers.x-functions-key"),
        (f"{STEP}.headers.Cookie", "sid=1", "headers.Cookie"),
        (f"{STEP}.query.key", "12345", "query.key"),
        (f"{STEP}.query.access_token", "{{ 'abc' }}", "query.access_token"),
        (f"{STEP}.query.token", "{{ input.x | default('abc') }}", "query.token"),
        (f"{STEP}.url", "https://me:pass@api.example/x", "request.url"),
        (f"{STEP}.url", "https://api.example/x?apikey=12345", "request.url"),
        (f"{STEP}.body", {"json": {"login": {"password": "hunter2"}}}, "login.password"),
        (f"{STEP}.body", {"json": {"secrets": [{"client_secret": 7}]}}, "client_secret"),
        (f"{STEP}.body", {"form": {"api_key": "12345"}}, "form.api_key"),
        (f"{STEP}.body", {"text": '{"api_key": "12345"}'}, "body.text"),
        (f"{STEP}.body", {"text": "a=1&password=hunter2"}, "body.text"),
        ("input_schema", {"properties": {"api_key": {"default": "abc"}}}, "api_key.default"),
        ("input_schema", {"properties": {"token": {"examples": ["abc"]}}}, "token.examples[0]"),
        ("example_contact", {"data": {"password": "abc"}}, "data.password"),
        ("example_responses", {"find": {"body": {"access_token": "abc"}}}, "access_token"),
        ("field_mappings.0.value", "ghp_0123456789abcdefghij0123", "field_mappings[0].value"),
        ("description", "Use AKIAABCDEFGHIJKLMNOP.", "description"),
        ("slots.0.auth", {"type": "basic", "username": "me@x.test", "password": "api_key"}, "auth"),
        ("slots.0.auth", {"type": "bearer", "field": "nothing"}, "auth.field"),
        ("slots.0.auth.prefix", "Bearer 0123456789", "auth.prefix"),
        ("slots.0.test", {"method": "GET", "url": "https://a.example/?key=123"}, "slots[0].test"),
        ("slots.0.value", "abc", "slots[0].value"),
    ],
)
async def test_a_secret_is_refused_wherever_it_stands_and_the_place_is_said(
    api, whole, path, value, told
):
    answer = await api.post("/connector-templates", json=plant(whole, path, value))
    assert answer.status_code == 422
    places = [one["path"] for one in answer.json()["errors"]]
    assert any(told in place for place in places), places
    assert "Find people" not in await names(api)


@pytest.mark.parametrize(
    "spelled",
    [
        KEY,
        f"see {KEY}!",
        KEY.replace("-", "%2D"),
        base64.b64encode(f"api:{KEY}".encode()).decode(),
        KEY.encode().hex(),
    ],
)
@pytest.mark.parametrize(
    "path", ["description", "icon", f"{STEP}.query.note", "slots.0.fields.0.example"]
)
async def test_the_workspaces_own_secrets_stay_at_home_however_they_are_spelled(
    api, key, whole, path, spelled
):
    answer = await api.post("/connector-templates", json=plant(whole, path, spelled))
    assert answer.status_code == 422
    assert KEY not in answer.text


async def test_the_token_a_service_gave_stays_at_home_like_the_secret_it_was_given_for(
    api, whole, service
):
    await add(api, service, oauth(service), CLIENT_FIELDS)
    ran = await try_out(api, calling(f"{service.url}/locked/oauth"))
    assert ran["status"] == "success"
    *_, call = service.calls("/locked/oauth")
    token = call.headers["authorization"].removeprefix("Bearer ")
    for planted in (token, base64.b64encode(token.encode()).decode()):
        body = plant(whole, f"{STEP}.query.note", planted)
        answer = await api.post("/connector-templates", json=body)
        assert answer.status_code == 422
        told = [one["path"] for one in answer.json()["errors"]]
        assert told == ["config.steps[0].request.query.note"]
        assert planted not in answer.text


async def test_every_door_to_the_marketplace_has_the_same_gates(api, key, whole, admin, service):
    """The admin's own workspace has the secret: what is seen is what one may know."""
    own = (await api.post("/connector-templates", json={**whole, "is_public": False})).json()["id"]
    waiting = (await api.post("/connector-templates", json={**whole, "name": "Two"})).json()["id"]
    doors = [
        (api, "POST", "/connector-templates", {**whole, "name": "Three"}),
        (api, "PATCH", f"/connector-templates/{own}", {}),
        (api, "PATCH", f"/connector-templates/{waiting}", {}),
        (admin, "POST", "/admin/connector-templates", {**whole, "name": "Three"}),
        (admin, "PATCH", f"/admin/connector-templates/{waiting}", {}),
    ]
    for client, method, path, body in doors:
        for planted in (KEY, KEY[::-1], " ".join(KEY), KEY.encode().hex()):
            body = {**body, "description": f"Call us: {planted}"}
            answer = await client.request(method, path, json=body)
            assert answer.status_code == 422, (method, path, planted)
            assert {one["path"] for one in answer.json()["errors"]} == {"description"}
    assert "Call us" not in (await api.get("/connector-templates?limit=200&mine=true")).text


async def test_what_only_looks_like_a_key_is_pointed_out(api, whole):
    body = {**whole, "description": "Ask for zQ8vN2kLx7RtY4mWp9Ba at the desk."}
    made = (await api.post("/connector-templates", json=body)).json()
    assert [one["path"] for one in made["warnings"]] == ["description"]


async def test_expressions_and_references_are_no_secrets(api, whole):
    body = plant(whole, f"{STEP}.headers", {"Authorization": "Bearer {{ input.token }}"})
    body = plant(body, f"{STEP}.query.page_token", "first")
    body["input_schema"] = {"properties": {"token": {"type": "string", "title": "Token"}}}
    answer = await api.post("/connector-templates", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["warnings"] == []
