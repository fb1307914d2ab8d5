"""Credentials that somebody only tries: they log in like others, and nothing of it is kept."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from engine.effects.credentials import Credential
from engine.effects.egress import Answer, Call, Egress
from engine.effects.signed_in import SignedIn
from engine.effects.tokens import Held, Looked, Tokens

Renew = Callable[[Credential], Awaitable[Credential | None]]
LogIn = Callable[[Credential], Awaitable[Credential]]


class Sends(Protocol):
    async def send(
        self,
        call: Call,
        credential: Credential | None = None,
        also_guard: Sequence[Credential] = (),
    ) -> Answer: ...


class Passing:
    """The way out for one trial: `tried` (ids) with tokens of their own, all others as ever."""

    def __init__(
        self,
        kept: Sends,
        egress: Egress,
        tried: Collection[str],
        now: Callable[[], datetime],
        renew: Renew | None = None,
        log_in: LogIn | None = None,
    ) -> None:
        self._renew_kept, self._log_in_kept = renew, log_in
        self._kept, self._tried = kept, frozenset(tried)
        self._tokens = Tokens(egress, _Pocket(), now=now)
        self._passing = SignedIn(egress, self._tokens)

    async def send(
        self,
        call: Call,
        credential: Credential | None = None,
        also_guard: Sequence[Credential] = (),
    ) -> Answer:
        guarded = [self._known(one) for one in also_guard]
        tried = credential is not None and credential.id in self._tried
        return await (self._passing if tried else self._kept).send(call, credential, guarded)

    async def renew(self, credential: Credential) -> Credential | None:
        if credential.id in self._tried:
            return await self._tokens.renew(credential)
        return await self._renew_kept(credential) if self._renew_kept else None

    async def log_in(self, credential: Credential) -> Credential:
        if credential.id in self._tried:
            return await self._tokens.ready(credential)
        return await self._log_in_kept(credential) if self._log_in_kept else credential

    def _known(self, credential: Credential) -> Credential:
        return self._tokens.known(credential) if credential.id in self._tried else credential


class _Pocket:
    """A shelf that is gone with the trial."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}

    async def look(self, credential: Credential) -> Looked:
        held = self._held.get(credential.id)
        return Looked(held, held.serial if held else 0)

    async def take(self, credential: Credential, owner: str, lease_s: float) -> Looked:
        held = self._held.get(credential.id)
        return Looked(held, held.serial if held else 0, ours=True)

    async def put(self, credential: Credential, held: Held, after: int) -> bool:
        self._held[credential.id] = held
        return True

    async def give_back(self, credential: Credential, owner: str) -> None:
        return None

    async def note(self, credential: Credential, state: str, message: str | None) -> None:
        return None
