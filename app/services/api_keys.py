"""API keys: shown once, kept as a hash, acting as the person who made them."""

import secrets
from datetime import UTC, datetime
from uuid import UUID

from app.services.accounts import KEY_PREFIX, digest
from app.services.contacts import workspace_of
from app.services.listing import Slice, cut
from app.services.problems import NotFound, bad_field
from app.services.roles import must
from db import api_keys, audit
from db.api_keys import ApiKey
from db.session import Actor, Database


class ApiKeys:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(
        self, actor: Actor, *, limit: int = 50, after: tuple[datetime, UUID] | None = None
    ) -> Slice[ApiKey]:
        async with self._database.session_for(actor) as session:
            rows = await api_keys.listed(session, workspace_of(actor), limit=limit, after=after)
        return cut(rows, limit)

    async def add(
        self, actor: Actor, name: str, expires_at: datetime | None = None
    ) -> tuple[ApiKey, str]:
        """The row, and the key itself: nobody can read it again later."""
        must(actor, "api_keys.change")
        name = name.strip()
        if not 1 <= len(name) <= 200:
            raise bad_field("name", "A name takes 1 to 200 characters.")
        key = new_key()
        if expires_at is not None and not _is_reasonable(expires_at):
            raise bad_field("expires_at", "This must be a moment within the next ten years.")
        async with self._database.session_for(actor) as session:
            row = ApiKey(
                workspace_id=workspace_of(actor),
                user_id=actor.user_id,
                name=name,
                key_hash=digest(key),
                last4=key[-4:],
                expires_at=expires_at,
            )
            await api_keys.add(session, row)
            audit.note(
                session,
                actor,
                "api_key.made",
                row.id,
                after={"name": name, "last4": row.last4},
            )
        return row, key

    async def remove(self, actor: Actor, key_id: UUID) -> None:
        must(actor, "api_keys.change")
        async with self._database.session_for(actor) as session:
            gone = await api_keys.remove(session, workspace_of(actor), key_id)
            if gone is None:
                raise NotFound("API key")
            audit.note(
                session,
                actor,
                "api_key.removed",
                key_id,
                before={"name": gone.name, "last4": gone.last4},
            )


def _is_reasonable(moment: datetime) -> bool:
    now = datetime.now(UTC)
    return now.year <= moment.year <= now.year + 10 and moment > now


def new_key() -> str:
    """cc_live_ lets secret scanners know one when they see one."""
    return f"{KEY_PREFIX}{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
