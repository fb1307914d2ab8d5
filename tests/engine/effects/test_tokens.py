"""Tokens: got once, shared, renewed in time, never lost, never shown."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from engine.effects.credentials import Credential, Secret, parse_auth
from engine.effects.egress import Call, Egress
from engine.effects.failures import (
    BadCall,
    CredentialNotForHost,
    LoginNotNow,
    LoginRefused,
    NeedsReconnect,
)
from engine.effects.policy import Policy
from engine.effects.secret import MASK
from engine.effects.signed_in import SignedIn
from engine.effects.tokens import Tokens
from engine.errors import BadDefinition
from tests.engine.effects.shelf import MemoryShelf
from tests.engine.run.story import Clock
from tests.providers.tokens import CLIENT, LOGIN

NEW = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shelf():
    return MemoryShelf()


@pytest.fixture
async def egress(service):
    opened = Egress(Policy.from_settings(service.host))
    yield opened
    await opened.close()


@pytest.fixture
def worker(egress, shelf, clock):
    """Makes a worker of its own memory; all share the shelf."""

    def make() -> SignedIn:
        tokens = Tokens(egress, shelf, now=clock.now, sleep=clock.sleep)
        made = SignedIn(egress, tokens)
        made.tokens = tokens
        return made

    return make


def credential(service, kind="oauth2_client_credentials", secrets=None, settings=None, **auth):
    if kind != "token_exchange":
        auth.setdefault("token_url", f"{service.url}/oauth/token")
    if kind == "oauth2_authorization_code":
        auth.setdefault("authorize_url", f"{service.url}/oauth/authorize")
        secrets = secrets or {**NEW, "refresh_token": "refresh-0-not-real"}
    held = {name: Secret(value) for name, value in (secrets or NEW).items()}
    made = parse_auth({"type": kind, **auth})
    return Credential("k-1", "demo", made, held, settings or {}, (service.host,))


def locked(service, place="oauth", query=""):
    return Call("GET", f"{service.url}/locked/{place}{query}")


def logins(service):
    return len(service.calls("/oauth"))


@pytest.mark.parametrize("client_auth", ["body", "basic"])
async def test_a_client_says_who_it_is_and_gets_a_token_for_many_calls(
    worker, service, client_auth
):
    service.tokens.client_auth = client_auth
    key, at_work = credential(service, client_auth=client_auth, scope="read"), worker()
    for _ in range(3):
        assert (await at_work.send(locked(service), key)).status == 200
    assert logins(service) == 1
    assert service.calls("/oauth")[0].form["scope"] == "read"


async def test_workers_share_a_token(worker, service):
    key = credential(service)
    for at_work in (worker(), worker()):
        assert (await at_work.send(locked(service), key)).status == 200
    assert logins(service) == 1


async def test_runs_and_workers_that_need_it_in_the_same_moment_ask_once(egress, shelf, service):
    service.tokens.takes_s = 0.2
    two = [SignedIn(egress, Tokens(egress, shelf, now=lambda: datetime.now(UTC))) for _ in range(2)]
    key = credential(service, "oauth2_authorization_code")
    calls = [at_work.send(locked(service), replace(key)) for at_work in two for _ in range(5)]
    assert {answer.status for answer in await asyncio.gather(*calls)} == {200}
    assert logins(service) == 1


@pytest.mark.parametrize(("expires_in", "good_for"), [(3600, 3500), (2, 1.7), ("60", 50)])
async def test_a_token_is_renewed_before_it_expires(worker, service, clock, expires_in, good_for):
    service.tokens.expires_in = expires_in
    key, at_work = credential(service), worker()
    await at_work.send(locked(service), key)
    clock.pass_by(good_for)
    await at_work.send(locked(service), key)
    assert logins(service) == 1
    clock.pass_by(float(expires_in) - good_for - 0.05)
    await at_work.send(locked(service), key)
    assert logins(service) == 2


async def test_a_token_whose_end_nobody_told_is_used_until_it_is_refused(worker, service, clock):
    service.tokens.expires_in = None
    key, at_work = credential(service), worker()
    await at_work.send(locked(service), key)
    clock.pass_by(10**7)
    assert (await at_work.send(locked(service), key)).status == 200
    assert logins(service) == 1


async def test_many_runs_that_were_refused_renew_once(worker, service):
    key, at_work = credential(service), worker()
    await at_work.send(locked(service), key)
    service.tokens.revoke_all()
    answers = await asyncio.gather(*(at_work.send(locked(service), key) for _ in range(4)))
    assert {answer.status for answer in answers} == {401}
    for answer in answers:
        assert await at_work.tokens.renew(answer.used) is key
    assert (await at_work.send(locked(service), key)).status == 200
    assert logins(service) == 2


async def test_what_another_worker_renewed_is_taken_from_the_shelf(worker, service):
    key, one, other = credential(service), worker(), worker()
    await one.send(locked(service), key)
    await other.send(locked(service), key)
    service.tokens.revoke_all()
    for at_work in (one, other):
        refused = await at_work.send(locked(service), key)
        await at_work.tokens.renew(refused.used)
        assert (await at_work.send(locked(service), key)).status == 200
    assert logins(service) == 2


async def test_a_key_that_is_no_login_is_not_renewed(worker, service):
    key = Credential("k", "demo", parse_auth({"type": "bearer"}), {"k": Secret("abcdefgh")})
    assert await worker().tokens.renew(key) is None


async def test_each_refresh_token_is_used_once_and_the_next_one_kept(worker, service, clock):
    key = credential(service, "oauth2_authorization_code")
    for _ in range(3):
        assert (await worker().send(locked(service), key)).status == 200
        clock.pass_by(3600)
    told = [call.form["refresh_token"] for call in service.calls("/oauth")]
    assert told == ["refresh-0-not-real", "refresh-1-not-real", "refresh-2-not-real"]


async def test_a_run_that_is_cancelled_does_not_lose_a_refresh_token(worker, service, shelf):
    service.tokens.takes_s = 0.1
    key, at_work = credential(service, "oauth2_authorization_code"), worker()
    run = asyncio.create_task(at_work.send(locked(service), key))
    await asyncio.to_thread(service.wait_for, "/oauth")
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    await at_work.tokens.close()
    assert (await shelf.look(key)).held.refresh == Secret("refresh-1-not-real")


async def test_a_token_that_cannot_be_stored_at_once_is_stored_later(worker, service, shelf):
    shelf.away = 2
    key = credential(service, "oauth2_authorization_code")
    assert (await worker().send(locked(service), key)).status == 200
    assert (await shelf.look(key)).held.refresh == Secret("refresh-1-not-real")


async def test_other_settings_get_another_token_and_keep_the_refresh_token(worker, service):
    at_work, key = worker(), credential(service, "oauth2_authorization_code")
    await at_work.send(locked(service), key)
    changed = replace(key, settings={"region": "eu"})
    assert (await at_work.send(locked(service), changed)).status == 200
    assert [call.form["refresh_token"] for call in service.calls("/oauth")] == [
        "refresh-0-not-real", "refresh-1-not-real",
    ]  # fmt: skip


async def test_a_refresh_token_entered_anew_replaces_what_came_from_the_old_one(worker, service):
    at_work, key = worker(), credential(service, "oauth2_authorization_code")
    await at_work.send(locked(service), key)
    service.tokens.refresh = "refresh-entered-anew"
    secrets = {**NEW, "refresh_token": "refresh-entered-anew"}
    anew = credential(service, "oauth2_authorization_code", secrets)
    assert (await at_work.send(locked(service), anew)).status == 200


async def test_a_withdrawn_permission_is_told_once_and_never_asked_for_again(
    worker, service, shelf
):
    service.tokens.withdraw()
    key = credential(service, "oauth2_authorization_code")
    for at_work in (worker(), worker()):
        with pytest.raises(NeedsReconnect, match="demo") as caught:
            await at_work.send(locked(service), key)
    assert caught.value.code == "needs_reconnect"
    assert [state for state, _ in shelf.notes] == ["reconnect"]
    assert logins(service) == 1
    assert service.calls("/locked") == []


async def test_without_a_refresh_token_one_has_to_connect_first(worker, service):
    key = credential(service, "oauth2_authorization_code", NEW)
    with pytest.raises(NeedsReconnect):
        await worker().send(locked(service), key)
    assert service.calls() == []


async def test_a_wrong_secret_is_said_without_showing_it(worker, service, shelf):
    key = credential(service, secrets={**NEW, "client_secret": "wrong-secret-not-real"})
    with pytest.raises(LoginRefused, match=r"demo.*401, invalid_client") as caught:
        await worker().send(locked(service), key)
    assert "wrong-secret" not in f"{caught.value} {caught.value.hint} {caught.value.detail}"
    assert shelf.notes == [("failing", caught.value.message)]
    assert shelf.owners == {}


async def test_a_login_service_that_quotes_the_secret_shows_it_to_nobody(worker, service, shelf):
    secret = "secretnotreal"
    service.tokens.refuses_with = secret
    key = credential(service, secrets={**NEW, "client_secret": secret})
    with pytest.raises(LoginRefused) as caught:
        await worker().send(locked(service), key)
    assert (
        secret not in f"{caught.value} {caught.value.detail} {caught.value.message} {shelf.notes}"
    )


async def test_a_bad_day_of_the_login_service_passes(worker, service):
    service.tokens.bad_days = [503, 429]
    key, at_work = credential(service), worker()
    for _ in range(2):
        with pytest.raises(LoginNotNow) as caught:
            await at_work.send(locked(service), key)
        assert caught.value.try_again
        assert not caught.value.may_have_arrived
    assert (await at_work.send(locked(service), key)).status == 200


async def test_a_bad_day_does_not_matter_while_the_old_token_works(worker, service, clock):
    key, at_work = credential(service), worker()
    await at_work.send(locked(service), key)
    service.tokens.bad_days = [500]
    clock.pass_by(3570)
    assert (await at_work.send(locked(service), key)).status == 200


async def test_a_worker_that_died_while_asking_is_not_waited_for_forever(
    worker, service, shelf, clock
):
    shelf.owners["k-1"] = "somebody who died"
    with pytest.raises(LoginNotNow, match="Another worker"):
        await worker().send(locked(service), credential(service))
    assert service.calls() == []


async def test_a_token_is_masked_wherever_it_turns_up(worker, service):
    key, at_work = credential(service), worker()
    answer = await at_work.send(locked(service, query="?echo=1"), key)
    assert service.tokens.issued[0] in service.calls("/locked")[0].headers["authorization"]
    assert MASK.encode() in answer.body
    assert service.tokens.issued[0] not in repr(answer)
    assert "not-real" not in repr(answer)


async def test_a_token_is_not_carried_to_another_host(worker, service):
    key, at_work = credential(service), worker()
    await at_work.send(locked(service), key)
    elsewhere = replace(key, allowed_hosts=("api.example.com",))
    with pytest.raises(CredentialNotForHost):
        await at_work.send(
            Call("GET", f"{service.url}/echo?q={service.tokens.issued[0]}"), None, [elsewhere]
        )


async def test_secrets_go_to_a_login_service_only_if_it_is_an_allowed_host(worker, service):
    key = replace(credential(service), allowed_hosts=("api.example.com",))
    with pytest.raises(CredentialNotForHost):
        await worker().send(locked(service), key)
    assert service.calls() == []


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
