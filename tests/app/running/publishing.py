"""A template that takes a key, the key itself, and the admin who decides what others see."""

import copy
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from db.session import Actor
from tests.app.conftest import Client
from tests.app.running.connectors import lookup
from tests.databases import Tenant
from tests.providers.service import Service

KEY = "demo-key-not-real-8271"


@pytest.fixture
def whole(service: Service) -> dict[str, Any]:
    """A template that takes a key."""
    made = lookup(service.url)
    step = made["config"]["steps"][0]
    step["credential"] = "people"
    step["request"]["url"] = f"{service.url}/locked/header"
    slot = {
        "service_name": "people",
        "title": "People Finder",
        "auth": {"type": "header", "name": "X-Api-Key"},
        "fields": [{"name": "api_key", "title": "API key", "example": "abc"}],
        "allowed_hosts": [service.host],
    }
    return {**made, "name": "Find people", "slots": [slot]}


@pytest.fixture
async def key(api: Client, service: Service) -> None:
    """What acme keeps secret."""
    body = {
        "service_name": "people",
        "auth": {"type": "header", "name": "X-Api-Key"},
        "credentials": {"api_key": KEY},
        "settings": {"region": "eu"},
        "allowed_hosts": [service.host],
    }
    assert (await api.post("/workspace/credentials", json=body)).status_code == 201


@pytest.fixture
def admin(owner_url: str, acme: Tenant, client_of: Callable[[Actor], Client]) -> Client:
    """A SaaS admin, made as the operator makes the first one; in acme only a viewer."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role) values (%s, 'owner')",
            [acme.viewer.user_id],
        )
    return client_of(acme.viewer)


async def names(client: Client) -> set[str]:
    items = (await client.get("/connector-templates?limit=200")).json()["items"]
    return {one["name"] for one in items}


def plant(whole: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The template with something at that place."""
    broken = copy.deepcopy(whole)
    here: Any = broken
    *way, last = path.split(".")
    for part in way:
        here = here[int(part)] if part.isdigit() else here.setdefault(part, {})
    here[int(last) if last.isdigit() else last] = value
    return broken
