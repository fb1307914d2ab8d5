"""The one way out: every call a connector makes is checked, sent and read here."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from engine.effects.auth import SecretUrlAuth, SignedAuth
from engine.effects.bodies import BodyTooLarge, BodyUnreadable, decoded
from engine.effects.connection import Broken, Connection, Raw, Trouble
from engine.effects.credentials import Credential
from engine.effects.dialing import Dialer, PortOf, Resolve, default_tls
from engine.effects.failures import (
    AnswerTooLarge,
    BadCall,
    CredentialNeedsHttps,
    CredentialNotForHost,
    ServiceDidNotAnswer,
    TooManyRedirects,
)
from engine.effects.names import SystemNames
from engine.effects.placing import place, secret_address
from engine.effects.policy import Policy
from engine.effects.pool import Pool
from engine.effects.redact import Redactors
from engine.effects.secret import MASK
from engine.effects.urls import LONGEST, Key, Origin, Target, follow, parse
from engine.effects.wire import Headers, Wire, check
from engine.record import record

MOST_REDIRECTS = 3
STALL_S = 30.0  # between two bytes of one answer
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_QUOTED_MASK = quote(MASK)
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})


@record
class Call:
    """One request as a step rendered it, without any secret."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    timeout_s: float = 30.0
    follow: bool = True


@record
class Sent:
    """The request as it may be shown: every secret is masked."""

    method: str
    url: str
    headers: Headers
    body: str


@record
class Answer:
    """What came back, without the secrets of the run, however the service spelled them."""

    status: int
    headers: Headers  # names in lower case
    body: bytes
    size: int
    ms: float
    url: str  # where it came from, after redirects
    sent: Sent
    truncated: bool = False
    used: Credential | None = None  # what it was asked with, if a token had to be got first


class Egress:
    """Belongs to one event loop. `resolve`, `tls`, `now` and `port_of` are doors for tests: a
    provider is played at a free port, whatever port its address names."""

    def __init__(
        self,
        policy: Policy,
        *,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        stall_s: float = STALL_S,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        port_of: PortOf | None = None,
    ) -> None:
        self.policy = policy
        self._now = now
        self._system_names = None if resolve else SystemNames()
        names = resolve or self._system_names or SystemNames()
        self._dialer = Dialer(policy, names, tls or default_tls(), stall_s, port_of)
        self._pool = Pool()

    async def send(
        self,
        call: Call,
        credential: Credential | None = None,
        also_guard: Sequence[Credential] = (),
    ) -> Answer:
        """`also_guard`: the other credentials of the run, whose secrets must not travel along."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        check(call.method, call.headers, call.body)
        guarded = _guarded(credential, also_guard)
        redactors = Redactors([each.redactor for each in guarded])
        wire = Wire(call.method, _target(call, credential), list(call.headers), call.body)
        asked = call.url
        sent: Sent | None = None
        for _ in range(MOST_REDIRECTS + 1):
            origin = wire.target.origin
            trusted = self.policy.admit(origin)
            if credential is not None:
                _check_host(credential, origin, trusted)
            _guard(guarded, wire, asked)
            ready = self._with_secret(wire, credential)
            if credential is not None and isinstance(credential.auth, SignedAuth):
                redactors = redactors.first(ready.header("authorization") or "")
            first = sent is None
            sent = sent or _sent(self._to_show(wire, credential, ready), redactors)
            raw = await self._exchange(ready, started + call.timeout_s, call.timeout_s)
            location = _location(call, raw)
            if location is None:
                shown = self._to_show(wire, credential, ready)
                url = sent.url if first else redactors.url(_spelled(shown.target))
                ms = (loop.time() - started) * 1000
                return _read(raw, origin.host, url, sent, redactors, ms)
            target = follow(wire.target, location)
            if target.origin != origin:
                credential = None
                wire.without_custom_headers()
            wire.target, asked = target, location
        raise TooManyRedirects(wire.target.origin.host)

    async def log_in(self, call: Call, credential: Credential) -> tuple[int, bytes]:
        """Ask for a token. The call holds secrets already, and the answer is left as it came,
        since the next secret is in it: for the module that keeps tokens, and nobody else."""
        deadline = asyncio.get_running_loop().time() + call.timeout_s
        check(call.method, call.headers, call.body)
        wire = Wire(call.method, parse(call.url), list(call.headers), call.body)
        origin = wire.target.origin
        _check_host(credential, origin, self.policy.admit(origin))
        raw = await self._exchange(wire, deadline, call.timeout_s)
        return raw.status, _unpacked(raw, origin.host)

    async def close(self) -> None:
        self._pool.close()
        await self._dialer.close()
        if self._system_names is not None:
            self._system_names.close()

    def _with_secret(self, wire: Wire, credential: Credential | None) -> Wire:
        ready = Wire(wire.method, wire.target, wire.headers, wire.body)
        if credential is not None:
            secrets, settings = credential.secrets, credential.settings
            place(ready, credential.auth, secrets, settings, self._now())
        return ready

    def _to_show(self, wire: Wire, credential: Credential | None, ready: Wire) -> Wire:
        """A secret too short to be looked for is hidden where we put it ourselves."""
        if credential is None or isinstance(credential.auth, SignedAuth):
            return ready
        hidden = credential.hidden
        return self._with_secret(wire, hidden) if hidden else ready

    async def _exchange(self, wire: Wire, deadline: float, seconds: float) -> Raw:
        """On a waiting connection if there is one; again on a new one if that proves dead."""
        origin = wire.target.origin
        key = origin.key
        repeatable = wire.method in _REPEATABLE
        request = wire.bytes()
        arrived = False
        connection = self._pool.take(key, repeatable=repeatable)
        if connection is not None:
            try:
                return await self._ask(connection, key, wire.method, request, deadline)
            except Broken as broken:
                if broken.begun or broken.trouble is not Trouble.LOST or not repeatable:
                    raise _failure(origin.host, broken, seconds) from None
                arrived = True
        try:
            connection = await self._dialer.dial(origin, deadline)
        except ServiceDidNotAnswer as failure:
            failure.may_have_arrived = arrived
            raise
        try:
            return await self._ask(connection, key, wire.method, request, deadline)
        except Broken as broken:
            raise _failure(origin.host, broken, seconds) from None

    async def _ask(
        self,
        connection: Connection,
        key: Key,
        method: str,
        request: bytes,
        deadline: float,
    ) -> Raw:
        try:
            raw = await connection.ask(request, headless=method == "HEAD", deadline=deadline)
        except BaseException:
            connection.close()  # also when the run is cancelled: the answer may still come
            raise
        self._pool.park(key, connection)
        return raw


def _target(call: Call, credential: Credential | None) -> Target:
    if len(call.url) > LONGEST:
        said = f"The address is {len(call.url):,} characters long; {LONGEST:,} can be sent."
        raise BadCall(said, hint="Send long values in the body instead.")
    if credential is not None and isinstance(credential.auth, SecretUrlAuth):
        return secret_address(credential.auth, credential.secrets, call.url)
    return parse(call.url)


def _check_host(credential: Credential, origin: Origin, trusted: bool) -> None:
    if credential.auth.type == "none":
        return
    if not credential.hosts.allow(origin):
        raise CredentialNotForHost(credential.service_name, origin.host, "not in its list")
    if origin.scheme != "https" and not trusted:
        raise CredentialNeedsHttps(credential.service_name, origin.host)


def _guarded(
    credential: Credential | None, also_guard: Sequence[Credential]
) -> Sequence[Credential]:
    if credential is None or credential in also_guard:
        return also_guard
    return (credential, *also_guard)


def _guard(guarded: Sequence[Credential], wire: Wire, asked: str) -> None:
    """A service may hand a secret back, and a later step must not carry it elsewhere."""
    text: bytes | None = None
    for credential in guarded:
        if credential.hosts.allow(wire.target.origin):
            continue
        if text is None:
            values = "\n".join(value for _, value in wire.headers)
            text = f"{asked}\n{values}\n".encode("utf-8", "replace") + wire.body
        if credential.redactor.sees(text):
            host = wire.target.origin.host
            raise CredentialNotForHost(credential.service_name, host, "its secret was in the call")


def _location(call: Call, raw: Raw) -> str | None:
    if raw.status not in _REDIRECTS or not call.follow or call.method not in ("GET", "HEAD"):
        return None
    written = raw.header("location")
    try:
        return written.decode() or None
    except UnicodeDecodeError:
        return quote(written, safe=bytes(range(128)))


def _sent(wire: Wire, redactors: Redactors) -> Sent:
    url, headers, body = redactors.request(_spelled(wire.target), wire.headers, wire.body)
    text = body.decode("utf-8", "replace").replace(_QUOTED_MASK, MASK)
    return Sent(wire.method, url, headers, text)


def _spelled(target: Target) -> str:
    return str(target).replace(_QUOTED_MASK, MASK)


def _read(raw: Raw, host: str, url: str, sent: Sent, redactors: Redactors, ms: float) -> Answer:
    whole = _unpacked(raw, host)
    headers, body = redactors.answer(raw.headers, whole)
    return Answer(raw.status, headers, body, len(whole), ms, url, sent)


def _unpacked(raw: Raw, host: str) -> bytes:
    try:
        return decoded(raw)
    except BodyTooLarge as error:
        raise AnswerTooLarge(host, str(error)) from None
    except BodyUnreadable as error:
        raise _unreadable(host, str(error)) from None


def _failure(host: str, broken: Broken, seconds: float) -> ServiceDidNotAnswer | AnswerTooLarge:
    """Once a byte of the request may have left, nobody can know whether it arrived."""
    if broken.trouble is Trouble.TOO_LARGE:
        return AnswerTooLarge(host, broken.detail)
    if broken.trouble is Trouble.UNREADABLE:
        return _unreadable(host, broken.detail)
    if broken.trouble is Trouble.LOST:
        message = f"{host} ended the connection before its answer was complete."
    elif broken.trouble is Trouble.STALLED:
        message = f"{host} stopped in the middle of its answer."
    else:
        message = f"{host} did not answer within {seconds:g} seconds."
    return ServiceDidNotAnswer(
        message,
        timed_out=broken.trouble is not Trouble.LOST,
        may_have_arrived=True,
        detail=broken.detail,
    )


def _unreadable(host: str, detail: str) -> ServiceDidNotAnswer:
    return ServiceDidNotAnswer(
        f"{host} sent an answer that cannot be read.",
        may_have_arrived=True,
        answered=True,
        hint="It may not be a web service, or it may be broken at the moment.",
        detail=detail,
    )
