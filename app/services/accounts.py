"""Signing in and out: passwords, browsers that are signed in, and the programs' keys."""

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final
from uuid import UUID

from app.services.passwords import Passwords, good_enough
from app.services.problems import NotAllowed, NotSignedIn, TooMany, bad_field
from app.services.tokens import UserTokens
from db import api_keys, users
from db.session import Actor, Database, Signin
from db.users import SignedIn

SESSION_LIVES: Final = timedelta(days=14)
KEY_PREFIX: Final = "cc_live_"
TOUCHED_EVERY_S: Final = 60.0
MOST_TOUCHED: Final = 10_000

SignedOut = Callable[[UUID], None]


@dataclass(frozen=True, slots=True)
class NewSession:
    """The token goes into the cookie and is kept nowhere else."""

    id: UUID
    token: str


class Accounts:
    def __init__(
        self, database: Database, passwords: Passwords, tokens: UserTokens | None = None
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._tokens = tokens
        self._touched: dict[UUID, float] = {}
        self.on_sign_out: list[SignedOut] = []  # open pages of that session are told to close
        self.on_first_password_gone: list[Callable[[], None]] = []  # the printed one is history

    async def sign_in(self, email: str, password: str, address: str) -> NewSession:
        """One answer for a wrong password and an unknown e-mail, after the same time."""
        email = email.strip().lower()
        if not email.isprintable() or len(email) > 255:
            raise _wrong()
        subjects = [f"email:{email}", f"address:{neighbourhood(address)}/{corner(email)}"]
        async with self._database.session_for(Signin()) as session:
            wait = await users.wait_before_sign_in(session, subjects)
            known = await users.password_for(session, email)
        if wait > timedelta():
            raise TooMany(
                "Signing in failed too often.",
                hint=f"Try again in {ceil(wait.total_seconds())} seconds.",
                retry_after=max(1, ceil(wait.total_seconds())),
            )
        fits = await self._passwords.fits(known.hash if known else None, password)
        if known is None or not fits:
            async with self._database.session_for(Signin()) as session:
                await users.sign_in_failed(session, subjects)
            raise _wrong()
        token = new_token()
        async with self._database.session_for(Signin()) as session:
            # Only the e-mail's failures are forgiven: an own account must not clear the address.
            await users.sign_in_succeeded(session, subjects[:1])
            started = await users.start_session(
                session, known.user_id, digest(token), SESSION_LIVES
            )
        return NewSession(started, token)

    async def signed_in(self, token: str) -> SignedIn | None:
        async with self._database.session_for(Signin()) as session:
            return await users.signed_in(session, digest(token))

    async def seen(self, signed_in: SignedIn) -> None:
        async with self._database.session_for(Signin()) as session:
            await users.touch_session(session, signed_in.session_id)

    async def sign_out(self, session_id: UUID) -> None:
        async with self._database.session_for(Signin()) as session:
            await users.end_session(session, session_id)
        self._tell(session_id)

    async def switch(self, signed_in: SignedIn, workspace_id: str) -> NewSession:
        """A new session in the other workspace: what is open for the old one goes no further."""
        token = new_token()
        async with self._database.session_for(Signin()) as session:
            known = await users.known(session, signed_in.user_id, workspace_id)
            if not any(found == workspace_id for found, _ in known):
                raise NotAllowed("You are not a member of this workspace.")
            started = await users.start_session(
                session, signed_in.user_id, digest(token), SESSION_LIVES, workspace_id
            )
            await users.end_session(session, signed_in.session_id)
        self._tell(signed_in.session_id)
        return NewSession(started, token)

    async def change_password(self, signed_in: SignedIn, old: str, new: str) -> NewSession:
        """Signs every browser of this person out; this one gets a new session."""
        good_enough(new, "new_password")
        async with self._database.session_for(Signin()) as session:
            known = await users.password_of(session, signed_in.user_id)
        if not await self._passwords.fits(known.hash if known else None, old):
            raise bad_field("old_password", "This is not your password.")
        hashed = await self._passwords.hash(new)
        token = new_token()
        async with self._database.session_for(Signin()) as session:
            await users.change_password(session, signed_in.user_id, hashed)
            await users.end_sessions(session, signed_in.user_id)
            started = await users.start_session(
                session, signed_in.user_id, digest(token), SESSION_LIVES, signed_in.workspace_id
            )
        self._tell(signed_in.session_id)
        if known is not None and known.initial:
            for told in self.on_first_password_gone:
                told()
        return NewSession(started, token)

    async def caller(self, key: str, workspace_id: str | None = None) -> Actor | None:
        """Whom an API key or a user token stands for."""
        if key.startswith(KEY_PREFIX):
            return await self._caller_with_key(key)
        if self._tokens is None:
            return None
        user_id = await self._tokens.user_of(key)
        return await self._user_in(user_id, workspace_id) if user_id else None

    async def _caller_with_key(self, key: str) -> Actor | None:
        # The hash of 256 random bits is looked up: there is nothing to compare byte by byte.
        async with self._database.session_for(Signin()) as session:
            found = await api_keys.caller_with(session, digest(key))
            if found is None:
                return None
            if self._is_due(found.key_id):
                await api_keys.touch(session, found.key_id)
        return Actor(found.user_id, found.workspace_id, found.role)

    async def _user_in(self, user_id: UUID, workspace_id: str | None) -> Actor | None:
        """The workspace asked for, or the only one; which it is, membership decides."""
        async with self._database.session_for(Signin()) as session:
            known = await users.known(session, user_id, workspace_id)
        places = [(place, role) for place, role in known if place is not None]
        if not known or (workspace_id is not None and not places):
            return None
        if len(places) != 1:
            return Actor(user_id)
        return Actor(user_id, *places[0])

    def _is_due(self, key_id: UUID) -> bool:
        """Once a minute is enough to say when a key was last used."""
        now = time.monotonic()
        if now - self._touched.get(key_id, -TOUCHED_EVERY_S) < TOUCHED_EVERY_S:
            return False
        if len(self._touched) >= MOST_TOUCHED:
            self._touched.clear()
        self._touched[key_id] = now
        return True

    def _tell(self, session_id: UUID) -> None:
        for told in self.on_sign_out:
            told(session_id)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """How tokens and keys of 256 random bits are kept: guessing them is hopeless already."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def corner(email: str) -> str:
    """One of sixteen. Behind one address may be a whole office, and a few who mistype there must
    not keep out everybody else; who tries many e-mails from one address is slowed down in each."""
    return hashlib.sha256(email.encode(errors="replace")).hexdigest()[0]


def neighbourhood(address: str) -> str:
    """One subject for everybody behind one line: an IPv4 address, or an IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _wrong() -> NotSignedIn:
    return NotSignedIn(
        "E-mail or password is not right.", hint="Check both and try again.", code="wrong_password"
    )
