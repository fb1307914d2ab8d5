"""Tokens for credentials that need one: shared by all workers, renewed in time, asked for once."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

import orjson

from engine.effects.auth import AuthorizationCodeAuth, TokenAuth
from engine.effects.credentials import Credential
from engine.effects.egress import Call
from engine.effects.failures import LoginNotNow, NeedsReconnect, ServiceDidNotAnswer
from engine.effects.grants import Granted, as_client, ask, granted
from engine.effects.secret import Secret
from engine.errors import RunStopped

logger = logging.getLogger(__name__)

# No secret of a credential can be called so: a space is not allowed in a name.
ACCESS, REFRESH, FORMER = "the token", "the refresh token", "the former token"

LEASE_S = 45.0  # longer than a login service is given to answer
LOOK_AGAIN_S = 0.1  # while another worker asks
MOST_HELD = 2000
AHEAD_S = 60.0
STORE_TRIES = 8


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a credential's token. Printing it shows no secret."""

    of: str  # which entries of the credential it was made with
    refresh_of: str  # and which of them the refresh token came from
    serial: int = 0  # grows with each renewal
    access: Secret | None = None
    refresh: Secret | None = None
    expires_at: datetime | None = None  # None: nobody said
    renew_at: datetime | None = None
    settings: Mapping[str, str] = field(default_factory=dict)  # told along with the token
    withdrawn: bool = False  # the service will not turn this refresh token into anything again

    def good(self, at: datetime) -> bool:
        return self.access is not None and (self.renew_at is None or at < self.renew_at)

    def still_works(self, at: datetime) -> bool:
        return self.access is not None and (self.expires_at is None or at < self.expires_at)

    def to_text(self) -> str:
        kept: dict[str, Any] = {
            "of": self.of, "refresh_of": self.refresh_of, "withdrawn": self.withdrawn,
            "settings": dict(self.settings),
        }  # fmt: skip
        for name in ("access", "refresh"):
            secret: Secret | None = getattr(self, name)
            kept |= {name: secret.reveal() if secret else None}
        for name in ("expires_at", "renew_at"):
            moment: datetime | None = getattr(self, name)
            kept |= {name: moment.isoformat() if moment else None}
        return orjson.dumps(kept).decode()

    @classmethod
    def from_text(cls, text: str, serial: int) -> "Held":
        kept: dict[str, Any] = orjson.loads(text)
        named: dict[str, Any] = {"of": kept["of"], "withdrawn": kept["withdrawn"]}
        named["settings"] = kept.get("settings", {})
        named |= {name: Secret(kept[name]) for name in ("access", "refresh") if kept[name]}
        for name in ("expires_at", "renew_at"):
            named[name] = datetime.fromisoformat(kept[name]) if kept[name] else None
        return cls(serial=serial, refresh_of=kept["refresh_of"], **named)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the shelf holds, and whether it is now up to us to renew it."""

    held: Held | None
    serial: int = 0
    ours: bool = False


class Shelf(Protocol):
    """Where all workers keep tokens, sealed. Raises LoginNotNow while it is out of reach."""

    async def look(self, credential: Credential) -> Looked: ...

    async def take(self, credential: Credential, owner: str, lease_s: float) -> Looked:
        """Look, and be the one who renews, unless somebody else is at it."""
        ...

    async def put(self, credential: Credential, held: Held, after: int) -> bool:
        """False where somebody put a newer one than `after` there."""
        ...

    async def give_back(self, credential: Credential, owner: str) -> None: ...

    async def note(self, credential: Credential, state: str, message: str | None) -> None:
        """Tell people how the credential is: works, failing or reconnect."""
        ...


class LogsIn(Protocol):
    async def log_in(self, call: Call, credential: Credential) -> tuple[int, bytes]: ...


@dataclass(frozen=True, eq=False)
class LoggedIn(Credential):
    """A credential together with its token, ready to be put into a call."""

    plain: Credential | None = None
    serial: int = 0


class Tokens:
    """Belongs to one event loop."""

    def __init__(
        self,
        egress: LogsIn,
        shelf: Shelf,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._egress, self._shelf, self._now, self._sleep = egress, shelf, now, sleep
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._ready: dict[str, LoggedIn] = {}
        self._asking: dict[str, asyncio.Task[Held]] = {}

    async def ready(self, credential: Credential) -> Credential:
        """The same with a token that is good for now; others as they are. Raises what keeps
        a token from being had."""
        if not isinstance(credential.auth, TokenAuth):
            return credential
        held = self._known(credential)
        if held is None or not held.good(self._now()):
            held = await self._renewed(credential, refused=None)
        return self._with_token(credential, held)

    async def renew(self, credential: Credential) -> Credential | None:
        """After a service refused the token of `credential`. None where there is none to renew."""
        if isinstance(credential, LoggedIn) and credential.plain is not None:
            plain, refused = credential.plain, credential.serial
        elif isinstance(credential.auth, TokenAuth):
            held = self._known(credential)
            plain, refused = credential, held.serial if held else 0
        else:
            return None
        held = self._known(plain)
        if held is None or held.serial <= refused:
            await self._renewed(plain, refused)
        return plain

    async def connect(self, credential: Credential, asked: dict[str, str]) -> None:
        """Turn what a person just allowed into tokens; `asked` is the code and what belongs to it.
        They replace whatever there was."""
        auth, began = credential.auth, self._now()
        assert isinstance(auth, AuthorizationCodeAuth)
        call = as_client(auth, credential.secrets, credential.settings, asked)
        status, body = await self._egress.log_in(call, credential)
        got = granted(credential, call.url, status, body, began)
        refresh_of, _ = _refresh_token(credential, None)
        renew_at = _renew_at(got.expires_at, self._now())
        while True:
            looked = await self._shelf.take(credential, str(uuid4()), LEASE_S)
            held = Held(
                credential.digest, refresh_of, looked.serial + 1, got.access, got.refresh,
                got.expires_at, renew_at, got.settings,
            )  # fmt: skip
            if await self._shelf.put(credential, held, looked.serial):
                self._hold(credential, held)
                return
            await self._sleep(LOOK_AGAIN_S)

    def known(self, credential: Credential) -> Credential:
        """With its token if there is one, so that the token is guarded as any other secret."""
        held = self._known(credential) if isinstance(credential.auth, TokenAuth) else None
        return self._with_token(credential, held) if held and held.access else credential

    async def close(self) -> None:
        """A login under way is waited for: what it brings may be the only one that is left."""
        for task in list(self._asking.values()):
            with suppress(RunStopped):
                await task

    def _known(self, credential: Credential) -> Held | None:
        held = self._held.get(credential.id)
        return held if held and held.of == credential.digest else None

    async def _renewed(self, credential: Credential, refused: int | None) -> Held:
        """Runs that need it in the same moment wait for one answer, and a run that is cancelled
        does not cut it off: a refresh token works once."""
        key = f"{credential.id} {credential.digest} {refused}"
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._renew(credential, refused))
            self._asking[key] = task
            task.add_done_callback(lambda done: self._answered(key, done))
        return await asyncio.shield(task)

    def _answered(self, key: str, done: asyncio.Task[Held]) -> None:
        del self._asking[key]
        if not done.cancelled():
            done.exception()  # those who wait were told; nobody may be waiting any more

    async def _renew(self, credential: Credential, refused: int | None) -> Held:
        looked = await self._shelf.look(credential)
        owner = str(uuid4())
        until = self._now() + timedelta(seconds=LEASE_S + 5)
        while True:
            if fresh := self._fresh(credential, looked, refused):
                if looked.ours:
                    await self._shelf.give_back(credential, owner)
                return self._hold(credential, fresh)
            if looked.ours:
                return await self._ask(credential, looked, owner)
            if self._now() > until:
                raise LoginNotNow("Another worker did not come back with a token in time.")
            looked = await self._shelf.take(credential, owner, LEASE_S)
            if not looked.ours and not self._fresh(credential, looked, refused):
                await self._sleep(LOOK_AGAIN_S)

    def _fresh(self, credential: Credential, looked: Looked, refused: int | None) -> Held | None:
        held = looked.held
        if held is None or held.of != credential.digest:
            return None
        if held.withdrawn:
            raise NeedsReconnect(credential.service_name, "withdrawn before")
        if refused is not None and held.serial <= refused:
            return None
        return held if held.good(self._now()) else None

    async def _ask(self, credential: Credential, looked: Looked, owner: str) -> Held:
        before = looked.held if looked.held and looked.held.of == credential.digest else None
        refresh_of, refresh = _refresh_token(credential, looked.held)
        try:
            got = await self._log_in(credential, refresh)
        except NeedsReconnect as gone:
            dead = Held(credential.digest, refresh_of, looked.serial + 1, withdrawn=True)
            await self._shelf.put(credential, dead, looked.serial)
            await self._shelf.note(credential, "reconnect", gone.message)
            raise
        except LoginNotNow:
            await self._shelf.give_back(credential, owner)
            if before and before.still_works(self._now()):
                return self._hold(credential, before)
            raise
        except RunStopped as refusal:
            await self._shelf.give_back(credential, owner)
            await self._shelf.note(credential, "failing", refusal.message)
            raise
        renew_at = _renew_at(got.expires_at, self._now())
        held = Held(
            credential.digest, refresh_of, looked.serial + 1, got.access, got.refresh or refresh,
            got.expires_at, renew_at, {**(before.settings if before else {}), **got.settings},
        )  # fmt: skip
        return self._hold(credential, await self._keep(credential, held, looked.serial))

    async def _log_in(self, credential: Credential, refresh: Secret | None) -> Granted:
        auth, began = credential.auth, self._now()
        assert isinstance(auth, TokenAuth)
        if isinstance(auth, AuthorizationCodeAuth) and refresh is None:
            raise NeedsReconnect(credential.service_name, "no refresh token")
        call = ask(auth, credential.secrets, credential.settings, refresh, began)
        try:
            status, body = await self._egress.log_in(call, credential)
        except ServiceDidNotAnswer as failure:
            raise LoginNotNow(failure.message, failure.detail) from None
        return granted(credential, call.url, status, body, began)

    async def _keep(self, credential: Credential, held: Held, after: int) -> Held:
        """Before anybody uses it. A refresh token that got lost could not be had again."""
        for tries in range(STORE_TRIES):
            try:
                if await self._shelf.put(credential, held, after):
                    return held
                newer = (await self._shelf.look(credential)).held
                return newer if newer and newer.of == held.of and newer.access else held
            except LoginNotNow:
                logger.warning("a token of credential %s waits to be stored", credential.id)
                await self._sleep(min(2**tries / 4, 10))
        logger.error("a token of credential %s could not be stored", credential.id)
        return held

    def _hold(self, credential: Credential, held: Held) -> Held:
        self._held[credential.id] = held
        self._held.move_to_end(credential.id)
        if len(self._held) > MOST_HELD:
            gone, _ = self._held.popitem(last=False)
            self._ready.pop(gone, None)
        return held

    def _with_token(self, plain: Credential, held: Held) -> LoggedIn:
        made = self._ready.get(plain.id)
        if made is None or made.plain is not plain or made.serial != held.serial:
            same = made is not None and made.serial == held.serial
            former = made.secrets.get(FORMER if same else ACCESS) if made else None
            made = self._ready[plain.id] = _logged_in(plain, held, former)
        return made


def _refresh_token(credential: Credential, held: Held | None) -> tuple[str, Secret | None]:
    """The one the service gave last, as long as it grew out of what was entered."""
    entered = credential.secrets.get("refresh_token")
    client = credential.secrets.get("client_id") or credential.settings.get("client_id")
    told = [
        getattr(credential.auth, "token_url", ""),
        entered.reveal() if entered else None,
        client.reveal() if isinstance(client, Secret) else client,
    ]
    made_of = hashlib.sha256(orjson.dumps(told)).hexdigest()
    if held is not None and held.refresh is not None and held.refresh_of == made_of:
        return made_of, held.refresh
    return made_of, entered


def _logged_in(plain: Credential, held: Held, former: Secret | None) -> LoggedIn:
    """The token is one more secret, and the kind becomes the place where it goes."""
    assert isinstance(plain.auth, TokenAuth)
    place = plain.auth.place.model_copy(update={"field": ACCESS})
    more = {ACCESS: held.access, REFRESH: held.refresh, FORMER: former}
    secrets = {**plain.secrets, **{name: value for name, value in more.items() if value}}
    own = {field.name: getattr(plain, field.name) for field in fields(Credential)}
    told = {"auth": place, "secrets": secrets, "settings": {**plain.settings, **held.settings}}
    return LoggedIn(**{**own, **told}, plain=plain, serial=held.serial)


def _renew_at(expires_at: datetime | None, now: datetime) -> datetime | None:
    """A minute before it expires; of a short life, when a tenth of it is left."""
    if expires_at is None:
        return None
    lasts = max((expires_at - now).total_seconds(), 0)
    return expires_at - timedelta(seconds=min(AHEAD_S, lasts / 10))
