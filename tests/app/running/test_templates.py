"""/api/v1/connector-templates: found, looked at, installed with one's own keys or not at all."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.services.templates import Narrowed
from tests.app.running.connectors import lookup

SLOT = {
    "service_name": "people",
    "title": "People Finder",
    "auth": {"type": "header", "name": "X-Api-Key"},
    "fields": [{"name": "api_key", "title": "API key"}],
}
KEY = "demo-key-not-real-8271"


@pytest.fixture
def template(owner_url, service) -> str:
    """An official one that asks for a key."""
    return add_template(owner_url, service, "Find people", is_official=True)


def add_template(owner_url, service, name, **more) -> str:
    whole = lookup(service.url)
    whole["config"]["steps"][0]["credential"] = "people"
    whole["config"]["steps"][0]["request"]["url"] = f"{service.url}/locked/header"
    row = {
        "name": name,
        "category": "Sales",
        "config": Jsonb(whole["config"]),
        "slots": Jsonb([{**SLOT, "allowed_hosts": [service.host]}]),
        "is_public": True,
        "tags": ["people"],
        **more,
    }
    columns = ", ".join(row)
    values = ", ".join(f"%({column})s" for column in row)
    with psycopg.connect(owner_url) as owner:
        statement = f"insert into connector_templates ({columns}) values ({values}) returning id"
        return str(owner.execute(statement, row).fetchone()[0])


@pytest.mark.parametrize("given", [{"people": {"api_key": KEY}}, {"people_api_key": KEY}])
async def test_a_template_is_installed_with_ones_own_key_and_works(
    api, template, service, ada, given
):
    body = {"workspaceId": "acme", "name": "Mine", "credentials": given}
    answer = await api.post(f"/connector-templates/{template}/install", json=body)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["workspace_id"]) == ("Mine", "acme")
    assert made["created_from_template"] == template
    execute = f"/connectors/{made['id']}/execute"
    run = await api.post(execute, json={"contact_id": ada}, headers={"Prefer": "wait=30"})
    assert run.json()["steps_executed"][0]["response"]["status"] == 200
    assert KEY not in run.text + answer.text


async def test_a_key_the_workspace_has_already_need_not_be_given_again(api, template):
    install = f"/connector-templates/{template}/install"
    await api.post(install, json={"credentials": {"people": {"api_key": KEY}}})
    again = await api.post(install, json={"name": "Second", "workspace_id": "acme"})
    assert again.status_code == 201
    assert len((await api.get("/workspace/credentials")).json()["items"]) == 1


async def test_the_same_key_may_be_given_again_in_either_way_of_writing(
    api, client_of, acme, template
):
    install = f"/connector-templates/{template}/install"
    for given in ({"people": {"api_key": KEY}}, {"people_api_key": KEY}):
        assert (await api.post(install, json={"credentials": given})).status_code == 201
    assert len((await api.get("/workspace/credentials")).json()["items"]) == 1
    for guess in (KEY, "another-key"):
        given = {"credentials": {"people": {"api_key": guess}}}
        assert (await client_of(acme.editor).post(install, json=given)).status_code == 403


async def test_another_key_does_not_silently_take_the_place_of_the_one_in_use(api, template):
    install = f"/connector-templates/{template}/install"
    await api.post(install, json={"credentials": {"people": {"api_key": KEY}}})
    answer = await api.post(install, json={"credentials": {"people": {"api_key": "another-key"}}})
    assert answer.status_code == 409
    assert len((await api.get("/connectors")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, "credentials.people.api_key"),
        ({"people": {"api_key": ""}}, "credentials.people.api_key"),
        ({"people": {"api_key": 7}}, "credentials.people.api_key"),
        ({"people": {"api_key": KEY, "secret": "x"}}, "credentials.people.secret"),
        ({"hunter": {"api_key": KEY}}, "credentials.hunter"),
        ({"people_password": "x"}, "credentials.people_password"),
    ],
)
async def test_what_is_missing_is_named_and_nothing_is_half_installed(api, template, given, path):
    answer = await api.post(f"/connector-templates/{template}/install", json={"credentials": given})
    assert answer.status_code == 422
    assert path in [one["path"] for one in answer.json()["errors"]]
    assert (await api.get("/workspace/credentials")).json()["items"] == []
    assert (await api.get("/connectors")).json()["items"] == []


async def test_a_broken_template_leaves_no_key_behind(api, owner_url, template):
    with psycopg.connect(owner_url) as owner:
        owner.execute("""update connector_templates set config = '{"steps": [{"kind": "x"}]}'""")
    body = {"credentials": {"people": {"api_key": KEY}}}
    answer = await api.post(f"/connector-templates/{template}/install", json=body)
    assert answer.status_code == 422
    assert (await api.get("/workspace/credentials")).json()["items"] == []


async def test_an_installation_stays_in_the_workspace_of_the_key(api, client_of, acme, template):
    install = f"/connector-templates/{template}/install"
    assert (await api.post(install, json={"workspaceId": "globex"})).status_code == 404
    both = {"workspaceId": "acme", "workspace_id": "globex"}
    assert (await api.post(install, json=both)).status_code == 422
    viewer, editor = client_of(acme.viewer), client_of(acme.editor)
    given = {"credentials": {"people": {"api_key": KEY}}}
    assert (await viewer.post(install, json=given)).status_code == 403
    assert (await editor.post(install, json=given)).status_code == 403  # keys are for admins
    await api.post(install, json=given)
    assert (await editor.post(install, json={})).status_code == 201


async def test_the_marketplace_is_searched_and_private_ones_stay_at_home(
    api, theirs, owner_url, service, template
):
    add_template(owner_url, service, "Verify mail", category="Mail", is_featured=True)
    private = {"is_public": False, "workspace_id": "globex"}
    secret = add_template(owner_url, service, "Globex only", **private)

    async def names(client, query: str) -> list[str]:
        items = (await client.get(f"/connector-templates?{query}")).json()["items"]
        return [one["name"] for one in items]

    assert await names(api, "sort=name") == ["Find people", "Verify mail"]
    assert await names(api, "q=verify") == ["Verify mail"]
    assert await names(api, "category=Sales") == ["Find people"]
    assert await names(api, "official=true") == ["Find people"]
    assert await names(api, "featured=true") == ["Verify mail"]
    assert await names(api, "tag=nothing") == []
    assert "Globex only" in await names(theirs, "")
    assert (await api.get(f"/connector-templates/{secret}")).status_code == 404
    assert (await api.post(f"/connector-templates/{secret}/install", json={})).status_code == 404
    page = (await api.get("/connector-templates?limit=1&sort=name")).json()
    rest = await names(api, f"limit=1&sort=name&cursor={page['next_cursor']}")
    assert rest == ["Verify mail"]
    whole = (await api.get(f"/connector-templates/{template}")).json()
    assert whole["slots"][0]["fields"][0]["title"] == "API key"


async def test_what_waits_for_a_review_is_not_offered_as_if_it_were_public(
    console, api, client_of, acme, owner_url, service
):
    author, admin = acme.owner, client_of(acme.viewer)
    with psycopg.connect(owner_url) as owner:
        make = "insert into saas_admin_users (user_id, role) values (%s, 'owner')"
        owner.execute(make, [acme.viewer.user_id])
    hidden = {"is_public": False, "review_state": "pending", "published_by": author.user_id}
    add_template(owner_url, service, "Waiting", **hidden)
    add_template(owner_url, service, "Public")
    add_template(owner_url, service, "Ours", is_public=False, workspace_id="acme")

    async def names(who, which: str) -> set[str]:
        rows = await console.services.templates.listed(who, Narrowed(which=which))
        return {row.name for row in rows.items}

    assert await names(author, "market") == {"Public", "Ours"}
    assert await names(acme.viewer, "market") == {"Public", "Ours"}
    assert await names(author, "mine") == {"Waiting", "Ours"}
    assert await names(author, "community") == {"Public"}
    assert await names(author, "own") == {"Ours"}
    seen_by_admin = (await admin.get("/connector-templates")).json()["items"]
    assert {one["name"] for one in seen_by_admin} == {"Public", "Ours"}
    (waiting,) = [
        one
        for one in (await api.get("/connector-templates?mine=true")).json()["items"]
        if one["name"] == "Waiting"
    ]
    assert (waiting["is_public"], waiting["review_state"]) == (False, "pending")


async def test_a_search_finds_every_word_wherever_it_stands(api, owner_url, service):
    add_template(owner_url, service, "Score 100% of leads", tags=["sales_ops"])
    add_template(owner_url, service, "Score leads", description="By phone and E-MAIL")

    async def found(words: str) -> list[str]:
        answer = await api.get("/connector-templates", params={"q": words, "sort": "name"})
        return [one["name"] for one in answer.json()["items"]]

    assert await found("leads score") == ["Score 100% of leads", "Score leads"]
    assert await found("e-mail LEADS") == ["Score leads"]
    assert await found("people finder phone") == ["Score leads"]
    assert await found("100%") == ["Score 100% of leads"]
    assert await found("sales_ops") == ["Score 100% of leads"]
    assert await found("_____") == []
    assert await found("'; drop table contacts; --") == []
