"""Each service has its own way to a token: a signed statement, a login, a place, more to tell."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from engine.effects.credentials import parse_auth
from engine.effects.failures import BadCall, LoginRefused
from engine.effects.secret import MASK
from engine.errors import BadDefinition
from tests.engine.effects.logins import clock, credential, egress, locked, logins, shelf, worker
from tests.providers.tokens import LOGIN

__all__ = ["clock", "egress", "shelf", "worker"]


@pytest.fixture(scope="module")
def keys():
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode(), public.decode()


async def test_a_signed_statement_gets_a_token(worker, service, keys, clock):
    pem, service.tokens.public_key = keys
    claims = {"iss": "{{ credentials.client_email }}", "scope": "sheets", "exp": "now + 600"}
    clock.at = datetime.now(UTC)  # the service looks at the real clock
    key = credential(
        service, "jwt_bearer",
        {"private_key": pem.replace("\n", "\\n"), "client_email": "a@b.example.com"}, claims=claims,
    )  # fmt: skip
    assert (await worker().send(locked(service), key)).status == 200
    [asked] = service.calls("/oauth")
    told = jwt.decode(asked.form["assertion"], options={"verify_signature": False})
    assert told["iss"] == "a@b.example.com"
    assert told["aud"] == f"{service.url}/oauth/token"
    assert (told["scope"], told["exp"] - told["iat"]) == ("sheets", 600)


async def test_the_whole_file_of_a_service_account_will_do(worker, service, keys, clock):
    pem, service.tokens.public_key = keys
    clock.at = datetime.now(UTC)  # the service looks at the real clock
    file = {"private_key": pem, "private_key_id": "key-7", "client_email": "robot@example.com"}
    key = credential(service, "jwt_bearer", {"private_key": json.dumps(file)})
    assert (await worker().send(locked(service), key)).status == 200
    statement = service.calls("/oauth")[0].form["assertion"]
    assert jwt.get_unverified_header(statement)["kid"] == "key-7"
    assert jwt.decode(statement, options={"verify_signature": False})["iss"] == "robot@example.com"


async def test_a_private_key_that_is_none_is_said_so(worker, service, shelf):
    key = credential(
        service, "jwt_bearer", {"private_key": "-----BEGIN DEMO KEY-----", "client_id": "abc"}
    )
    with pytest.raises(BadCall, match="private key"):
        await worker().send(locked(service), key)
    assert shelf.owners == {}


def session(service, password=LOGIN["password"], **more):
    body = {"json": {"user": "{{ settings.user }}", "password": "{{ credentials.password }}"}}
    return credential(
        service, "token_exchange", {"password": password}, {"user": "ada"},
        request={"method": "POST", "url": f"{service.url}/oauth/login", "body": body},
        token_path="$.data.session", place={"type": "header", "name": "X-Session"}, **more,
    )  # fmt: skip


async def test_a_login_of_its_own_gives_a_token_that_goes_into_its_own_place(
    worker, service, clock
):
    service.tokens.expires_in = 100
    key, at_work = session(service, expires_path="$.data.ttl"), worker()
    for _ in range(2):
        assert (await at_work.send(locked(service, "session"), key)).status == 200
    assert logins(service) == 1
    clock.pass_by(95)
    await at_work.send(locked(service, "session"), key)
    assert logins(service) == 2


async def test_a_login_that_is_refused_says_so(worker, service):
    with pytest.raises(LoginRefused, match="401"):
        await worker().send(locked(service, "session"), session(service, "wrong-not-real"))


# Services with a way of their own


async def test_a_token_goes_where_the_service_wants_to_see_it(worker, service):
    service.tokens.kind = "Zoho-oauthtoken"
    place = {"type": "header", "name": "Authorization", "prefix": "Zoho-oauthtoken "}
    key = credential(service, place=place)
    answer = await worker().send(locked(service, query="?echo=1"), key)
    assert answer.status == 200
    assert MASK.encode() in answer.body


async def test_a_login_service_may_want_to_be_asked_in_json(worker, service):
    key = credential(service, request_format="json", scope="read")
    assert (await worker().send(locked(service), key)).status == 200
    asked = service.calls("/oauth")[0]
    assert asked.headers["content-type"] == "application/json"
    assert (asked.json["grant_type"], asked.json["scope"]) == ("client_credentials", "read")


@pytest.mark.parametrize("kind", ["oauth2_client_credentials", "oauth2_authorization_code"])
async def test_what_a_service_tells_with_its_token_is_known_to_every_worker(
    worker, service, shelf, kind
):
    service.tokens.also = {"instance_url": "https://na1.example.com/", "id": 7}
    told = {"instance_url": "$.instance_url", "account": "$.id", "none": "$.nowhere"}
    key = replace(credential(service, kind, settings_from_token=told), settings={"user": "ada"})
    for at_work in (worker(), worker()):
        ready = await at_work.tokens.ready(key)
        assert ready.settings == {
            "user": "ada", "instance_url": "https://na1.example.com", "account": "7"
        }  # fmt: skip
    assert logins(service) == 1


async def test_what_was_told_once_is_kept_where_a_renewal_does_not_repeat_it(
    worker, service, clock
):
    service.tokens.also = {"instance_url": "https://na1.example.com"}
    told = {"instance_url": "$.instance_url"}
    key = credential(service, "oauth2_authorization_code", settings_from_token=told)
    at_work = worker()
    await at_work.tokens.ready(key)
    service.tokens.also = {}
    clock.pass_by(4000)
    assert (await at_work.tokens.ready(key)).settings == {"instance_url": "https://na1.example.com"}
    assert logins(service) == 2


def test_paths_and_names_of_what_is_told_are_checked_when_it_is_entered():
    auth = {"type": "jwt_bearer", "token_url": "https://x.test/t"}
    for told, where in (({"url": "$..["}, "settings_from_token.url"), ({"a-b": "$.a"}, "a-b")):
        with pytest.raises(BadDefinition) as bad:
            parse_auth({**auth, "settings_from_token": told})
        assert where in bad.value.problems[0].path
    place = {"type": "header", "name": "Host"}
    with pytest.raises(BadDefinition) as bad:
        parse_auth({**auth, "place": place})
    assert bad.value.problems[0].path == "auth.place.name"


async def test_a_login_service_may_want_to_be_told_more(worker, service):
    told = {"audience": "https://{{ settings.region }}.example.com", "grant_type": "odd"}
    key = credential(service, settings={"region": "eu"}, token_params=told)
    with pytest.raises(LoginRefused):
        await worker().send(locked(service), key)
    asked = service.calls("/oauth")[0].form
    assert (asked["audience"], asked["grant_type"]) == ("https://eu.example.com", "odd")


def test_what_it_is_told_is_read_when_it_is_entered():
    auth = {"type": "oauth2_client_credentials", "token_url": "https://x.test/t"}
    with pytest.raises(BadDefinition) as bad:
        parse_auth({**auth, "token_params": {"audience": "{{ }}"}})
    assert bad.value.problems[0].path == "auth.token_params.audience"
