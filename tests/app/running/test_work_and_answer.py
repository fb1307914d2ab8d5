"""Under an Idempotency-Key, what is done and what is answered are kept together, or neither is."""

import asyncio
from collections.abc import Callable

import psycopg
import pytest

from tests.app.running.test_bulk import crowd, is_, made, nothing_much
from tests.app.running.test_bulk import until as until_said
from tests.app.running.test_holds import on_hold, quota_run, reading
from tests.waiting import until

__all__ = ["crowd"]

KEY = {"Idempotency-Key": "first"}
WAITING = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = %s"


async def later(api, service, ada) -> str:
    connector = await made(api, nothing_much())
    body = {"contact_id": ada, "run_at": "2100-01-01T00:00:00Z"}
    answer = await api.post(f"/connectors/{connector}/execute", json=body)
    return f"/executions/{answer.json()['id']}"


async def held(api, service, ada) -> str:
    run = await quota_run(api, service, ada)
    await reading(api, run, on_hold)
    return f"/executions/{run}"


async def batch(api, service, ada) -> str:
    connector = await made(api, nothing_much())
    body = {"filter": {}, "try_first": 1}
    answer = await api.post(f"/connectors/{connector}/bulk-executions", json=body)
    await until_said(api, answer.json()["id"], is_("paused"))
    return f"/bulk-executions/{answer.json()['id']}"


async def nowhere(api, service, ada) -> str:
    return "/workspaces"


@pytest.mark.parametrize(
    ("place", "does", "row"),
    [
        (later, "/cancel", "engine_jobs"),
        (held, "/resume", "engine_jobs"),
        (batch, "/pause", None),
        (batch, "/resume", "bulk_executions"),
        (batch, "/cancel", "bulk_executions"),
        (nowhere, "", None),
    ],
)
async def test_who_lost_the_key_over_it_has_done_nothing(
    api, service, ada, crowd: Callable[[int], None], owner_url: str, place, does, row
) -> None:
    crowd(3)
    where = await place(api, service, ada)
    before = (await api.get(where)).json()
    body = {"name": "Second"} if place is nowhere else None
    with psycopg.connect(owner_url) as owner, psycopg.connect(owner_url, autocommit=True) as other:
        route = f"acme\nPOST /api/v1{where}{does}\nfirst"
        owner.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [route])
        if row:  # whose answer goes along with its first step waits there instead
            owner.execute(f"select from {row} for update")
        late = asyncio.create_task(api.post(where + does, json=body, headers=KEY))
        await until(lambda: other.execute(WAITING, [other.info.dbname]).fetchone() is not None)
        other.execute("delete from idempotency_keys")
    assert (await late).status_code == 409
    assert (await late).json()["type"].endswith("idempotency_key_in_use")
    assert (await api.get(where)).json() == before
    first = await api.post(where + does, json=body, headers=KEY)
    again = await api.post(where + does, json=body, headers=KEY)
    assert (first.status_code, again.content) == (202 if body is None else 201, first.content)
