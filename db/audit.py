"""Who changed what: written in the transaction of the change, never altered."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from db.actors import Actor
from db.base import Base, GrowingId, Json, Made


class AuditEntry(Base):
    __tablename__ = "audit_log"

    id: Mapped[GrowingId]
    workspace_id: Mapped[str | None]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[str | None]
    before: Mapped[Json | None]
    after: Mapped[Json | None]
    at: Mapped[Made]


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
    session: AsyncSession, workspace_id: str, *, limit: int, after: int | None = None
) -> Sequence[AuditEntry]:
    question = select(AuditEntry).where(AuditEntry.workspace_id == workspace_id)
    if after is not None:
        question = question.where(AuditEntry.id < after)
    return (await session.scalars(question.order_by(AuditEntry.id.desc()).limit(limit + 1))).all()
