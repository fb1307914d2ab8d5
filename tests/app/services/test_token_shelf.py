"""The shelf of tokens in the database: sealed, one at a time, nobody else's."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from app.services.credentials import Credentials, Given
from app.services.token_shelf import TokenShelf
from db.session import Database
from engine.effects.credentials import Credential, Secret
from engine.effects.egress import Call, Egress
from engine.effects.failures import LoginNotNow, LoginRefused, NeedsReconnect
from engine.effects.policy import Policy
from engine.effects.signed_in import SignedIn
from engine.effects.tokens import Held, Tokens
from tests.db.asking import refused
from tests.providers.fixture import _running_service, service
from tests.providers.tokens import CLIENT

__all__ = ["_running_service", "service"]


@pytest.fixture
def credentials(database, safe):
    return Credentials(database, safe)


@pytest.fixture
def shelf(database, safe):
    return TokenShelf(database, safe)


@pytest.fixture
async def key(credentials, acme, service) -> Credential:
    given = Given(
        service_name="demo",
        auth={
            "type": "oauth2_authorization_code",
            "authorize_url": f"{service.url}/oauth/authorize",
            "token_url": f"{service.url}/oauth/token",
        },
        secrets={
            "client_id": CLIENT[0],
            "client_secret": CLIENT[1],
            "refresh_token": "refresh-0-not-real",
        },
        settings={},
        allowed_hosts=[service.host],
    )
    await credentials.add(acme.owner, given)
    return (await credentials.opened("acme", ["demo"]))["demo"]


def held(key, serial, token="token-of-the-shelf"):
    return Held(key.digest, "entered", serial, Secret(token))


async def test_what_was_put_there_is_found_again(shelf, key):
    assert (await shelf.look(key)).held is None
    taken = await shelf.take(key, "one", 30)
    assert (taken.ours, taken.serial) == (True, 0)
    assert await shelf.put(key, held(key, 1), 0)
    assert (await shelf.look(key)).held == held(key, 1)


async def test_one_renews_and_the_others_see_that(shelf, key):
    assert (await shelf.take(key, "one", 30)).ours
    assert not (await shelf.take(key, "other", 30)).ours
    await shelf.give_back(key, "other")
    assert not (await shelf.take(key, "other", 30)).ours
    await shelf.give_back(key, "one")
    assert (await shelf.take(key, "other", 30)).ours


async def test_whoever_died_while_renewing_is_followed_by_the_next(shelf, key, owner_url):
    assert (await shelf.take(key, "one", 30)).ours
    with psycopg.connect(owner_url) as connection:
        connection.execute("update credential_tokens set renewing_until = now()")
    assert (await shelf.take(key, "other", 30)).ours


async def test_an_older_token_never_replaces_a_newer_one(shelf, key):
    await shelf.take(key, "one", 30)
    assert await shelf.put(key, held(key, 1), 0)
    assert not await shelf.put(key, held(key, 1, "token-that-came-late"), 0)
    assert (await shelf.look(key)).held == held(key, 1)


async def test_the_table_holds_no_token_in_the_clear(shelf, key, owner_url):
    await shelf.take(key, "one", 30)
    await shelf.put(key, held(key, 1), 0)
    with psycopg.connect(owner_url) as connection:
        row = connection.execute("select t::text from credential_tokens t").fetchone()
    assert "token-of-the-shelf" not in row[0]


async def test_people_cannot_read_tokens_and_another_workspace_has_none(
    shelf, key, database: Database, acme, globex
):
    await shelf.take(key, "one", 30)
    await shelf.put(key, held(key, 1), 0)
    await refused(database, acme.owner, "select * from credential_tokens")
    theirs = replace(key, workspace_id="globex")
    assert (await shelf.look(theirs)).held is None
    assert not (await shelf.take(theirs, "one", 30)).ours


async def test_a_removed_credential_takes_its_token_along(shelf, key, credentials, acme, owner_url):
    await shelf.take(key, "one", 30)
    [row] = (await credentials.listed(acme.owner)).items
    await credentials.remove(acme.owner, row.id)
    assert (await shelf.look(key)).serial == 0
    assert not (await shelf.take(key, "one", 30)).ours


async def test_two_processes_that_need_a_token_at_once_ask_for_it_once(
    console_url, safe, key, service
):
    service.tokens.takes_s = 0.3
    databases = [Database(console_url, pool_size=3) for _ in range(2)]
    egress = Egress(Policy.from_settings(service.host))
    workers = [
        SignedIn(egress, Tokens(egress, TokenShelf(one, safe), now=lambda: datetime.now(UTC)))
        for one in databases
    ]
    call = Call("GET", f"{service.url}/locked/oauth")
    calls = [worker.send(call, key) for worker in workers for _ in range(3)]
    answers = await asyncio.gather(*calls)
    assert {answer.status for answer in answers} == {200}
    assert len(service.calls("/oauth")) == 1
    await egress.close()
    for one in databases:
        await one.close()


@pytest.fixture
async def tokens(shelf, service):
    egress = Egress(Policy.from_settings(service.host))
    yield Tokens(egress, shelf, now=lambda: datetime.now(UTC))
    await egress.close()


async def state_of(credentials, acme):
    [row] = (await credentials.listed(acme.owner)).items
    return row.state, row.state_message


async def test_people_see_that_a_credential_must_be_connected_again(
    tokens, key, credentials, acme, service
):
    service.tokens.withdraw()
    with pytest.raises(NeedsReconnect):
        await tokens.ready(key)
    assert await state_of(credentials, acme) == (
        "reconnect", "The connection to “demo” is no longer accepted.",
    )  # fmt: skip


async def test_people_see_that_a_login_fails_and_that_it_works_again(
    tokens, key, credentials, acme, service
):
    service.tokens.client_auth = "basic"
    with pytest.raises(LoginRefused):
        await tokens.ready(key)
    assert (await state_of(credentials, acme))[0] == "failing"
    service.tokens.client_auth = None
    await tokens.ready(key)
    assert await state_of(credentials, acme) == ("works", None)


async def test_a_database_that_is_away_is_said_to_pass(key, safe):
    away = Database("postgresql://console_web@127.0.0.1:1/none", pool_size=1, patience_s=1)
    with pytest.raises(LoginNotNow):
        await TokenShelf(away, safe).look(key)
    await away.close()
