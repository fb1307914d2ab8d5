"""Keys by which programs act as a user in one workspace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Made, NewId, NotYet


class ApiKey(Base):
    __tablename__ = "api_keys"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    user_id: Mapped[UUID]
    name: Mapped[str]
    # People may write it and never read it back: the database refuses.
    key_hash: Mapped[bytes] = mapped_column(deferred=True)
    last4: Mapped[str]
    created_at: Mapped[Made]
    last_used_at: Mapped[NotYet]
    expires_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Caller:
    key_id: UUID
    user_id: UUID
    workspace_id: str
    role: str


async def caller_with(session: AsyncSession, key_hash: bytes) -> Caller | None:
    row = (
        await session.execute(text("select * from app.find_api_key(:hash)"), {"hash": key_hash})
    ).one_or_none()
    return Caller(*row) if row else None


async def touch(session: AsyncSession, key_id: UUID) -> None:
    await session.execute(text("select app.touch_api_key(:id)"), {"id": key_id})


async def listed(
    session: AsyncSession,
    workspace_id: str,
    *,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
) -> Sequence[ApiKey]:
    question = select(ApiKey).where(ApiKey.workspace_id == workspace_id)
    if after:
        question = question.where(tuple_(ApiKey.created_at, ApiKey.id) < after)
    newest = question.order_by(ApiKey.created_at.desc(), ApiKey.id.desc())
    return (await session.scalars(newest.limit(limit + 1))).all()


async def add(session: AsyncSession, key: ApiKey) -> ApiKey:
    session.add(key)
    await session.flush()
    return key


async def remove(session: AsyncSession, workspace_id: str, key_id: UUID) -> ApiKey | None:
    question = select(ApiKey).where(ApiKey.workspace_id == workspace_id, ApiKey.id == key_id)
    key = await session.scalar(question)
    if key is not None:
        await session.execute(delete(ApiKey).where(ApiKey.id == key_id))
    return key
