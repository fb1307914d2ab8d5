"""Every kind of credential, entered, tested and used over the REST API."""

import asyncio
import json

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.main import Console
from tests.app.conftest import Client
from tests.providers.service import Service
from tests.providers.signatures import AUDIENCE_ACUITY, AWS, TELESIGN
from tests.providers.tokens import CLIENT, LOGIN

CLIENT_FIELDS = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}


def oauth(service: Service, kind="oauth2_client_credentials", **more):
    auth = {"type": kind, "token_url": f"{service.url}/oauth/token", **more}
    if kind == "oauth2_authorization_code":
        auth["authorize_url"] = f"{service.url}/oauth/authorize"
    return auth


async def add(api: Client, service: Service, auth, secrets, settings=None, **more):
    body = {
        "service_name": "demo", "auth": auth, "credentials": secrets, "settings": settings or {},
        "allowed_hosts": [service.host], **more,
    }  # fmt: skip
    answer = await api.post("/workspace/credentials", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def calling(url: str, method="GET", **more):
    body = more.pop("body", None)
    request = {"method": method, "url": url, "body": body}
    step = {"id": "ask", "name": "Ask", "kind": "http", "credential": "demo", "request": request}
    return {"name": "Ask", "config": {"steps": [{**step, **more}]}, "field_mappings": []}


async def try_out(api: Client, definition, contact=None):
    body = {"definition": {k: v for k, v in definition.items() if k != "name"}}
    answer = await api.post("/connectors/test", json={**body, "contact": contact or {}})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def executed(api: Client, definition, contact_id):
    made = await api.post("/connectors", json=definition)
    assert made.status_code == 201, made.text
    answer = await api.post(
        f"/connectors/{made.json()['id']}/execute",
        json={"contact_id": contact_id}, headers={"Prefer": "wait=30"},
    )  # fmt: skip
    return (await api.get(f"/executions/{answer.json()['id']}")).json()


@pytest.mark.parametrize("client_auth", ["body", "basic"])
async def test_client_credentials(api, service, ada, client_auth):
    service.tokens.client_auth = client_auth
    await add(api, service, oauth(service, client_auth=client_auth), CLIENT_FIELDS)
    definition = calling(f"{service.url}/locked/oauth?echo=1")
    assert (await try_out(api, definition))["status"] == "success"
    run = await executed(api, definition, ada)
    assert (run["status"], run["outcome"]) == ("success", "found")
    assert len(service.calls("/oauth")) == 1
    assert service.tokens.issued[0] not in json.dumps(run)
    assert "••••" in json.dumps(run["steps_executed"], ensure_ascii=False)


async def test_a_refused_token_is_renewed_once_within_the_run(api, service, ada):
    await add(api, service, oauth(service), CLIENT_FIELDS)
    definition = calling(f"{service.url}/locked/oauth")
    await try_out(api, definition)
    service.tokens.revoke_all()
    run = await executed(api, definition, ada)
    assert run["status"] == "success"
    assert run["steps_executed"][0]["attempts"] == 2
    assert len(service.calls("/oauth")) == 2


@pytest.mark.parametrize("rules", [[], [{"status": [401], "then": "refresh_credential"}]])
async def test_a_login_that_never_helps_is_renewed_only_once(api, service, rules):
    await add(api, service, oauth(service), CLIENT_FIELDS)
    run = await try_out(api, calling(f"{service.url}/locked/header", rules=rules))
    assert run["steps_executed"][0]["error"]["code"] == "credential_refused"
    assert len(service.calls("/locked")) == 2
    assert len(service.calls("/oauth")) == 2


async def test_a_refresh_token_is_turned_into_the_next_and_lasts_short(api, service, ada):
    service.tokens.expires_in = 2
    secrets = {**CLIENT_FIELDS, "refresh_token": "refresh-0-not-real"}
    await add(api, service, oauth(service, "oauth2_authorization_code"), secrets)
    definition = calling(f"{service.url}/locked/oauth")
    for _ in range(2):
        assert (await try_out(api, definition))["status"] == "success"
    assert len(service.calls("/oauth")) == 1
    service.tokens.valid = dict.fromkeys(service.tokens.valid, 0.0)
    assert (await executed(api, definition, ada))["status"] == "success"
    assert service.calls("/oauth")[1].form["refresh_token"] == "refresh-1-not-real"


async def test_a_withdrawn_permission_fails_a_test_and_asks_to_connect_again(api, service):
    service.tokens.withdraw()
    secrets = {**CLIENT_FIELDS, "refresh_token": "refresh-0-not-real"}
    number = await add(api, service, oauth(service, "oauth2_authorization_code"), secrets)
    run = await try_out(api, calling(f"{service.url}/locked/oauth"))
    assert run["status"] == "failed"
    error = run["steps_executed"][0]["error"]
    assert error["code"] == "needs_reconnect"
    assert "connect it again" in error["hint"]
    shown = (await api.get(f"/workspace/credentials/{number}")).json()
    assert shown["state"] == "reconnect"
    assert "demo" in shown["state_message"]


async def test_a_bad_day_of_the_login_service_is_sat_out(api, service, ada):
    service.tokens.bad_days = [503]
    await add(api, service, oauth(service), CLIENT_FIELDS)
    quick = {"retry": {"max_retries": 2, "base_ms": 1, "max_ms": 5}}
    definition = calling(f"{service.url}/orders", "POST", body={"text": "tea"}, **quick)
    run = await executed(api, definition, ada)
    assert run["status"] == "success"
    assert len(service.orders) == 1


async def test_a_statement_signed_with_a_private_key(api, service):
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    service.tokens.public_key = (
        private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    auth = oauth(service, "jwt_bearer", alg="RS256", claims={"iss": "{{ settings.client_email }}"})
    await add(api, service, auth, {"private_key": pem}, {"client_email": "robot@example.com"})
    assert (await try_out(api, calling(f"{service.url}/locked/oauth")))["status"] == "success"


async def test_a_login_of_its_own(api, service):
    body = {"json": {"user": LOGIN["user"], "password": "{{ credentials.password }}"}}
    auth = {
        "type": "token_exchange",
        "request": {"method": "POST", "url": f"{service.url}/oauth/login", "body": body},
        "token_path": "$.data.session",
        "expires_path": "$.data.ttl",
        "place": {"type": "header", "name": "X-Session"},
    }
    await add(api, service, auth, {"password": LOGIN["password"]})
    assert (await try_out(api, calling(f"{service.url}/locked/session")))["status"] == "success"


@pytest.mark.parametrize(
    ("recipe", "secrets", "settings"),
    [
        ("audienceacuity_md5", AUDIENCE_ACUITY, {}),
        ("audienceacuity_md5", {"secret": AUDIENCE_ACUITY["secret"]},
         {"key_id": AUDIENCE_ACUITY["key_id"]}),
        ("telesign_hmac_sha256", TELESIGN, {}),
        ("aws_sigv4", AWS, {"region": "eu-west-1", "service": "execute-api"}),
    ],
)  # fmt: skip
async def test_a_signature_for_each_call(api, service, recipe, secrets, settings):
    await add(api, service, {"type": "signed", "recipe": recipe}, secrets, settings)
    url = f"{service.url}/locked/signed?b=2&a=1%2B"
    for more in ({}, {"method": "POST", "body": {"json": {"phone": "+1 202"}}}):
        run = await try_out(api, calling(url, **more))
        assert run["status"] == "success", run["steps_executed"][0]["error"]
    assert "not-real" not in json.dumps(run)


@pytest.mark.parametrize("body", [{"json": {"email": "a@example.com"}}, {"form": {"a": "1"}}])
async def test_a_key_in_the_body(api, service, body):
    await add(api, service, {"type": "body_field", "name": "api_key"}, {"key": service.KEY})
    run = await try_out(api, calling(f"{service.url}/locked/body", "POST", body=body))
    assert run["status"] == "success"
    assert service.KEY not in json.dumps(run)


async def test_an_address_that_is_the_secret(api, service):
    await add(
        api, service, {"type": "secret_url"}, {"webhook_url": f"{service.url}/hooks/{service.KEY}"}
    )
    definition = calling(f"{service.url}/", "POST", body={"json": {"content": "Hello"}})
    run = await try_out(api, definition)
    assert run["status"] == "success"
    assert service.KEY not in json.dumps(run)
    assert service.calls("/hooks")[0].json == {"content": "Hello"}


async def test_a_setting_cut_from_the_key_is_part_of_the_address(api, service):
    secrets = {"api_key": "0123456789abcdef-echo"}
    settings = {"place": {"from": "api_key", "after_last": "-"}}
    await add(api, service, {"type": "bearer"}, secrets, settings)
    url = f"{service.url}/{{{{ credential.settings.place }}}}"
    run = await try_out(api, calling(url))
    assert run["status"] == "success"
    assert service.calls("/echo")[0].headers["authorization"] == "Bearer 0123456789abcdef-echo"


CACHE = {"cache": {"ttl_s": 600, "negative_ttl_s": 600}, "rules": [
    {"status": [404], "then": "not_found"},
]}  # fmt: skip


async def test_a_workspace_pays_once_for_the_same_question(api, theirs, service, ada):
    definition = calling(f"{service.url}/people/find?email=ada@example.com", **CACHE)
    del definition["config"]["steps"][0]["credential"]
    first = await executed(api, definition, ada)
    again = await executed(api, definition, ada)
    trial = await try_out(api, definition)
    assert [run["steps_executed"][0]["cached"] for run in (first, again, trial)] == [
        False, True, True,
    ]  # fmt: skip
    assert len(service.calls("/people")) == 1
    assert not (await try_out(theirs, definition))["steps_executed"][0]["cached"]


async def test_many_runs_at_once_for_the_same_person_pay_once(api, service, ada):
    definition = calling(f"{service.url}/slow?seconds=0.3", **CACHE)
    del definition["config"]["steps"][0]["credential"]
    made = (await api.post("/connectors", json=definition)).json()["id"]
    answers = await asyncio.gather(
        *(
            api.post(
                f"/connectors/{made}/execute",
                json={"contact_id": ada},
                headers={"Prefer": "wait=30"},
            )
            for _ in range(6)
        )
    )
    assert {answer.json()["status"] for answer in answers} == {"success"}
    assert len(service.calls("/slow")) == 1


async def test_nothing_stored_holds_a_token(api, service, ada, owner_url, console: Console):
    await add(api, service, oauth(service), CLIENT_FIELDS)
    await executed(api, calling(f"{service.url}/locked/oauth?echo=1", **CACHE), ada)
    tables = "select table_name from information_schema.tables where table_schema = 'public'"
    with psycopg.connect(owner_url) as connection:
        for (table,) in connection.execute(tables).fetchall():
            text = str(connection.execute(f"select t::text from {table} t").fetchall())
            for secret in (*service.tokens.issued, CLIENT[1]):
                assert secret not in text, table
    assert service.tokens.issued


async def test_a_limit_that_one_run_met_holds_the_others(api, service, ada):
    await add(api, service, {"type": "bearer"}, {"api_key": service.KEY})
    met = calling(f"{service.url}/bad/429?retry_after=1&times=1")
    async with api.stream("GET", "/executions/events") as told:
        first = asyncio.create_task(executed(api, met, ada))
        async for line in told.aiter_lines():
            if "step.retry" in line:
                break
        second = await executed(api, calling(f"{service.url}/echo"), ada)
    assert ((await first)["status"], second["status"]) == ("success", "success")
    [other], [refused, _] = service.calls("/echo"), service.calls("/bad")
    assert other.at - refused.at > 0.95


async def test_an_address_may_come_with_the_token(api, service, ada):
    service.tokens.also = {"instance_url": service.url}
    told = {"settings_from_token": {"instance_url": "$.instance_url"}}
    await add(api, service, oauth(service, **told), CLIENT_FIELDS)
    definition = calling("{{ credential.settings.instance_url }}/locked/oauth")
    assert (await try_out(api, definition))["status"] == "success"
    run = await executed(api, definition, ada)
    assert run["status"] == "success"
    assert run["steps_executed"][0]["request"]["url"] == f"{service.url}/locked/oauth"
    assert len(service.calls("/oauth")) == 1


async def test_an_address_that_comes_with_the_token_must_be_allowed(api, service):
    service.tokens.also = {"instance_url": "https://elsewhere.example.com"}
    told = {"settings_from_token": {"instance_url": "$.instance_url"}}
    await add(api, service, oauth(service, **told), CLIENT_FIELDS)
    run = await try_out(api, calling("{{ credential.settings.instance_url }}/locked/oauth"))
    assert run["steps_executed"][0]["error"]["code"] == "credential_not_for_host"
    assert service.calls("/locked") == []


async def test_a_bad_day_of_the_login_service_is_waited_out_before_the_address_is_known(
    api, service, ada
):
    service.tokens.also = {"instance_url": service.url}
    service.tokens.bad_days = [503]
    told = {"settings_from_token": {"instance_url": "$.instance_url"}}
    await add(api, service, oauth(service, **told), CLIENT_FIELDS)
    url = "{{ credential.settings.instance_url }}/locked/oauth"
    run = await executed(api, calling(url, retry={"base_ms": 1}), ada)
    assert run["status"] == "success"


async def test_a_withdrawn_login_is_waited_for_before_the_address_is_known(api, service, ada):
    service.tokens.also = {"instance_url": service.url}
    service.tokens.withdraw()
    secrets = {**CLIENT_FIELDS, "refresh_token": "refresh-0-not-real"}
    told = {"settings_from_token": {"instance_url": "$.instance_url"}}
    await add(api, service, oauth(service, "oauth2_authorization_code", **told), secrets)
    url = "{{ credential.settings.instance_url }}/locked/oauth"
    made = await api.post("/connectors", json=calling(url))
    run = await api.post(f"/connectors/{made.json()['id']}/execute", json={"contact_id": ada})
    shown = {}
    while shown.get("error_code") != "needs_reconnect":
        shown = (await api.get(f"/executions/{run.json()['id']}")).json()
        await asyncio.sleep(0.05)
    assert shown["status"] == "pending"
