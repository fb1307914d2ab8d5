"""The event stream over real HTTP: resumed without gap or double, and closed in time."""

import asyncio

import psycopg
import pytest

from app.api import application, events
from app.api.everything import sight
from app.api.idempotency import Keeper
from tests.app.conftest import Client, key_for, served
from tests.app.running.connectors import waiting
from tests.app.running.test_story import read_events

QUICK = {
    "name": "Note",
    "config": {"steps": [{"id": "note", "kind": "set", "values": {"said": "done"}}]},
}


@pytest.fixture
async def watchful(console, safe) -> str:
    """The same streams, asking four times a second whether their readers are still welcome."""
    accounts, keeper = console.services.accounts, Keeper(console.database, safe)
    routers = [events.router(console.services.live, heartbeat_s=0.25)]
    seen = sight(console.services)
    api = application.build(routers, accounts=accounts, keeper=keeper, sight=seen)
    async with served(api) as url:
        yield url


async def test_readers_that_come_and_go_see_every_event_once(api, client_of, acme):
    made = (await api.post("/connectors", json=QUICK)).json()
    runs = 60
    expected = runs * 5
    viewer = client_of(acme.viewer)

    async def read(at_a_time: int) -> list[int]:
        seen: list[int] = []
        while len(seen) < expected:
            text = ""
            last = {"Last-Event-ID": str(seen[-1])} if seen else {"Last-Event-ID": "0"}
            async with viewer.stream("GET", "/executions/events", headers=last) as stream:
                async for part in stream.aiter_text():
                    text += part
                    whole = text[: text.rfind("\n\n") + 2]
                    heard = [one["id"] for one in read_events(whole)]
                    if len(heard) >= at_a_time or len(seen) + len(heard) >= expected:
                        break
            seen += heard
        return seen

    readers = [asyncio.create_task(read(count)) for count in (7, 40, expected)]
    for _ in range(runs // 10):
        await asyncio.gather(
            *(api.post(f"/connectors/{made['id']}/execute", json={}) for _ in range(10))
        )
    async with asyncio.timeout(90):
        first, second, third = await asyncio.gather(*readers)
    assert first == sorted(set(first))
    assert first == second == third


async def test_the_workspace_stream_begins_now_and_holds_nothing_of_others(
    api, theirs, client_of, globex
):
    made = (await api.post("/connectors", json=QUICK)).json()
    other = (await theirs.post("/connectors", json=QUICK)).json()
    wait = {"Prefer": "wait=30"}
    await api.post(f"/connectors/{made['id']}/execute", json={}, headers=wait)
    async with api.stream("GET", "/executions/events") as stream:
        parts = stream.aiter_text()
        await anext(parts)
        await theirs.post(f"/connectors/{other['id']}/execute", json={}, headers=wait)
        run = (await api.post(f"/connectors/{made['id']}/execute", json={}, headers=wait)).json()
        text = ""
        while "execution.finished" not in text:
            text += await anext(parts)
    assert {one["execution_id"] for one in read_events(text)} == {run["id"]}


@pytest.mark.parametrize(
    "taken_away",
    [
        "delete from api_keys",
        "update workspace_members set role = 'viewer' where role = 'editor'",
        "delete from workspace_members where role = 'editor'",
    ],
)
async def test_a_stream_closes_once_its_reader_is_not_welcome_any_more(
    watchful, api, owner_url, acme, taken_away
):
    made = (await api.post("/connectors", json=waiting())).json()
    run = (await api.post(f"/connectors/{made['id']}/execute", json={})).json()
    key = {"Authorization": f"Bearer {key_for(owner_url, acme.editor)}"}
    reader = Client(base_url=f"{watchful}/api/v1", headers=key, timeout=30)
    async with reader, reader.stream("GET", f"/executions/{run['id']}/events") as stream:
        parts = stream.aiter_text()
        async for part in parts:
            if "still here" in part:
                break
        with psycopg.connect(owner_url) as owner:
            owner.execute(taken_away)
        async with asyncio.timeout(30):
            async for _ in parts:
                pass


@pytest.mark.parametrize("seen", ["x", "-1", "1.5", "9" * 30])
async def test_an_event_id_that_is_none_is_refused(api, seen):
    answer = await api.get("/executions/events", headers={"Last-Event-ID": seen})
    assert answer.status_code == 422


async def test_a_stream_says_what_it_is_and_is_never_kept(api):
    async with api.stream("GET", "/executions/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["x-accel-buffering"] == "no"
