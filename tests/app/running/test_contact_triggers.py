"""/api/v1/contact-triggers: a contact that comes or changes starts a connector, once."""

import asyncio

import psycopg
import pytest

from app.services.bulk import Bulk
from app.services.contact_triggers import ContactSweep
from app.services.executions import Executions
from tests.app.running.connectors import lookup
from tests.app.running.test_bulk import made, nothing_much

PATIENCE_S = 40


@pytest.fixture
async def connector(api) -> str:
    return await made(api, nothing_much())


@pytest.fixture
async def trigger(api, connector):
    async def add(client=api, **more) -> dict:
        answer = await client.post("/contact-triggers", json={"connector_id": connector, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return add


async def until(ask, holds):
    async with asyncio.timeout(PATIENCE_S):
        while True:
            said = await ask()
            if holds(said):
                return said
            await asyncio.sleep(0.05)


async def runs(api, **asked) -> list[dict]:
    words = "&".join(f"{name}={value}" for name, value in asked.items())
    return (await api.get(f"/executions?{words}")).json()["items"]


def waiting(owner_url) -> int:
    with psycopg.connect(owner_url) as owner:
        row = owner.execute("select count(*) from contact_trigger_queue").fetchone()
    return row[0]


async def test_a_new_contact_is_run_once(api, trigger):
    await trigger()
    bo = (await api.post("/contacts", json={"email": "bo@example.com"})).json()["id"]
    (run,) = await until(lambda: runs(api, contact_id=bo), len)
    assert run["trigger_run_id"] is None or run["trigger_run_id"]
    await until(lambda: runs(api, contact_id=bo), lambda found: found[0]["status"] == "success")
    assert len(await runs(api, contact_id=bo)) == 1


async def test_only_an_update_of_the_named_fields_counts(api, trigger, ada, owner_url):
    await trigger(on_created=False, on_updated=True, fields=["company"])
    await api.patch(f"/contacts/{ada}", json={"city": "Oslo"})
    await api.patch(f"/contacts/{ada}", json={"company": None})
    assert (await api.post("/contacts", json={"email": "new@example.com"})).status_code == 201
    assert await runs(api) == []
    assert waiting(owner_url) == 0
    await api.patch(f"/contacts/{ada}", json={"company": "Analytical Engines"})
    (run,) = await until(lambda: runs(api), len)
    assert run["contact_id"] == ada


async def test_an_import_becomes_one_batch(api, trigger):
    await trigger()
    csv = "email\n" + "".join(f"p{n}@example.com\n" for n in range(30))
    answer = await api.post("/contacts/import", content=csv, headers={"Content-Type": "text/csv"})
    assert answer.status_code < 300, answer.text

    async def batches() -> list[dict]:
        return (await api.get("/bulk-executions")).json()["items"]

    found = await until(batches, lambda all: sum(one["done"] for one in all) == 30)
    assert {one["trigger"] for one in found} == {"contact"}


async def test_what_a_run_writes_and_an_undo_takes_back_starts_nothing(
    api, service, ada, owner_url
):
    find = await made(api, lookup(service.url))
    trigger = {"connector_id": find, "on_created": False, "on_updated": True}
    assert (await api.post("/contact-triggers", json=trigger)).status_code == 201
    run = (await api.post(f"/connectors/{find}/execute", json={"contact_id": ada})).json()["id"]

    async def ended() -> dict:
        return (await api.get(f"/executions/{run}")).json()

    assert (await until(ended, lambda said: said["finished_at"]))["outcome"] == "found"
    assert (await api.post(f"/executions/{run}/undo")).status_code == 200
    assert waiting(owner_url) == 0
    assert [one["id"] for one in await runs(api)] == [run]


async def test_it_is_switched_off_with_a_reason_when_its_maker_may_no_longer_run(
    api, client_of, acme, trigger, database, owner_url
):
    made_by_editor = await trigger(client_of(acme.editor))
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "update workspace_members set role = 'viewer' where user_id = %s", [acme.editor.user_id]
        )
        owner.execute("insert into contacts (workspace_id, email) values ('acme', 'x@y.test')")
    await ContactSweep(database, Executions(database), Bulk(database)).look()
    (told,) = (await api.get("/contact-triggers")).json()["items"]
    assert (told["id"], told["enabled"]) == (made_by_editor["id"], False)
    assert "may not run connectors" in told["reason"]
    assert waiting(owner_url) == 0
    assert await runs(api) == []


async def test_many_workers_that_look_at_once_start_it_once(api, connector, database, owner_url):
    body = {"connector_id": connector}
    assert (await api.post("/contact-triggers", json=body)).status_code == 201
    with psycopg.connect(owner_url) as owner:
        owner.execute("insert into contacts (workspace_id, email) values ('acme', 'x@y.test')")
    sweep = ContactSweep(database, Executions(database), Bulk(database))
    await asyncio.gather(*(sweep.look() for _ in range(4)))
    assert len(await runs(api)) == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"on_created": False}, "on_created"),
        ({"fields": ["colour"]}, "fields"),
        ({"on_created": None}, "on_created"),
        ({"connector": "x"}, "connector"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_place(api, connector, body, path):
    answer = await api.post("/contact-triggers", json={"connector_id": connector, **body})
    assert answer.status_code == 422
    assert path in [one["path"] for one in answer.json()["errors"]]


async def test_it_is_another_workspaces_business(api, theirs, client_of, acme, connector, trigger):
    mine = await trigger()
    address = f"/contact-triggers/{mine['id']}"
    assert (await theirs.get("/contact-triggers")).json()["items"] == []
    assert (await theirs.patch(address, json={"enabled": False})).status_code == 404
    assert (await theirs.delete(address)).status_code == 404
    foreign = await theirs.post("/contact-triggers", json={"connector_id": connector})
    assert foreign.status_code == 404
    viewer = client_of(acme.viewer)
    assert (await viewer.patch(address, json={"enabled": False})).status_code == 403
    switched = await api.patch(address, json={"enabled": False})
    assert switched.json()["enabled"] is False
    assert (await api.delete(address)).status_code == 204
    assert (await api.get("/contact-triggers")).json()["items"] == []
