"""Connecting a credential: to the service's page and back, with proof that it was the same one."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.services.connecting import Connecting
from app.services.credentials import Credentials, Given
from app.services.problems import BadInput, NotAllowed, NotFound
from app.services.token_shelf import TokenShelf
from engine.effects.egress import Call, Egress
from engine.effects.failures import NeedsReconnect
from engine.effects.policy import Policy
from engine.effects.signed_in import SignedIn
from engine.effects.tokens import Tokens
from tests.providers.fixture import _running_service, service
from tests.providers.tokens import CLIENT

__all__ = ["_running_service", "service"]

BACK = "http://127.0.0.1:8080/oauth/callback"


@pytest.fixture
async def egress(service):
    opened = Egress(Policy.from_settings(service.host))
    yield opened
    await opened.close()


@pytest.fixture
def credentials(database, safe):
    return Credentials(database, safe)


@pytest.fixture
def tokens(database, safe, egress):
    return Tokens(egress, TokenShelf(database, safe), now=lambda: datetime.now(UTC))


@pytest.fixture
def another_worker(database, safe, egress):
    return Tokens(egress, TokenShelf(database, safe), now=lambda: datetime.now(UTC))


@pytest.fixture
def connecting(credentials, safe, tokens):
    return Connecting(credentials, safe, tokens)


async def add(credentials, acme, service, **auth):
    given = Given(
        service_name="demo",
        auth={
            "type": "oauth2_authorization_code",
            "authorize_url": f"{service.url}/oauth/authorize?prompt=consent",
            "token_url": f"{service.url}/oauth/token",
            "scope": "contacts.read",
            **auth,
        },
        secrets={"client_secret": CLIENT[1]},
        settings={"client_id": CLIENT[0]},
        allowed_hosts=[service.host],
    )
    return (await credentials.add(acme.owner, given)).id


async def agree(address: str) -> dict[str, str]:
    """The person's browser: to the service's page, and what it brings back."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(address)
    back = answer.headers["location"]
    assert back.startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


@pytest.mark.parametrize("pkce", [True, False])
async def test_after_the_person_agreed_runs_can_call(
    connecting, credentials, another_worker, egress, acme, service, pkce
):
    number = await add(credentials, acme, service, pkce=pkce)
    address = await connecting.begin(acme.admin, number, BACK)
    brought = await agree(address)
    done = await connecting.finish(acme.admin, brought["state"], brought["code"])
    assert (done.credential_id, done.next_address) == (number, None)

    key = (await credentials.opened("acme", ["demo"]))["demo"]
    call = Call("GET", f"{service.url}/locked/oauth")
    answer = await SignedIn(egress, another_worker).send(call, key)
    assert answer.status == 200
    assert (await credentials.get(acme.owner, number)).state == "works"
    [asked] = service.calls("/oauth/authorize")
    assert (asked.query["scope"], asked.query["prompt"]) == ("contacts.read", "consent")
    assert ("code_challenge" in asked.query) is pkce


async def test_connecting_again_ends_the_need_to_reconnect(
    connecting, credentials, tokens, acme, service
):
    number = await add(credentials, acme, service)
    key = (await credentials.opened("acme", ["demo"]))["demo"]
    with pytest.raises(NeedsReconnect):
        await tokens.ready(key)
    assert (await credentials.get(acme.owner, number)).state == "reconnect"
    brought = await agree(await connecting.begin(acme.admin, number, BACK))
    await connecting.finish(acme.admin, brought["state"], brought["code"])
    assert await tokens.ready(key)
    assert (await credentials.get(acme.owner, number)).state == "works"


async def test_nobody_finishes_what_somebody_else_began(
    connecting, credentials, acme, globex, service
):
    number = await add(credentials, acme, service)
    brought = await agree(await connecting.begin(acme.admin, number, BACK))
    for other in (acme.owner, globex.owner):
        with pytest.raises(NotAllowed):
            await connecting.finish(other, brought["state"], brought["code"])
    for forged in ("", "AAAA", brought["state"][:-4]):
        with pytest.raises(NotAllowed):
            await connecting.finish(acme.admin, forged, brought["code"])
    assert service.calls("/oauth/token") == []


async def test_a_code_works_once(connecting, credentials, acme, service):
    number = await add(credentials, acme, service)
    brought = await agree(await connecting.begin(acme.admin, number, BACK))
    await connecting.finish(acme.admin, brought["state"], brought["code"])
    with pytest.raises(NeedsReconnect):
        await connecting.finish(acme.admin, brought["state"], brought["code"])


async def test_editors_and_other_workspaces_connect_nothing(
    connecting, credentials, acme, globex, service
):
    number = await add(credentials, acme, service)
    with pytest.raises(NotAllowed):
        await connecting.begin(acme.editor, number, BACK)
    with pytest.raises(NotFound):
        await connecting.begin(globex.owner, number, BACK)


async def test_a_key_is_not_connected_by_signing_in(connecting, credentials, acme):
    given = Given("hunter", {"type": "bearer"}, {"k": "demo-key-1"}, {}, ["api.hunter.io"])
    row = await credentials.add(acme.owner, given)
    with pytest.raises(BadInput):
        await connecting.begin(acme.owner, row.id, BACK)
