"""/api/v1/schedules: planned in one's own time zone, fired once whoever looks, switched off with a
reason."""

import asyncio
from datetime import datetime

import psycopg
import pytest

from app.services.bulk import Bulk
from app.services.executions import Executions
from app.services.schedules import ScheduleSweep
from tests.app.running.test_bulk import made, nothing_much

PATIENCE_S = 20


@pytest.fixture
async def connector(api) -> str:
    return await made(api, nothing_much())


@pytest.fixture
async def plan(api, connector):
    """A schedule that will not come by itself while the test runs."""

    async def add(client=api, **more) -> dict:
        body = {"connector_id": connector, "cron": "0 3 1 1 *", "time_zone": "Europe/Berlin"}
        answer = await client.post("/schedules", json={**body, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return add


@pytest.fixture
def its_time(owner_url):
    """As if that time had come; `ago` says how long a worker was missing."""

    def come(schedule: dict, ago: str = "0 s") -> None:
        with psycopg.connect(owner_url) as owner:
            owner.execute(
                "update connector_schedules set next_fire_at = now() - %s::interval where id = %s",
                [ago, schedule["id"]],
            )

    return come


async def until(ask, holds):
    async with asyncio.timeout(PATIENCE_S):
        while True:
            said = await ask()
            if holds(said):
                return said
            await asyncio.sleep(0.05)


async def runs(api, connector) -> list[dict]:
    return (await api.get(f"/executions?connector_id={connector}")).json()["items"]


async def test_the_next_five_times_are_shown_and_the_zone_is_kept(api, plan):
    one = await plan(cron="30 9 * * mon-fri")
    assert len(one["next_times"]) == 5
    assert one["next_times"] == sorted(one["next_times"])
    assert one["next_times"][0] == one["next_fire_at"]
    assert {datetime.fromisoformat(time).hour for time in one["next_times"]} <= {7, 8}
    assert (await api.get("/schedules")).json()["items"] == [one]


async def test_at_its_time_it_makes_one_run_in_its_makers_name(
    api, plan, its_time, connector, owner_url, acme
):
    one = await plan()
    its_time(one)
    (run,) = await until(lambda: runs(api, connector), bool)
    assert run["contact_id"] is None
    with psycopg.connect(owner_url) as owner:
        made_by = owner.execute("select created_by, trigger from connector_executions").fetchone()
    assert made_by == (acme.owner.user_id, "schedule")
    after = (await api.get(f"/schedules/{one['id']}")).json()
    assert after["next_fire_at"] == one["next_fire_at"]
    assert after["last_fire_at"]


async def test_times_that_were_missed_are_made_up_for_once(api, plan, its_time, connector):
    one = await plan(cron="* * * * *")
    its_time(one, ago="3 days")
    await until(lambda: runs(api, connector), bool)
    after = (await api.get(f"/schedules/{one['id']}")).json()
    assert after["next_fire_at"] > after["last_fire_at"]
    assert len(await runs(api, connector)) == 1


async def test_however_many_look_in_the_same_moment_it_fires_once(
    api, plan, its_time, connector, database
):
    plans = [await plan() for _ in range(5)]
    sweeps = [ScheduleSweep(database, Executions(database), Bulk(database)) for _ in range(4)]
    for one in plans:
        its_time(one)
    await asyncio.gather(*(sweep.look() for sweep in sweeps))
    await until(lambda: runs(api, connector), lambda found: len(found) >= 5)
    assert len(await runs(api, connector)) == 5


async def test_the_same_time_of_the_same_schedule_never_happens_twice(
    api, plan, its_time, connector, owner_url
):
    one = await plan()
    its_time(one)
    await until(lambda: runs(api, connector), bool)
    with psycopg.connect(owner_url) as owner:
        # Somebody sets the clock back.
        owner.execute(
            "update connector_schedules s set next_fire_at = f.fire_at from schedule_fires f"
            " where f.schedule_id = s.id"
        )

    async def asked() -> dict:
        return (await api.get(f"/schedules/{one['id']}")).json()

    await until(asked, lambda said: said["next_fire_at"] == one["next_fire_at"])
    assert len(await runs(api, connector)) == 1


async def test_contacts_are_found_when_the_time_has_come(api, plan, its_time, connector, ada):
    one = await plan(filter={"city": "Bergen"})
    later = await api.post("/contacts", json={"email": "new@example.com", "city": "Bergen"})
    its_time(one)
    found = await until(lambda: runs(api, connector), lambda found: len(found) == 2)
    assert {run["contact_id"] for run in found} == {ada, later.json()["id"]}
    (batch,) = (await api.get("/bulk-executions")).json()["items"]
    assert (batch["trigger"], batch["total"]) == ("schedule", 2)


async def test_a_contact_that_went_away_does_not_stop_the_others(
    api, plan, its_time, connector, ada
):
    gone = (await api.post("/contacts", json={"email": "gone@example.com"})).json()["id"]
    one = await plan(contact_ids=[ada, gone])
    await api.delete(f"/contacts/{gone}")
    its_time(one)
    (run,) = await until(lambda: runs(api, connector), bool)
    assert run["contact_id"] == ada


async def test_it_switches_itself_off_where_its_maker_left(
    api, client_of, acme, plan, its_time, connector, owner_url
):
    one = await plan(client_of(acme.editor))
    with psycopg.connect(owner_url) as owner:
        owner.execute("delete from workspace_members where role = 'editor'")
    its_time(one)

    async def asked() -> dict:
        return (await api.get(f"/schedules/{one['id']}")).json()

    said = await until(asked, lambda said: not said["enabled"])
    assert "any more" in said["reason"]
    assert (said["next_fire_at"], said["next_times"]) == (None, [])
    assert await runs(api, connector) == []
    # Whoever switches it on answers for it.
    on = (await api.patch(f"/schedules/{one['id']}", json={"enabled": True})).json()
    assert (on["reason"], on["enabled"]) == (None, True)
    its_time(one)
    await until(lambda: runs(api, connector), bool)


async def test_it_switches_itself_off_where_the_connector_is_off(api, plan, its_time, connector):
    one = await plan()
    await api.patch(f"/connectors/{connector}", json={"version": 1, "enabled": False})
    its_time(one)

    async def asked() -> dict:
        return (await api.get(f"/schedules/{one['id']}")).json()

    said = await until(asked, lambda said: not said["enabled"])
    assert "switched off" in said["reason"]


async def test_only_what_is_sent_changes(api, plan, ada):
    one = await plan(contact_ids=[ada])
    address = f"/schedules/{one['id']}"
    changed = (await api.patch(address, json={"cron": "0 4 * * *"})).json()
    assert (changed["cron"], changed["contact_ids"]) == ("0 4 * * *", [ada])
    assert changed["next_fire_at"] != one["next_fire_at"]
    filtered = (await api.patch(address, json={"filter": {"q": "ada"}})).json()
    assert (filtered["contact_ids"], filtered["filter"]) == (None, {"q": "ada"})
    off = (await api.patch(address, json={"enabled": False})).json()
    assert (off["next_fire_at"], off["next_times"]) == (None, [])
    assert (await api.delete(address)).status_code == 204
    assert (await api.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"cron": "soon"}, "cron"),
        ({"cron": "0 0 30 2 *"}, "cron"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"filter": {"speed": "9"}}, "filter.speed"),
        ({"filter": {}, "contact_ids": ["00000000-0000-0000-0000-000000000000"]}, "filter"),
        ({"every": 5}, "every"),
        ({"cron": None}, "cron"),
    ],
)
async def test_a_plan_that_cannot_be_meant_is_refused_with_its_place(api, connector, body, path):
    whole = {"connector_id": connector, "cron": "0 9 * * *", **body}
    answer = await api.post("/schedules", json=whole)
    assert answer.status_code == 422
    assert [one["path"] for one in answer.json()["errors"]] == [path]


async def test_schedules_stay_in_their_workspace_and_are_editors_to_make(
    api, theirs, client_of, acme, plan, connector
):
    one = await plan()
    address = f"/schedules/{one['id']}"
    assert (await theirs.get(address)).status_code == 404
    assert (await theirs.patch(address, json={"enabled": False})).status_code == 404
    assert (await theirs.delete(address)).status_code == 404
    assert (await theirs.get("/schedules")).json()["items"] == []
    stolen = {"connector_id": connector, "cron": "0 9 * * *"}
    assert (await theirs.post("/schedules", json=stolen)).status_code == 404
    foreign = (await theirs.post("/contacts", json={"email": "bo@globex.test"})).json()["id"]
    assert (
        await api.post("/schedules", json={**stolen, "contact_ids": [foreign]})
    ).status_code == 404
    viewer = client_of(acme.viewer)
    assert (await viewer.get(address)).status_code == 200
    assert (await viewer.post("/schedules", json=stolen)).status_code == 403
    assert (await viewer.delete(address)).status_code == 403
