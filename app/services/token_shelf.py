"""Where all workers keep the tokens of credentials: in the database, sealed like their secrets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.safe import Safe
from db import credential_tokens
from db.credential_tokens import Found
from db.session import Database, DatabaseAway, Runner
from engine.effects.credentials import Credential
from engine.effects.failures import LoginNotNow
from engine.effects.tokens import Held, Looked

PLACE: Final = "its token"  # no field of a credential can be called so


class TokenShelf:
    """Fills engine.effects.tokens.Shelf. Each question is a short transaction of its own: none
    is open while a service is asked."""

    def __init__(self, database: Database, safe: Safe) -> None:
        self._database, self._safe = database, safe

    async def look(self, credential: Credential) -> Looked:
        async with self._session(credential) as session:
            found = await credential_tokens.look(session, *_place(credential))
        return await self._opened(credential, found)

    async def take(self, credential: Credential, owner: str, lease_s: float) -> Looked:
        async with self._session(credential) as session:
            found = await credential_tokens.take(session, *_place(credential), owner, lease_s)
        return await self._opened(credential, found)

    async def put(self, credential: Credential, held: Held, after: int) -> bool:
        workspace_id, credential_id = _place(credential)
        try:
            sealed = await self._safe.seal_fields(
                workspace_id, credential_id, {PLACE: held.to_text()}
            )
        except DatabaseAway as away:
            raise _out_of_reach(away) from away
        async with self._session(credential) as session:
            stored = await credential_tokens.put(
                session, workspace_id, credential_id, sealed[PLACE], after
            )
            if stored and held.access is not None:
                await credential_tokens.note_works_again(session, workspace_id, credential_id)
        return stored

    async def give_back(self, credential: Credential, owner: str) -> None:
        async with self._session(credential) as session:
            await credential_tokens.give_back(session, *_place(credential), owner)

    async def note(self, credential: Credential, state: str, message: str | None) -> None:
        async with self._session(credential) as session:
            await credential_tokens.note_state(session, *_place(credential), state, message)

    async def _opened(self, credential: Credential, found: Found) -> Looked:
        if found.sealed is None:
            return Looked(None, found.serial, found.ours)
        workspace_id, credential_id = _place(credential)
        try:
            opened = await self._safe.open_fields(
                workspace_id, credential_id, {PLACE: found.sealed}
            )
        except DatabaseAway as away:
            raise _out_of_reach(away) from away
        held = Held.from_text(opened[PLACE].reveal(), found.serial)
        return Looked(held, found.serial, found.ours)

    @asynccontextmanager
    async def _session(self, credential: Credential) -> AsyncIterator[AsyncSession]:
        try:
            async with self._database.session_for(Runner(credential.workspace_id)) as session:
                yield session
        except DatabaseAway as away:
            raise _out_of_reach(away) from away


def _place(credential: Credential) -> tuple[str, UUID]:
    return credential.workspace_id, UUID(credential.id)


def _out_of_reach(away: DatabaseAway) -> LoginNotNow:
    return LoginNotNow("The token of this credential could not be looked up.", away.detail)
