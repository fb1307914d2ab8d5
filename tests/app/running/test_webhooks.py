"""/api/v1/webhooks and /hooks/{token}: signed, fresh, once, and only where they belong."""

import hashlib
import hmac
import json
import time

import httpx
import psycopg
import pytest

from tests.app.running.connectors import lookup
from tests.app.running.test_bulk import made, nothing_much


@pytest.fixture
async def connector(api) -> str:
    return await made(api, nothing_much())


@pytest.fixture
async def hook(api, connector) -> dict:
    answer = await api.post("/webhooks", json={"connector_id": connector, "name": "Form"})
    assert answer.status_code == 201
    return answer.json()


@pytest.fixture
async def caller():
    """Somebody outside, without a key."""
    async with httpx.AsyncClient(timeout=30) as client:

        async def call(hook: dict, body: object = None, *, ago: int = 0, **more) -> httpx.Response:
            sent = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
            at = more.pop("at", None) or str(int(time.time()) - ago)
            given = sign(more.pop("secret", hook["secret"]), at, more.pop("signed", sent))
            headers = {"X-Timestamp": at, "X-Signature": given, "Content-Type": "application/json"}
            headers |= more.pop("headers", {})
            headers = {name: value for name, value in headers.items() if value is not None}
            return await client.post(more.pop("url", hook["url"]), content=sent, headers=headers)

        yield call


def sign(secret: str, at: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


async def test_a_signed_call_starts_the_connector_with_the_body_as_input(
    api, hook, caller, connector
):
    answer = await caller(hook, {"plan": "gold", "seats": 3})
    assert answer.status_code == 202
    assert set(answer.json()) == {"id"}
    run = (await api.get(f"/executions/{answer.json()['id']}")).json()
    assert run["connector_id"] == connector
    assert run["input_data"] == {"plan": "gold", "seats": 3}
    assert run["contact_id"] is None
    (listed,) = (await api.get("/webhooks")).json()["items"]
    assert listed["calls"] == 1


async def test_a_call_sent_once_more_under_its_key_starts_nothing_new(api, hook, caller, owner_url):
    key = {"Idempotency-Key": "order 7"}
    first = await caller(hook, {"order": 7}, headers=key)
    again = await caller(hook, {"order": 7}, headers=key, ago=1)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert len((await api.get("/executions")).json()["items"]) == 1
    assert (await caller(hook, {"order": 8}, headers=key, ago=2)).status_code == 422
    assert (await caller(hook, {"order": 7}, headers=key, secret="wrong")).status_code == 401
    with psycopg.connect(owner_url) as owner:
        (route,) = owner.execute("select route from idempotency_keys").fetchone()
    assert hook["url"].rpartition("/")[2] not in route


async def test_a_contact_is_found_by_id_or_e_mail_and_stays_out_of_the_input(
    api, hook, caller, ada
):
    for body in ({"contact_id": ada, "a": 1}, {"contact": {"email": "ADA@example.com"}, "a": 1}):
        number = (await caller(hook, body)).json()["id"]
        run = (await api.get(f"/executions/{number}")).json()
        assert (run["contact_id"], run["input_data"]) == (ada, {"a": 1})


async def test_the_whole_way_through_to_the_contact(api, service, caller, ada):
    connector = await made(api, lookup(service.url))
    body = {"connector_id": connector, "name": "Form"}
    hook = (await api.post("/webhooks", json=body)).json()
    number = (await caller(hook, {"contact_id": ada})).json()["id"]
    events = (await api.get(f"/executions/{number}/events")).text
    assert "execution.finished" in events
    assert (await api.get(f"/contacts/{ada}")).json()["first_name"]


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"secret": "whsec_another"}, 401),
        ({"signed": b'{"a": 2}'}, 401),
        ({"ago": 301}, 401),
        ({"ago": -330}, 401),  # far enough that a slow machine does not catch up with it
        ({"headers": {"X-Signature": None}}, 401),
        ({"headers": {"X-Timestamp": None}}, 401),
        ({"headers": {"X-Timestamp": "soon"}}, 401),
        ({"headers": {"X-Signature": "0" * 64}}, 401),
        ({"headers": {"X-Signature": "é".encode()}}, 401),
        ({"at": "9" * 12}, 401),
    ],
)
async def test_a_call_that_is_not_signed_well_starts_nothing(api, hook, caller, how, status):
    assert (await caller(hook, {"a": 1}, **how)).status_code == status
    assert (await api.get("/executions")).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[1]", 400), (b'"x"', 400), (b'{"a": "\\u0000"}', 422)],
)
async def test_a_body_that_cannot_be_the_input_is_refused(hook, caller, body, status):
    assert (await caller(hook, body)).status_code == status


@pytest.mark.parametrize(
    "body",
    [{"contact_id": "x"}, {"contact": {"email": "stranger@example.com"}}],
)
async def test_a_contact_that_is_not_there_is_said(api, hook, caller, body):
    assert (await caller(hook, body)).status_code == 422
    assert (await api.get("/executions")).json()["items"] == []


async def test_a_foreign_contact_is_not_there(api, theirs, hook, caller):
    foreign = (await theirs.post("/contacts", json={"email": "bo@globex.test"})).json()["id"]
    assert (await caller(hook, {"contact_id": foreign})).status_code == 404


async def test_the_same_call_is_taken_once(api, hook, caller):
    at = str(int(time.time()))
    first, again = [await caller(hook, {"a": 1}, at=at) for _ in range(2)]
    assert (first.status_code, again.status_code) == (202, 409)
    assert len((await api.get("/executions")).json()["items"]) == 1


async def test_a_call_that_was_refused_may_be_sent_again(api, hook, caller, connector):
    at = str(int(time.time()))
    address = f"/connectors/{connector}"
    await api.patch(address, json={"version": 1, "enabled": False})
    assert (await caller(hook, {"a": 1}, at=at)).status_code == 409
    await api.patch(address, json={"version": 2, "enabled": True})
    assert (await caller(hook, {"a": 1}, at=at)).status_code == 202


async def test_more_calls_than_it_takes_are_told_to_come_back(hook, caller, owner_url):
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into webhook_calls (webhook_id, workspace_id, signature)"
            " select id, workspace_id, sha256(n::text::bytea) from webhooks,"
            " generate_series(1, 600) n"
        )
    answer = await caller(hook, {"a": 1})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


async def test_an_unknown_address_is_nobodys_and_a_closed_one_too(api, hook, caller):
    assert (await caller(hook, url=hook["url"] + "x")).status_code == 404
    assert (await api.delete(f"/webhooks/{hook['id']}")).status_code == 204
    assert (await caller(hook)).status_code == 404


async def test_it_acts_as_its_maker_who_may_have_left(
    client_of, acme, connector, caller, owner_url
):
    body = {"connector_id": connector, "name": "Form"}
    hook = (await client_of(acme.editor).post("/webhooks", json=body)).json()
    assert (await caller(hook)).status_code == 202
    with psycopg.connect(owner_url) as owner:
        owner.execute("update workspace_members set role = 'viewer' where role = 'editor'")
    assert (await caller(hook, {"a": 1})).status_code == 409


async def test_the_secret_and_the_address_are_told_once(api, connector, owner_url):
    body = {"connector_id": connector, "name": "Form"}
    key = {"Idempotency-Key": "once"}
    hook = (await api.post("/webhooks", json=body, headers=key)).json()
    again = (await api.post("/webhooks", json=body, headers=key)).json()
    assert again == hook
    token = hook["url"].rpartition("/")[2]
    assert len(token) >= 43
    listed = (await api.get("/webhooks")).text
    assert hook["secret"] not in listed
    assert token not in listed
    with psycopg.connect(owner_url) as owner:
        for table in ("webhooks", "idempotency_keys", "audit_log"):
            rows = str(owner.execute(f"select t::text from {table} t".encode()).fetchall())
            assert hook["secret"] not in rows
            assert token not in rows


async def test_webhooks_stay_in_their_workspace_and_are_editors_to_open(
    theirs, client_of, acme, hook, connector
):
    body = {"connector_id": connector, "name": "Form"}
    assert (await theirs.get("/webhooks")).json()["items"] == []
    assert (await theirs.delete(f"/webhooks/{hook['id']}")).status_code == 404
    assert (await theirs.post("/webhooks", json=body)).status_code == 404
    viewer = client_of(acme.viewer)
    assert (await viewer.post("/webhooks", json=body)).status_code == 403
    assert (await viewer.delete(f"/webhooks/{hook['id']}")).status_code == 403
