"""A real server on a free port, with the real database behind it, and clients with keys."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from time import monotonic

import httpx
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI

from app import sign_in_routes
from app.api import (
    admin_users,
    api_keys,
    application,
    audit,
    contacts,
    credentials,
    health,
    members,
    workspaces,
)
from app.api.idempotency import Keeper
from app.api.sight import Sight
from app.guard import Guard
from app.services.accounts import Accounts, digest
from app.services.admins import Admins
from app.services.api_keys import ApiKeys, new_key
from app.services.audit import Audit
from app.services.contact_import import ContactImport
from app.services.contacts import Contacts
from app.services.credential_test import CredentialTest
from app.services.credentials import Credentials
from app.services.passwords import Passwords
from app.services.safe import Safe
from app.services.workspaces import Workspaces
from app.signin import Browsers
from db.session import Actor, Database
from engine.effects.egress import Egress
from engine.effects.master_key import MasterKey
from engine.effects.policy import Policy
from engine.effects.vault import Vault
from engine.run.doors import Doors
from tests.databases import Tenant
from tests.providers.service import Service

Client = httpx.AsyncClient


@dataclass(frozen=True, slots=True)
class Outside:
    """The API and the sign-in routes, served at `url`."""

    url: str
    accounts: Accounts
    safe: Safe


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def safe(database: Database) -> Safe:
    return Safe(database, Vault(MasterKey(bytes(range(32)))))


@pytest.fixture
async def outside(database: Database, safe: Safe, service: Service) -> AsyncIterator[Outside]:
    egress = Egress(Policy.from_settings(service.host))
    passwords = Passwords()
    accounts = Accounts(database, passwords)
    web = _web(database, accounts, safe, egress)
    async with served(web) as url:
        yield Outside(url, accounts, safe)
    await egress.close()
    passwords.close()


def _web(database: Database, accounts: Accounts, safe: Safe, egress: Egress) -> FastAPI:
    doors = Doors(
        egress=egress,
        now=lambda: datetime.now(UTC),
        sleep=asyncio.sleep,
        monotonic=monotonic,
        random=Random(7).random,
    )
    places, kept, people = Workspaces(database), Credentials(database, safe), Admins(database)
    known = Contacts(database)
    api = application.build(
        [
            workspaces.router(places),
            members.router(places),
            api_keys.router(ApiKeys(database)),
            contacts.router(known, ContactImport(database)),
            credentials.router(kept, CredentialTest(kept, doors)),
            admin_users.router(people),
            audit.router(Audit(database)),
            health.router(database),
        ],
        accounts=accounts,
        keeper=Keeper(database, safe),
        sight=Sight(places, people, {"contact_id": known.get, "credential_id": kept.get}),
    )
    web = FastAPI(openapi_url=None)
    browsers = Browsers(accounts)
    sign_in_routes.add_to(web, accounts, browsers)
    web.add_middleware(Guard, api=api, browsers=browsers)
    return web


@asynccontextmanager
async def served(web: FastAPI) -> AsyncIterator[str]:
    """The same server as in earnest, on a port that was free."""
    with _listener() as listener:
        config = uvicorn.Config(web, log_level="error", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@contextmanager
def _listener() -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        listener.setblocking(False)
        yield listener


@pytest.fixture
async def client_of(outside: Outside, owner_url: str) -> AsyncIterator[Callable[[Actor], Client]]:
    """A client with a key of that person."""
    clients: list[Client] = []

    def make(actor: Actor) -> Client:
        client = Client(
            base_url=f"{outside.url}/api/v1",
            headers={"Authorization": f"Bearer {key_for(owner_url, actor)}"},
            timeout=30,
        )
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.aclose()


def key_for(owner_url: str, actor: Actor) -> str:
    key = new_key()
    with psycopg.connect(owner_url) as connection:
        connection.execute(
            "insert into api_keys (workspace_id, user_id, name, key_hash, last4)"
            " values (%s, %s, 'of the tests', %s, %s)",
            [actor.workspace_id, actor.user_id, digest(key), key[-4:]],
        )
    return key


@pytest.fixture
def api(client_of: Callable[[Actor], Client], acme: Tenant) -> Client:
    """Acme's owner."""
    return client_of(acme.owner)


@pytest.fixture
def theirs(client_of: Callable[[Actor], Client], globex: Tenant) -> Client:
    """Globex's owner, who has no business in acme."""
    return client_of(globex.owner)
