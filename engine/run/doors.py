"""Everything a run does to the world outside goes through one of these."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

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


@dataclass(frozen=True, slots=True)
class Shut:
    """Nobody with this credential calls this host for a while. `asked`: the service wants it so;
    `broken`: it does not answer properly; `quota`: there is nothing left to call with. Where the
    last two have no time left, one call may try; the others wait for what becomes of it."""

    left_s: float
    why: Literal["asked", "broken", "quota"] = "asked"


class Pauses(Protocol):
    """Shared by all runs of all workers. A `host` may be one kind of call there."""

    @property
    def any(self) -> bool:
        """Whether anything is shut for anybody: mostly there is nothing to ask for."""
        ...

    @property
    def troubled(self) -> bool:
        """Whether any call failed lately, so that `went_well` is news."""
        ...

    def shut(self, credential: Credential, host: str) -> Shut | None: ...

    async def ask_for(self, credential: Credential, host: str, seconds: float) -> None: ...

    async def take_trial(self, credential: Credential, host: str) -> bool: ...

    async def went_well(self, credential: Credential, host: str) -> None: ...

    async def went_badly(self, credential: Credential, host: str) -> None: ...

    async def used_up(self, credential: Credential, host: str, asked_s: float | None) -> float:
        """How long nobody calls; at least as long as the service asks."""
        ...


class Paces(Protocol):
    """One token bucket for each credential and host, shared by all workers."""

    async def turn(
        self, workspace_id: str, credential_id: str, host: str, every_s: float
    ) -> tuple[float, bool]:
        """In how many seconds, and whether that is our turn: if not, ask again then."""
        ...


# Renews a login after the service refused it; None where this kind cannot be renewed. It is given
# the credential as the refused call used it.
Renew = Callable[[Credential], Awaitable[Credential | None]]

# A credential with its token, and with what the service told along with that. Others as they are.
LogIn = Callable[[Credential], Awaitable[Credential]]


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
    paces: Paces | None = None
    log_in: LogIn | None = None
