"""Who changed what: written in the transaction of the change, never altered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.actors import Actor
from db.base import Base, GrowingId, Json, Made

NAMES: Final = ("name", "service_name", "email")


class AuditEntry(Base):
    __tablename__ = "audit_log"

    id: Mapped[GrowingId]
    workspace_id: Mapped[str | None]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[str | None]
    before: Mapped[Json | None] = mapped_column(JSONB)
    after: Mapped[Json | None] = mapped_column(JSONB)
    at: Mapped[Made]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which entries; what is None narrows nothing. `target`: an id, or a part of a name."""

    actor_id: UUID | None = None
    object_type: str | None = None
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def note(
    session: AsyncSession,
    actor: Actor,
    action: str,
    object_id: object = None,
    *,
    workspace_id: str | None = None,
    before: Json | None = None,
    after: Json | None = None,
) -> None:
    """Written with the change, or not at all. Never give it a secret."""
    session.add(
        AuditEntry(
            workspace_id=workspace_id or actor.workspace_id,
            actor_id=actor.user_id,
            action=action,
            object_type=action.partition(".")[0],
            object_id=None if object_id is None else str(object_id),
            before=before,
            after=after,
        )
    )


async def listed(
    session: AsyncSession,
    workspace_id: str | None,
    *,
    limit: int,
    after: int | None = None,
    narrowed: Narrowed | None = None,
) -> Sequence[AuditEntry]:
    """Without a workspace: what is about the service itself."""
    which, wanted = narrowed or Narrowed(), AuditEntry
    question = select(wanted).where(
        wanted.workspace_id == workspace_id if workspace_id else wanted.workspace_id.is_(None)
    )
    if after is not None:
        question = question.where(wanted.id < after)
    if which.actor_id:
        question = question.where(wanted.actor_id == which.actor_id)
    if which.object_type:
        question = question.where(wanted.object_type == _words(which.object_type))
    if which.since:
        question = question.where(wanted.at >= which.since)
    if which.until:
        question = question.where(wanted.at < which.until)
    if target := _words(which.target or ""):
        named = [
            told[name].astext.icontains(target, autoescape=True)
            for told in (wanted.before, wanted.after)
            for name in NAMES
        ]
        question = question.where(or_(wanted.object_id == target, *named))
    return (await session.scalars(question.order_by(wanted.id.desc()).limit(limit + 1))).all()


def _words(typed: str) -> str:
    """Without what Postgres does not take as text."""
    return "".join(letter for letter in typed if letter.isprintable())
