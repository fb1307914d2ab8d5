"""What was written to contacts, by which step or person, and what was there before."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, GrowingId, Made


class FieldWrite(Base):
    """A value written to a contact: by which step, what it was before, what after."""

    __tablename__ = "contact_field_writes"

    id: Mapped[GrowingId]
    workspace_id: Mapped[str]
    contact_id: Mapped[UUID]
    execution_id: Mapped[UUID | None]
    connector_id: Mapped[UUID | None]
    step_id: Mapped[str | None]
    field: Mapped[str]
    action: Mapped[str]
    before: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    written_by: Mapped[UUID | None]
    at: Mapped[Made]


async def of_contact(
    session: AsyncSession,
    workspace_id: str,
    contact_id: UUID,
    *,
    limit: int,
    after: int | None = None,
) -> Sequence[FieldWrite]:
    """Every write to it, newest first."""
    question = select(FieldWrite).where(
        FieldWrite.workspace_id == workspace_id, FieldWrite.contact_id == contact_id
    )
    if after is not None:
        question = question.where(FieldWrite.id < after)
    return (await session.scalars(question.order_by(FieldWrite.id.desc()).limit(limit + 1))).all()


async def of_execution(
    session: AsyncSession, workspace_id: str, execution_id: UUID
) -> Sequence[FieldWrite]:
    """What it wrote to its contact, in order, and what was taken back of that since."""
    question = select(FieldWrite).where(
        FieldWrite.workspace_id == workspace_id, FieldWrite.execution_id == execution_id
    )
    return (await session.scalars(question.order_by(FieldWrite.id))).all()
