"""Who is asking: a session cookie, an API key or a Supabase token in, an actor out."""

import time
from dataclasses import dataclass, field
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from app.services.accounts import Accounts
from app.services.problems import NotSignedIn
from db.session import Actor
from db.users import SignedIn

HINT: Final = (
    "Send the header Authorization: Bearer KEY. Admins make keys under Settings → API keys."
)
# A role that was taken away, or a session ended by another process, counts after this time.
BELIEVED_S: Final = 2.0
MOST_BELIEVED: Final = 10_000
TOUCHED_EVERY_S: Final = 60.0
COOKIE: Final = "console_session"


async def sign_in_to_api(request: Request) -> Actor:
    """The API takes keys and tokens only; cookies mean nothing to it, so nobody can lend theirs."""
    known: Actor | None = getattr(request.state, "actor", None)
    if known is not None:
        return known
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise NotSignedIn("This needs an API key.", hint=HINT, code="no_key")
    accounts: Accounts = request.app.state.accounts
    actor = await accounts.caller(key.strip(), request.headers.get("x-workspace-id"))
    if actor is None:
        raise NotSignedIn("This API key is not valid, or not any more.", hint=HINT, code="bad_key")
    request.state.actor = actor
    return actor


ApiActor = Annotated[Actor, Depends(sign_in_to_api)]


class Browsers:
    """The browsers that are signed in, each looked up again every two seconds at most."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._believed: dict[str, tuple[float, SignedIn | None]] = {}
        self._touched: dict[UUID, float] = {}
        accounts.on_sign_out.append(self._forget)

    async def find(self, token: str) -> SignedIn | None:
        now = time.monotonic()
        before = self._believed.get(token)
        if before is not None and now - before[0] < BELIEVED_S:
            return before[1]
        found = await self._accounts.signed_in(token)
        if len(self._believed) >= MOST_BELIEVED:
            self._believed.clear()
        self._believed[token] = (now, found)
        if found is not None and now - self._touched.get(found.session_id, 0) > TOUCHED_EVERY_S:
            if len(self._touched) >= MOST_BELIEVED:
                self._touched.clear()
            self._touched[found.session_id] = now
            await self._accounts.seen(found)
        return found

    async def of(self, connection: HTTPConnection) -> "Browser | None":
        token = connection.cookies.get(cookie_name(connection))
        found = await self.find(token) if token else None
        return Browser(found, token, self) if found and token else None

    def _forget(self, session_id: UUID) -> None:
        self._believed = {
            token: (at, found)
            for token, (at, found) in self._believed.items()
            if found is None or found.session_id != session_id
        }


@dataclass(frozen=True, slots=True)
class Browser:
    """The signed-in browser that opened a page; everything done there asks `current` first."""

    signed_in: SignedIn
    _token: str = field(repr=False)
    _browsers: Browsers = field(repr=False)

    @property
    def session_id(self) -> UUID:
        return self.signed_in.session_id

    @property
    def user_id(self) -> UUID:
        return self.signed_in.user_id

    @property
    def email(self) -> str | None:
        return self.signed_in.email

    async def current(self) -> Actor | None:
        """Who acts now; None: signed out since."""
        now = await self._browsers.find(self._token)
        return Actor(now.user_id, now.workspace_id, now.role) if now else None


def browser_of(request: HTTPConnection) -> Browser:
    """The browser that the guard let through to this page."""
    browser = getattr(request.state, "browser", None)
    if not isinstance(browser, Browser):
        raise NotSignedIn("You are signed out.", hint="Sign in again.")
    return browser


def cookie_name(connection: HTTPConnection) -> str:
    """The prefix makes browsers refuse a cookie that another host or plain http has set."""
    return f"__Host-{COOKIE}" if is_secure(connection) else COOKIE


def is_secure(connection: HTTPConnection) -> bool:
    return connection.url.scheme in ("https", "wss")
