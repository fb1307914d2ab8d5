"""Letting people in: invitations and forgotten passwords, by a link that works once."""

import asyncio
import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.services.accounts import SESSION_LIVES, NewSession, digest, neighbourhood, new_token
from app.services.contacts import workspace_of
from app.services.passwords import Passwords, good_enough
from app.services.problems import Conflict, NotAllowed, TooMany
from app.services.roles import must
from db import audit, password_links, users
from db.password_links import Known
from db.refusals import BelongsToOthers, NotPermitted, refusals
from db.session import Actor, Database, Signin
from engine.effects.mail import Letter, Mail
from engine.errors import RunStopped

logger = logging.getLogger(__name__)

ADMINS_LINK: Final = timedelta(days=7)
OWN_LINK: Final = timedelta(hours=1)
SET_PASSWORD: Final = "/set-password"


class Invitations:
    def __init__(self, database: Database, passwords: Passwords, mail: Mail, address: str) -> None:
        """`address`: where people open this console, for links in letters."""
        self._database, self._passwords, self._mail = database, passwords, mail
        self._address = address.rstrip("/")
        self._letters: set[asyncio.Task[None]] = set()

    @property
    def has_mail(self) -> bool:
        return self._mail.trusted is not None

    async def waiting(self, actor: Actor) -> set[UUID]:
        """Members who cannot sign in yet; empty for who may not know."""
        async with self._database.session_for(actor) as session:
            return await password_links.invited(session, workspace_of(actor))

    async def link_for(self, actor: Actor, user_id: UUID, *, by_mail: bool = False) -> str:
        """The path of a link that sets this member's password, once. Told this one time."""
        must(actor, "members.change")
        token = new_token()
        try:
            async with self._database.session_for(actor) as session:
                with refusals():
                    email = await password_links.make(
                        session, workspace_of(actor), user_id, digest(token), ADMINS_LINK
                    )
                audit.note(session, actor, "invitation.made", user_id, after={"email": email})
        except BelongsToOthers as error:
            raise Conflict(
                "This person belongs to other workspaces, too; only they set their password.",
                hint="They can ask for a new one on the sign-in page.",
                code="belongs_to_others",
            ) from error
        except NotPermitted as error:
            raise NotAllowed(
                f"Your role {actor.role} cannot let this person in.",
                hint="Admins manage viewers and editors; owners manage everyone.",
            ) from error
        path = f"{SET_PASSWORD}?token={token}"
        if by_mail:
            words = "You were invited to Connector Console. Set your password here:"
            self._send(
                Letter(
                    (email,),
                    "Your invitation to Connector Console",
                    _text(words, self._address + path),
                )
            )
        return path

    async def forgot(self, email: str, address: str) -> None:
        """Says nothing about whether there is such a person, not even by how long it takes."""
        subjects = [f"forgot:{email.strip().lower()}", f"forgot-from:{neighbourhood(address)}"]
        async with self._database.session_for(Signin()) as session:
            wait = await users.wait_before_sign_in(session, subjects)
            if wait <= timedelta():
                await users.sign_in_failed(session, subjects)
        if wait > timedelta():
            raise TooMany(
                "This was asked for too often.", retry_after=int(wait.total_seconds()) + 1
            )
        if not self.has_mail:
            return
        token = new_token()
        async with self._database.session_for(Signin()) as session:
            found = await password_links.forgot(session, email.strip(), digest(token), OWN_LINK)
        if found:
            words = "Somebody asked for a new password for you. If it was you, set it here:"
            link = f"{self._address}{SET_PASSWORD}?token={token}"
            self._send(Letter((found,), "Your password for Connector Console", _text(words, link)))

    async def behind(self, token: str) -> Known | None:
        async with self._database.session_for(Signin()) as session:
            return await password_links.behind(session, digest(token))

    async def set_password(self, token: str, new: str) -> NewSession:
        """Ends every browser of this person, and starts one here."""
        good_enough(new, "new_password")
        hashed = await self._passwords.hash(new)
        started = new_token()
        async with self._database.session_for(Signin()) as session:
            user_id = await password_links.use(session, digest(token), hashed)
            if user_id is None:
                raise NotAllowed("This link does not work any more.", code="link_over")
            session_id = await users.start_session(session, user_id, digest(started), SESSION_LIVES)
        return NewSession(session_id, started)

    def _send(self, letter: Letter) -> None:
        """Behind the answer: how long a mail server takes would tell who is known here."""

        async def send() -> None:
            try:
                await self._mail.send(letter)
            except RunStopped as problem:
                logger.warning("a letter was not sent: %s (%s)", problem.message, problem.detail)

        task = asyncio.create_task(send(), name="letter")
        self._letters.add(task)
        task.add_done_callback(self._letters.discard)

    async def close(self) -> None:
        await asyncio.gather(*self._letters, return_exceptions=True)


def _text(words: str, link: str) -> str:
    return f"{words}\n\n{link}\n\nThe link works once, and not for long.\n"
