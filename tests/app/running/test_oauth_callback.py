"""/oauth/callback: whatever comes back from a service's page, only the right person's own
permission is kept, and the address then holds a code, never words of others."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest
from psycopg.types.json import Jsonb

from app.main import Console
from app.services import connecting
from app.services.accounts import SESSION_LIVES, digest, new_token
from app.services.credentials import Given
from app.signin import COOKIE
from db import users
from db.session import Actor, Signin
from tests.app.conftest import Client, Outside
from tests.app.running.test_templates import add_template
from tests.db.queue import sql
from tests.providers.tokens import CLIENT

Opens = Callable[[Actor], Awaitable[Client]]


@pytest.fixture
async def opens(console: Console, outside: Outside) -> AsyncIterator[Opens]:
    """A browser in which that person is signed in."""
    opened: list[Client] = []

    async def browser(actor: Actor) -> Client:
        token = new_token()
        async with console.database.session_for(Signin()) as session:
            await users.start_session(
                session, actor.user_id, digest(token), SESSION_LIVES, actor.workspace_id
            )
        opened.append(Client(base_url=outside.url, cookies={COOKIE: token}))
        return opened[-1]

    yield browser
    for one in opened:
        await one.aclose()


@pytest.fixture
async def begun(console: Console, outside: Outside, service, acme) -> dict[str, str]:
    """What the service's page brought back after acme's admin agreed there."""
    given = Given(
        "demo",
        {"type": "oauth2_authorization_code", "authorize_url": f"{service.url}/oauth/authorize",
         "token_url": f"{service.url}/oauth/token"},
        {"client_secret": CLIENT[1]},
        {"client_id": CLIENT[0]},
        [service.host],
    )  # fmt: skip
    row = await console.services.credentials.add(acme.owner, given)
    back = f"{outside.url}/oauth/callback"
    address = await console.services.connecting.begin(acme.admin, row.id, back)
    async with httpx.AsyncClient() as browser:
        brought = (await browser.get(address)).headers["location"]
    assert brought.startswith(back)
    return {name: one[0] for name, one in parse_qs(urlsplit(brought).query).items()}


async def led_to(browser: Client, **query: str) -> str:
    answer = await browser.get("/oauth/callback", params=query)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def state_of(owner_url: str) -> str:
    return str(sql(owner_url, "select state from workspace_api_credentials")[0][0])


async def test_who_began_ends_connected(begun, opens, acme, owner_url):
    assert await led_to(await opens(acme.admin), **begun) == "/credentials?done=connected"
    assert state_of(owner_url) == "works"


async def test_a_code_brought_twice_gives_nothing_the_second_time(begun, opens, acme, owner_url):
    browser = await opens(acme.admin)
    await led_to(browser, **begun)
    ((before,),) = sql(owner_url, "select sealed from credential_tokens")
    assert await led_to(browser, **begun) == "/credentials?problem=token"
    assert sql(owner_url, "select sealed from credential_tokens") == [(before,)]
    assert state_of(owner_url) == "works"


async def test_what_another_person_began_is_not_finished_by_this_one(
    begun, opens, acme, globex, owner_url
):
    for somebody in (acme.owner, globex.owner):
        assert await led_to(await opens(somebody), **begun) == "/credentials?problem=stranger"
    assert state_of(owner_url) == "untested"


@pytest.mark.parametrize("state", ["", "x", "AQ==", "A" * 200])
async def test_an_invented_state_connects_nothing(begun, opens, acme, owner_url, state):
    place = await led_to(await opens(acme.admin), code=begun["code"], state=state)
    assert place in ("/credentials?problem=stranger", "/credentials?problem=refused")
    assert state_of(owner_url) == "untested"


async def test_a_refusal_by_the_service_is_a_code_and_not_its_words(begun, opens, acme):
    place = await led_to(
        await opens(acme.admin),
        error="access_denied",
        error_description="<b>Call 555-1234</b>",
        state=begun["state"],
    )
    assert place == "/credentials?problem=refused"


async def test_after_a_quarter_of_an_hour_it_is_too_late(begun, opens, acme, owner_url, safe):
    remembered = json.loads(await safe.open(acme.admin, begun["state"]))
    assert 0 < remembered["until"] - time.time() <= connecting.LASTS_S
    remembered["until"] = time.time() - 1
    begun["state"] = await safe.seal(acme.admin, json.dumps(remembered))
    assert await led_to(await opens(acme.admin), **begun) == "/credentials?problem=late"
    assert state_of(owner_url) == "untested"


async def test_a_credential_that_was_deleted_meanwhile_is_gone(begun, opens, acme, console):
    rows = (await console.services.credentials.listed(acme.owner)).items
    await console.services.credentials.remove(acme.owner, rows[0].id)
    assert await led_to(await opens(acme.admin), **begun) == "/credentials?problem=gone"


async def test_a_person_who_lost_the_right_meanwhile_connects_nothing(
    begun, opens, acme, console, owner_url
):
    browser = await opens(acme.admin)
    await console.services.workspaces.change_role(acme.owner, "acme", acme.admin.user_id, "viewer")
    assert await led_to(browser, **begun) == "/credentials?problem=refused"
    assert state_of(owner_url) == "untested"


async def test_without_a_session_it_leads_to_the_sign_in(begun, outside):
    async with Client(base_url=outside.url) as browser:
        answer = await browser.get("/oauth/callback", params=begun)
    assert answer.status_code in (303, 307)
    assert answer.headers["location"].startswith("/sign-in")


@pytest.fixture
async def installed(api, owner_url, service) -> tuple[str, list[str]]:
    """A connector that takes two services where somebody has to agree."""
    names = ["first", "second"]
    auth = {
        "type": "oauth2_authorization_code",
        "authorize_url": f"{service.url}/oauth/authorize",
        "token_url": f"{service.url}/oauth/token",
    }
    fields = [{"name": "client_id", "secret": False}, {"name": "client_secret"}]
    slots = [
        {"service_name": name, "auth": auth, "fields": fields, "allowed_hosts": [service.host]}
        for name in names
    ]
    template = add_template(owner_url, service, "Two services", slots=Jsonb(slots))
    client = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
    made = await api.post(
        f"/connector-templates/{template}/install",
        json={"credentials": dict.fromkeys(names, client)},
    )
    return made.json()["id"], names


async def test_after_an_install_one_agrees_at_each_service_and_ends_at_the_connector(
    installed, console, opens, outside, acme, owner_url, service
):
    connector, names = installed
    back = f"{outside.url}/oauth/callback"
    place = await console.services.connecting.begin_all(acme.admin, names, back, UUID(connector))
    browser = await opens(acme.admin)
    async with httpx.AsyncClient() as elsewhere:
        for _ in names:
            assert place.startswith(f"{service.url}/oauth/authorize?")
            brought = (await elsewhere.get(place)).headers["location"]
            place = (await browser.get(brought)).headers["location"]
    assert place == f"/connectors/{connector}"
    assert sql(owner_url, "select distinct state from workspace_api_credentials") == [("works",)]
    nobody = await console.services.connecting.begin_all(
        acme.admin, ["unheard-of"], back, UUID(connector)
    )
    assert nobody is None
