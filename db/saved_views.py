"""Filters of a list under a name; each person has their own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Made, NewId


class SavedView(Base):
    __tablename__ = "saved_views"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    user_id: Mapped[UUID]
    place: Mapped[str]
    name: Mapped[str]
    asked: Mapped[dict[str, str]] = mapped_column(JSONB)
    created_at: Mapped[Made]


async def listed(
    session: AsyncSession, workspace_id: str, user_id: UUID, place: str
) -> Sequence[SavedView]:
    """By name, as people look for them."""
    question = select(SavedView).where(
        SavedView.workspace_id == workspace_id,
        SavedView.user_id == user_id,
        SavedView.place == place,
    )
    return (await session.scalars(question.order_by(func.lower(SavedView.name)))).all()


async def save(
    session: AsyncSession,
    workspace_id: str,
    user_id: UUID,
    place: str,
    name: str,
    asked: dict[str, str],
) -> None:
    """Under a name that is there already it replaces what was."""
    await session.execute(
        insert(SavedView)
        .values(workspace_id=workspace_id, user_id=user_id, place=place, name=name, asked=asked)
        .on_conflict_do_update(
            index_elements=["workspace_id", "user_id", "place", "name"], set_={"asked": asked}
        )
    )


async def remove(session: AsyncSession, workspace_id: str, user_id: UUID, view_id: UUID) -> bool:
    done = await session.execute(
        delete(SavedView)
        .where(
            SavedView.workspace_id == workspace_id,
            SavedView.user_id == user_id,
            SavedView.id == view_id,
        )
        .returning(SavedView.id)
    )
    return done.first() is not None
