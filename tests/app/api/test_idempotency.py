"""Idempotency-Key: done once, answered alike."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from httpx import AsyncClient as Client

from app.api.idempotency import Work
from app.services.problems import Conflict
from db import idempotency as kept
from db.session import Actor, Database
from tests.databases import Tenant
from tests.waiting import until

KEY = {"Idempotency-Key": "first"}
JSON = {**KEY, "Content-Type": "application/json"}


async def test_the_same_key_and_body_give_the_same_answer_and_one_contact(api: Client) -> None:
    first = await api.post("/contacts", json={"city": "Oslo"}, headers=KEY)
    again = await api.post("/contacts", json={"city": "Oslo"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["content-type"] == "application/json"
    assert len((await api.get("/contacts")).json()["items"]) == 1


async def test_another_body_under_the_same_key_is_a_422(api: Client) -> None:
    await api.post("/contacts", json={"city": "Oslo"}, headers=KEY)
    refused = await api.post("/contacts", json={"city": "Bergen"}, headers=KEY)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "idempotency-key"


async def test_a_key_counts_for_its_route_and_its_workspace_only(
    api: Client, theirs: Client
) -> None:
    ours = await api.post("/contacts", json={}, headers=KEY)
    others = await theirs.post("/contacts", json={}, headers=KEY)
    named = await api.post("/api-keys", json={"name": "x"}, headers=KEY)
    assert {ours.status_code, others.status_code, named.status_code} == {201}
    assert ours.json()["id"] != others.json()["id"]


async def test_twins_make_one_contact_and_the_late_one_is_told_to_wait(api: Client) -> None:
    answers = await asyncio.gather(
        *(api.post("/contacts", json={"city": "Oslo"}, headers=KEY) for _ in range(12))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert int(answer.headers["retry-after"]) >= 1
    assert len((await api.get("/contacts")).json()["items"]) == 1


async def test_a_refused_request_gives_its_key_back(api: Client) -> None:
    refused = await api.post("/contacts", json={"nonsense": 1}, headers=KEY)
    assert refused.status_code == 422
    mended = await api.post("/contacts", json={"city": "Oslo"}, headers=KEY)
    assert mended.status_code == 201


async def test_after_a_day_a_key_is_new_again(api: Client, owner_url: str) -> None:
    first = await api.post("/contacts", json={"city": "Oslo"}, headers=KEY)
    with psycopg.connect(owner_url) as connection:
        connection.execute("update idempotency_keys set created_at = now() - interval '25 hours'")
    later = await api.post("/contacts", json={"city": "Bergen"}, headers=KEY)
    assert later.status_code == 201
    assert later.json()["id"] != first.json()["id"]


async def test_an_api_key_is_repeated_and_not_kept_readable(api: Client, owner_url: str) -> None:
    first = await api.post("/api-keys", json={"name": "x"}, headers=KEY)
    again = await api.post("/api-keys", json={"name": "x"}, headers=KEY)
    assert again.json() == first.json()
    with psycopg.connect(owner_url) as connection:
        row = connection.execute("select answer::text from idempotency_keys").fetchone()
    assert row is not None
    assert first.json()["key"] not in row[0]


async def test_a_replay_asks_for_the_role_again(
    client_of: Callable[[Actor], Client], acme: Tenant
) -> None:
    await client_of(acme.editor).post("/contacts", json={}, headers=KEY)
    refused = await client_of(acme.viewer).post("/contacts", json={}, headers=KEY)
    assert refused.status_code == 403


async def test_a_key_that_was_taken_over_undoes_who_comes_too_late(
    database: Database, acme: Tenant
) -> None:
    wanted = kept.Claim("acme", "POST /x", "first", b"body")
    async with database.session_for(acme.owner) as session:
        late = await kept.claim(session, wanted)
    async with database.session_for(acme.owner) as session:
        waits = await kept.claim(session, wanted, timedelta(seconds=5))
        ours = await kept.claim(session, wanted, timedelta(seconds=-1))
    assert isinstance(late, kept.Claim)
    assert isinstance(waits, kept.Before)
    assert isinstance(ours, kept.Claim)
    with pytest.raises(Conflict):
        async with database.session_for(acme.owner) as session:
            await Work(late).answer_with(session, 201, "{}")
    async with database.session_for(acme.owner) as session:
        await kept.release(session, late)
        await Work(ours).answer_with(session, 201, "{}")
        assert await kept.claim(session, wanted) == kept.Before(
            b"body", 201, {"body": "{}", "headers": {"content-type": "application/json"},
                           "sealed": False},
        )  # fmt: skip


def at_work_on(connection: psycopg.Connection[tuple[object, ...]], route: str) -> None:
    """As whoever does the work under the key does, to the end of its transaction."""
    connection.execute(
        "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"acme\n{route}\nfirst"]
    )


async def test_who_lost_the_key_over_its_work_has_done_nothing(api: Client, owner_url: str) -> None:
    with psycopg.connect(owner_url) as owner, psycopg.connect(owner_url, autocommit=True) as other:
        at_work_on(owner, "POST /api/v1/contacts")
        late = asyncio.create_task(api.post("/contacts", json={"city": "Oslo"}, headers=KEY))
        waiting = "select 1 from pg_locks where locktype = 'advisory' and not granted"
        await until(lambda: other.execute(waiting).fetchone() is not None)
        other.execute("delete from idempotency_keys")
    assert (await late).status_code == 409
    assert (await api.get("/contacts")).json()["items"] == []
    assert (await api.post("/contacts", json={}, headers=KEY)).status_code == 201


async def test_a_key_is_free_soon_after_its_process_died_and_not_while_it_lives(
    api: Client, owner_url: str
) -> None:
    await api.post("/contacts", json={}, headers=KEY)
    with psycopg.connect(owner_url, autocommit=True) as other:
        other.execute(
            "update idempotency_keys set status = null, created_at = now() - interval '6 seconds'"
        )
    with psycopg.connect(owner_url) as owner:
        at_work_on(owner, "POST /api/v1/contacts")
        assert (await api.post("/contacts", json={}, headers=KEY)).status_code == 409
    assert (await api.post("/contacts", json={}, headers=KEY)).status_code == 201


async def test_the_same_body_may_be_spelled_otherwise(api: Client) -> None:
    first = await api.post("/contacts", content=b'{"city":"Oslo","data":{}}', headers=JSON)
    again = await api.post("/contacts", content=b'{ "data": {}, "city": "Oslo" }', headers=JSON)
    assert (first.status_code, again.content) == (201, first.content)
    other = await api.post("/contacts", content=b'{"data":{},"city":"OSLO"}', headers=JSON)
    assert other.status_code == 422
    for _ in range(2):  # a form has another boundary each time
        files = {"file": ("people.csv", b"email\nada@example.com\n", "text/csv")}
        sent = await api.post("/contacts/import", files=files, headers=KEY)
        assert (sent.status_code, sent.json()["created"]) == (200, 1)
    files = {"file": ("people.csv", b"email\nbob@example.com\n", "text/csv")}
    assert (await api.post("/contacts/import", files=files, headers=KEY)).status_code == 422
    assert len((await api.get("/contacts")).json()["items"]) == 2
