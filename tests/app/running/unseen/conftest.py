"""A console that may call the stub, and somebody who writes connectors for it."""

import base64
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from app.main import Console, build
from app.settings import Settings
from db.logins import Logins
from engine.effects.master_key import MasterKey
from tests.app.conftest import Client
from tests.app.running.unseen.stub import Stub

AVERY = {
    "first_name": "Avery", "last_name": "Sample", "email": "avery@example.com",
    "phone": "+12025550123", "company": "Example Corp", "job_title": "Head of Operations",
    "city": "Springfield", "state": "IL", "country": "US",
}  # fmt: skip


@pytest.fixture
def stub() -> Iterator[Stub]:
    stub = Stub().start()
    yield stub
    stub.stop()
    assert stub.complaints == []


@pytest.fixture
async def console(owner_url: str, console_url: str, stub: Stub) -> AsyncIterator[Console]:
    also = stub.host.replace("127.0.0.1", "localhost")
    settings = Settings(allow_private=f"{stub.host},{also}")
    master = MasterKey(bytes(range(32)))
    made = build(settings, Logins(owner_url, console_url), master, with_pages=False)
    await made.start(with_worker=True)
    yield made
    await made.stop()


@dataclass
class Customer:
    """Knows the REST API and nothing else."""

    api: Client
    stub: Stub
    owner_url: str
    secrets: list[str] = field(default_factory=list)

    async def key(self, auth: dict[str, Any], secrets: dict[str, str], **more: Any) -> str:
        body = {
            "service_name": "demo", "auth": auth, "credentials": secrets,
            "allowed_hosts": [self.stub.host], **more,
        }  # fmt: skip
        made = await self.api.post("/workspace/credentials", json=body)
        assert made.status_code == 201, made.text
        self.secrets += [value for name, value in secrets.items() if name != "client_id"]
        return str(made.json()["id"])

    async def connector(self, *steps: dict[str, Any], **more: Any) -> str:
        body = {"name": "Mine", "config": {"steps": list(steps)}, **more}
        made = await self.api.post("/connectors", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def contact(self, **fields: Any) -> str:
        made = await self.api.post("/contacts", json={**AVERY, **fields})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def execute(self, connector: str, contact: str | None = None, **given: Any) -> Any:
        body = {"input": given} | ({"contact_id": contact} if contact else {})
        wait = {"Prefer": "wait=30"}
        made = await self.api.post(f"/connectors/{connector}/execute", json=body, headers=wait)
        assert made.status_code in (200, 202), made.text
        return (await self.api.get(f"/executions/{made.json()['id']}")).json()

    async def run(self, *steps: dict[str, Any], given: Any = None, **more: Any) -> Any:
        """Make a connector and execute it for Avery."""
        made = await self.connector(*steps, **more)
        return await self.execute(made, await self.contact(), **(given or {}))

    async def data(self, run: dict[str, Any]) -> Any:
        return (await self.api.get(f"/contacts/{run['contact_id']}")).json()

    def keep(self, *secrets: str) -> None:
        self.secrets += secrets

    def nothing_leaked(self) -> None:
        """No table holds a secret, however it may be spelled."""
        tables = "select table_name from information_schema.tables where table_schema = 'public'"
        with psycopg.connect(self.owner_url) as connection:
            for (table,) in connection.execute(tables).fetchall():
                text = str(connection.execute(f"select t::text from {table} t").fetchall())
                for secret in self.secrets:
                    for spelled in _spellings(secret):
                        assert spelled not in text, f"{spelled} in {table}"


def _spellings(secret: str) -> set[str]:
    raw = secret.encode()
    twisted = {base64.b64encode(raw[shift:]).decode().rstrip("=")[1:-2] for shift in range(3)}
    return {secret, quote(secret, safe=""), raw.hex(), json.dumps(secret)[1:-1], *twisted}


@pytest.fixture
async def customer(api: Client, stub: Stub, owner_url: str) -> AsyncIterator[Customer]:
    """Whatever a test does, nothing of its secrets may be found afterwards."""
    customer = Customer(api, stub, owner_url)
    yield customer
    customer.nothing_leaked()


def step(id: str, method: str, url: str, **more: Any) -> dict[str, Any]:
    """An http step; query, headers and body belong to its request."""
    inner = {name: more.pop(name) for name in ("query", "headers", "body") if name in more}
    request = {"method": method, "url": url, **inner}
    return {"id": id, "kind": "http", "credential": "demo", "request": request, **more}


def maps(**fields: str) -> list[dict[str, str]]:
    """Field mappings: dashes below data are written with two underscores."""
    return [
        {"field": name.replace("data__", "data."), "value": value} for name, value in fields.items()
    ]
