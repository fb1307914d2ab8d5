"""/api/v1/connectors/{id}/update: a newer template meets what a workspace made of the older one."""

import asyncio
import copy

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.app.running.connectors import lookup
from tests.app.running.test_templates import KEY, SLOT, add_template

pytestmark = pytest.mark.usefixtures("service")


@pytest.fixture
def template(owner_url, service) -> str:
    return add_template(owner_url, service, "Find people", is_official=True)


@pytest.fixture
def publish(owner_url, service, template):
    """The template's next version, as its author says."""

    def change(alter, *, slots=None) -> None:
        whole = lookup(service.url)
        step = whole["config"]["steps"][0]
        step["credential"] = "people"
        step["request"]["url"] = f"{service.url}/locked/header"
        alter(whole)
        values = {
            "id": template,
            "config": Jsonb(whole["config"]),
            "mappings": Jsonb(whole["field_mappings"]),
            "slots": Jsonb(slots or [{**SLOT, "allowed_hosts": [service.host]}]),
        }
        with psycopg.connect(owner_url) as owner:
            owner.execute(
                "update connector_templates set config = %(config)s, slots = %(slots)s,"
                " field_mappings = %(mappings)s where id = %(id)s",
                values,
            )

    return change


@pytest.fixture
async def installed(api, publish, template) -> dict:
    given = {"credentials": {"people": {"api_key": KEY}}}
    answer = await api.post(f"/connector-templates/{template}/install", json=given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def look(api, connector) -> dict:
    answer = await api.get(f"/connectors/{connector['id']}/update")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def apply(api, connector, seen, **more):
    body = {"version": seen["connector_version"], "template_version": seen["template_version"]}
    return await api.post(f"/connectors/{connector['id']}/update", json={**body, **more})


def code(answer) -> str:
    return str(answer.json()["type"].rpartition(":")[2])


def rename(whole) -> None:
    whole["field_mappings"] = []
    whole["config"]["steps"][0]["name"] = "Ask for the person"


async def test_nothing_is_offered_while_the_template_stays_as_it_is(api, installed):
    seen = await look(api, installed)
    assert (seen["available"], seen["changes"], seen["merged"]) == (False, [], None)
    refused = await apply(api, installed, {**seen, "template_version": 1})
    assert (refused.status_code, code(refused)) == (409, "no_update")


async def test_a_newer_version_is_offered_with_what_it_changes(api, installed, publish, template):
    publish(rename)
    seen = await look(api, installed)
    assert (seen["installed_version"], seen["template_version"]) == (1, 2)
    assert seen["changes"] == [
        {
            "path": "config.steps[find].name",
            "was": "Find the person",
            "now": "Ask for the person",
        }
    ]
    assert (seen["conflicts"], seen["consent"], seen["slots"]) == ([], [], [])
    made = (await apply(api, installed, seen)).json()
    assert made["config"]["steps"][0]["name"] == "Ask for the person"
    assert made["version"] == 2
    assert (await look(api, installed))["available"] is False
    versions = (await api.get(f"/connector-templates/{template}/versions")).json()["items"]
    assert [one["version"] for one in versions] == [2, 1]


async def test_the_workspaces_own_changes_stay(api, installed, publish):
    config = copy.deepcopy(installed["config"])
    config["steps"][0]["timeout_ms"] = 1234
    config["steps"].append({"id": "mine", "kind": "set", "values": {"a": "b"}})
    mine = {"version": 1, "name": "Ours", "config": config}
    await api.patch(f"/connectors/{installed['id']}", json=mine)
    publish(rename)
    seen = await look(api, installed)
    made = (await apply(api, installed, seen)).json()
    first, second = made["config"]["steps"]
    assert (first["name"], first["timeout_ms"]) == ("Ask for the person", 1234)
    assert (second["id"], made["name"]) == ("mine", "Ours")


async def test_what_both_changed_is_settled_by_a_person(api, installed, publish):
    config = copy.deepcopy(installed["config"])
    config["steps"][0]["name"] = "Our own words"
    await api.patch(f"/connectors/{installed['id']}", json={"version": 1, "config": config})
    publish(rename)
    seen = await look(api, installed)
    assert seen["conflicts"] == [
        {
            "path": "config.steps[find].name",
            "base": "Find the person",
            "mine": "Our own words",
            "theirs": "Ask for the person",
        }
    ]
    refused = await apply(api, installed, seen)
    assert (refused.status_code, code(refused)) == (409, "conflicts")
    wrong = await apply(api, installed, seen, choices={"config.steps[nine]": "mine"})
    assert wrong.status_code == 422
    choices = {"config.steps[find].name": "mine"}
    made = (await apply(api, installed, seen, choices=choices)).json()
    assert made["config"]["steps"][0]["name"] == "Our own words"
    # It is the workspace's own change from now on, and no conflict any more.
    publish(lambda whole: (rename(whole), whole["config"]["steps"][0].update(timeout_ms=99)))
    assert (await look(api, installed))["conflicts"] == []


async def test_another_host_is_asked_about_before_anything_is_stored(
    api, installed, publish, service, ada
):
    def elsewhere(whole) -> None:
        rename(whole)
        whole["config"]["steps"][0]["request"]["url"] = "https://elsewhere.example/people"

    wider = {**SLOT, "allowed_hosts": [service.host, "elsewhere.example"]}
    publish(elsewhere, slots=[wider])
    seen = await look(api, installed)
    assert [one["id"] for one in seen["consent"]] == [
        "host:elsewhere.example",
        "slot_host:people:elsewhere.example",
    ]
    for agree in ([], ["host:elsewhere.example"]):
        refused = await apply(api, installed, seen, agree=agree)
        assert (refused.status_code, code(refused)) == (409, "consent_needed")
    now = (await api.get(f"/connectors/{installed['id']}")).json()
    assert (now["version"], now["config"]) == (1, installed["config"])
    (key,) = (await api.get("/workspace/credentials")).json()["items"]
    assert key["allowed_hosts"] == [service.host]
    agree = [one["id"] for one in seen["consent"]]
    assert (await apply(api, installed, seen, agree=agree)).status_code == 200
    (key,) = (await api.get("/workspace/credentials")).json()["items"]
    assert key["allowed_hosts"] == [service.host, "elsewhere.example"]
    assert (await look(api, installed))["available"] is False


async def test_a_new_slot_wants_its_key_in_the_same_step(api, installed, publish, service):
    mail = {**SLOT, "service_name": "mail", "title": "Mail", "allowed_hosts": [service.host]}

    def second(whole) -> None:
        rename(whole)
        step = {**whole["config"]["steps"][0], "id": "mail", "credential": "mail"}
        whole["config"]["steps"].append(step)

    publish(second, slots=[{**SLOT, "allowed_hosts": [service.host]}, mail])
    seen = await look(api, installed)
    assert [one["service_name"] for one in seen["slots"]] == ["mail"]
    agree = [one["id"] for one in seen["consent"]]
    missing = await apply(api, installed, seen, agree=agree)
    assert missing.status_code == 422
    assert missing.json()["errors"][0]["path"] == "credentials.mail.api_key"
    assert (await api.get(f"/connectors/{installed['id']}")).json()["version"] == 1
    given = {"mail": {"api_key": "another-key-not-real-1"}}
    assert (await apply(api, installed, seen, agree=agree, credentials=given)).status_code == 200
    keys = (await api.get("/workspace/credentials")).json()["items"]
    assert {one["service_name"] for one in keys} == {"people", "mail"}


async def test_another_way_to_sign_in_replaces_the_key_that_was_agreed_to(
    api, installed, publish, service
):
    signed = {**SLOT, "auth": {"type": "bearer"}, "allowed_hosts": [service.host]}
    publish(rename, slots=[signed])
    seen = await look(api, installed)
    assert [one["id"] for one in seen["consent"]] == ["auth:people:bearer"]
    given = {"people_api_key": "a-token-not-real-4321"}
    agree = ["auth:people:bearer"]
    assert (await apply(api, installed, seen, agree=agree, credentials=given)).status_code == 200
    (key,) = (await api.get("/workspace/credentials")).json()["items"]
    assert (key["auth"]["type"], key["fields"]["api_key"]) == ("bearer", "4321")


async def test_what_was_looked_at_is_what_is_applied(api, installed, publish):
    publish(rename)
    seen = await look(api, installed)
    publish(lambda whole: (rename(whole), whole["config"]["steps"][0].update(timeout_ms=99)))
    assert code(await apply(api, installed, seen)) == "stale_template"
    fresh = await look(api, installed)
    old = {**fresh, "connector_version": 7}
    assert code(await apply(api, installed, old)) == "stale_version"
    answers = await asyncio.gather(*(apply(api, installed, fresh) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [200, *[409] * 7]


async def test_a_draft_with_changes_of_its_own_is_not_overrun(
    api, console, acme, installed, publish
):
    publish(rename)
    drafts = console.services.drafts
    opened = await drafts.open(acme.owner, installed["id"])
    document = {**opened.document, "name": "Half done"}
    await drafts.save(acme.owner, installed["id"], document, revision=0, base_version=1)
    seen = await look(api, installed)
    assert code(await apply(api, installed, seen)) == "draft_open"
    await drafts.discard(acme.owner, installed["id"])
    assert (await apply(api, installed, seen)).status_code == 200


async def test_updates_are_for_those_who_may_change_the_connector(
    api, theirs, client_of, acme, installed, publish
):
    publish(rename)
    seen = await look(api, installed)
    assert (await apply(client_of(acme.viewer), installed, seen)).status_code == 403
    assert (await apply(theirs, installed, seen)).status_code == 404
    assert (await theirs.get(f"/connectors/{installed['id']}/update")).status_code == 404
    assert (await apply(client_of(acme.editor), installed, seen)).status_code == 200


async def test_a_template_in_review_offers_nothing(api, installed, publish, owner_url, template):
    publish(rename)
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_templates set is_public = false")
    assert (await look(api, installed))["available"] is False
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_templates set is_public = true")
    assert (await look(api, installed))["available"] is True


async def test_what_nobody_saw_is_no_version(api, publish, owner_url, template):
    """A change that waits for a review gets its number when it is approved; words get none."""

    def version() -> int:
        with psycopg.connect(owner_url) as owner:
            row = owner.execute("select version from connector_templates").fetchone()
        return row[0]

    def say(what: str) -> None:
        with psycopg.connect(owner_url) as owner:
            owner.execute(f"update connector_templates set {what}".encode())

    began = version()
    say("is_public = false")
    publish(rename)
    assert version() == began
    say("is_public = true")
    assert version() == began + 1
    say("description = 'Other words', tags = '{a}', version = 70")
    assert version() == began + 1
    say("config = config")
    assert version() == began + 1


async def test_an_install_of_what_was_looked_at_only(api, publish, template):
    publish(rename)
    given = {"credentials": {"people": {"api_key": KEY}}}
    install = f"/connector-templates/{template}/install"
    stale = await api.post(install, json={**given, "version": 1})
    assert (stale.status_code, code(stale)) == (409, "stale_template")
    assert (await api.get("/workspace/credentials")).json()["items"] == []
    assert (await api.post(install, json={**given, "version": 2})).status_code == 201
