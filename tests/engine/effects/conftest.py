"""A way out that reaches loopback, and a service on the other side that obeys each test."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from engine.effects.credentials import Credential, Secret, parse_auth
from engine.effects.egress import Egress
from engine.effects.policy import Policy
from tests.engine.effects.rude_server import RudeServer

SECRET = "sk_live_9f8e7d6c5b4a/+42"


@pytest.fixture
async def rude() -> AsyncIterator[RudeServer]:
    server = RudeServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def egress(rude: RudeServer) -> AsyncIterator[Egress]:
    """The operator named the rude server, and nothing else."""
    way_out = Egress(Policy.from_settings(rude.address))
    yield way_out
    await way_out.close()


@pytest.fixture
def credential_for() -> Callable[..., Credential]:
    def make(*hosts: str, auth: dict[str, Any] | None = None, **secrets: str) -> Credential:
        held = secrets or {"api_key": SECRET}
        return Credential(
            id="c1",
            service_name="hunter",
            auth=parse_auth(auth or {"type": "bearer"}),
            secrets={name: Secret(value) for name, value in held.items()},
            allowed_hosts=hosts,
        )

    return make
