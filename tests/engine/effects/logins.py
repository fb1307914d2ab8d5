"""Workers that share a shelf of tokens, and credentials that have to log in."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from engine.effects.credentials import Credential, Secret, parse_auth
from engine.effects.egress import Call, Egress
from engine.effects.policy import Policy
from engine.effects.signed_in import SignedIn
from engine.effects.tokens import Tokens
from tests.engine.effects.shelf import MemoryShelf
from tests.engine.run.story import Clock
from tests.providers.service import Service
from tests.providers.tokens import CLIENT

NEW = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf() -> MemoryShelf:
    return MemoryShelf()


@pytest.fixture
async def egress(service: Service) -> AsyncIterator[Egress]:
    opened = Egress(Policy.from_settings(service.host))
    yield opened
    await opened.close()


@pytest.fixture
def worker(egress: Egress, shelf: MemoryShelf, clock: Clock) -> Callable[[], SignedIn]:
    """Makes a worker of its own memory; all share the shelf."""

    def make() -> SignedIn:
        tokens = Tokens(egress, shelf, now=clock.now, sleep=clock.sleep)
        made = SignedIn(egress, tokens)
        made.tokens = tokens
        return made

    return make


def credential(
    service: Service,
    kind: str = "oauth2_client_credentials",
    secrets: dict[str, str] | None = None,
    settings: dict[str, str] | None = None,
    **auth: Any,
) -> Credential:
    if kind != "token_exchange":
        auth.setdefault("token_url", f"{service.url}/oauth/token")
    if kind == "oauth2_authorization_code":
        auth.setdefault("authorize_url", f"{service.url}/oauth/authorize")
        secrets = secrets or {**NEW, "refresh_token": "refresh-0-not-real"}
    held = {name: Secret(value) for name, value in (secrets or NEW).items()}
    made = parse_auth({"type": kind, **auth})
    return Credential("k-1", "demo", made, held, settings or {}, (service.host,))


def locked(service: Service, place: str = "oauth", query: str = "") -> Call:
    return Call("GET", f"{service.url}/locked/{place}{query}")


def logins(service: Service) -> int:
    return len(service.calls("/oauth"))
