"""Everything a run does to the world outside goes through one of these."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engine.effects.credentials import Credential
from engine.effects.egress import Answer, Call


class Sends(Protocol):
    async def send(
        self,
        call: Call,
        credential: Credential | None = None,
        also_guard: Sequence[Credential] = (),
    ) -> Answer: ...


class Cache(Protocol):
    """Answers kept for later. Keys are opaque and never shared between workspaces."""

    async def get(self, workspace_id: str, key: str) -> dict[str, Any] | None: ...

    async def put(
        self, workspace_id: str, key: str, answer: dict[str, Any], ttl_s: float
    ) -> None: ...

    def turn(self, workspace_id: str, key: str) -> AbstractAsyncContextManager[None]:
        """For runs with the same question at once: the others wait for the first one's answer."""
        ...


class Pauses(Protocol):
    """What services asked for: nobody with this credential calls this host for a while."""

    def left_s(self, credential: Credential, host: str) -> float: ...

    async def ask_for(self, credential: Credential, host: str, seconds: float) -> None: ...


# Renews a login after the service refused it; None where this kind cannot be renewed. It is given
# the credential as the refused call used it.
Renew = Callable[[Credential], Awaitable[Credential | None]]


@dataclass(frozen=True, slots=True)
class Doors:
    egress: Sends
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    monotonic: Callable[[], float]
    random: Callable[[], float]  # between 0 and 1
    cache: Cache | None = None
    renew: Renew | None = None
    pauses: Pauses | None = None
