"""/api/v1/executions/{id}/undo: what a run wrote is taken back, and nothing else."""

from uuid import UUID

import pytest

from tests.app.running.connectors import lookup, waiting

WAIT = {"Prefer": "wait=30"}


@pytest.fixture
async def run(api, service, ada) -> dict:
    """Found Ada and wrote a first name, a nested value and a list."""
    whole = lookup(service.url)
    person = "{{ steps.find.person.name.givenName }}"
    whole["field_mappings"] = [
        {"field": "first_name", "value": person},
        {"field": "city", "value": "Oslo"},
        {"field": "data.found.name", "value": person},
        {"field": "data.tags", "value": "vip", "write": "append"},
    ]
    await api.patch(f"/contacts/{ada}", json={"data": {"tags": ["old"]}})
    connector = (await api.post("/connectors", json=whole)).json()["id"]
    execute = f"/connectors/{connector}/execute"
    return (await api.post(execute, json={"contact_id": ada}, headers=WAIT)).json()


async def undo(client, run: dict):
    return await client.post(f"/executions/{run['id']}/undo")


async def contact(api, ada: str) -> dict:
    said = (await api.get(f"/contacts/{ada}")).json()
    return {name: said[name] for name in ("first_name", "city", "data", "email")}


async def test_every_value_is_as_it_was_before_the_run(api, run, ada):
    written = await contact(api, ada)
    assert (written["city"], written["data"]["tags"]) == ("Oslo", ["old", "vip"])
    answer = await undo(api, run)
    assert answer.status_code == 200
    fields = {one["field"] for one in answer.json()["restored"]}
    assert fields == {"first_name", "city", "data.found.name", "data.tags"}
    assert answer.json()["conflicts"] == []
    assert await contact(api, ada) == {
        "first_name": None,
        "city": "Bergen",
        "data": {"tags": ["old"]},
        "email": "ada@example.com",
    }


async def test_what_somebody_wrote_since_stays_and_is_listed(api, run, ada):
    await api.patch(f"/contacts/{ada}", json={"city": "Paris"})
    done = (await undo(api, run)).json()
    assert done["conflicts"] == [{"field": "city", "written": "Oslo", "now": "Paris"}]
    now = await contact(api, ada)
    assert (now["city"], now["first_name"]) == ("Paris", None)


async def test_asked_again_it_tells_the_same_and_does_nothing(api, run, ada):
    first = (await undo(api, run)).json()
    await api.patch(f"/contacts/{ada}", json={"city": "Oslo"})  # by hand, as the run had it
    again = (await undo(api, run)).json()
    names = [sorted(one["field"] for one in done["restored"]) for done in (first, again)]
    assert names[0] == names[1]
    assert (await contact(api, ada))["city"] == "Oslo"
    history = (await api.get(f"/contacts/{ada}/provenance?limit=100")).json()["items"]
    assert len([one for one in history if one["action"] == "undo"]) == 4


async def test_it_stands_in_the_provenance_with_its_person_and_run(api, run, ada, acme):
    await undo(api, run)
    history = (await api.get(f"/contacts/{ada}/provenance")).json()["items"]
    city = next(one for one in history if one["field"] == "city")
    assert (city["action"], city["before"], city["after"]) == ("undo", "Oslo", "Bergen")
    assert (city["execution_id"], city["written_by"]) == (run["id"], str(acme.owner.user_id))


async def test_a_run_under_way_cannot_be_undone(api, ada):
    connector = (await api.post("/connectors", json=waiting())).json()["id"]
    body = {"contact_id": ada}
    run = (await api.post(f"/connectors/{connector}/execute", json=body)).json()
    assert (await undo(api, run)).status_code == 409


async def test_a_contact_that_is_gone_needs_no_undo(api, run, ada):
    await api.delete(f"/contacts/{ada}")
    done = (await undo(api, run)).json()
    assert (done["restored"], done["conflicts"]) == ([], [])


async def test_only_editors_of_the_workspace_undo(api, theirs, client_of, acme, run, ada):
    assert (await undo(theirs, run)).status_code == 404
    assert (await undo(client_of(acme.viewer), run)).status_code == 403
    assert (await contact(api, ada))["city"] == "Oslo"


async def test_a_person_chooses_which_fields_go_back_and_which_conflicts_give_way(api, run, ada):
    await api.patch(f"/contacts/{ada}", json={"city": "Paris", "data": {"found": None}})
    body = {"fields": ["city", "data.found.name"], "overwrite": ["city", "data.found.name"]}
    done = (await api.post(f"/executions/{run['id']}/undo", json=body)).json()
    assert {one["field"]: one["before"] for one in done["restored"]} == {
        "city": "Paris",
        "data.found.name": None,
    }
    assert done["conflicts"] == []
    now = await contact(api, ada)
    assert (now["city"], now["first_name"]) == ("Bergen", "Ada")
    assert now["data"] == {"tags": ["old", "vip"]}


async def test_one_may_look_before_and_nothing_is_changed(api, console, acme, run, ada):
    await api.patch(f"/contacts/{ada}", json={"city": "Paris"})
    lines = await console.services.undo.look(acme.viewer, UUID(run["id"]))
    seen = {one.field: (one.now, one.back_to, one.changed_since) for one in lines}
    assert seen["city"] == ("Paris", "Bergen", True)
    assert seen["data.tags"] == (["old", "vip"], ["old"], False)
    assert (await contact(api, ada))["city"] == "Paris"
    await undo(api, run)
    lines = await console.services.undo.look(acme.viewer, UUID(run["id"]))
    assert [one.field for one in lines if not one.taken_back] == ["city"]
