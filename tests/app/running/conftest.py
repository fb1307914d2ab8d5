"""The whole console without its pages, worker included, beside the pretended providers."""

from collections.abc import AsyncIterator

import pytest

from app.main import Console, build
from app.services.safe import Safe
from app.settings import Settings
from db.logins import Logins
from engine.effects.master_key import MasterKey
from tests.app.conftest import Client, Outside, served
from tests.providers.fixture import _running_service, service
from tests.providers.service import Service

__all__ = ["_running_service", "service"]


@pytest.fixture
async def console(owner_url: str, console_url: str, service: Service) -> AsyncIterator[Console]:
    settings = Settings(allow_private=service.host)
    logins = Logins(owner_url, console_url)
    made = build(settings, logins, MasterKey(bytes(range(32))), with_pages=False)
    await made.start(with_worker=True)
    yield made
    await made.stop()


@pytest.fixture
async def outside(console: Console, safe: Safe) -> AsyncIterator[Outside]:
    async with served(console.web) as url:
        yield Outside(url, console.services.accounts, safe)


@pytest.fixture
async def ada(api: Client) -> str:
    """A contact whom the pretended providers know."""
    answer = await api.post("/contacts", json={"email": "ada@example.com", "city": "Bergen"})
    return str(answer.json()["id"])
