"""What somebody wished for many runs at once: whose turn is next, and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Flag, JsonWithDefault, Made, NewId


class RunWish(Base):
    __tablename__ = "run_wishes"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    wish: Mapped[str]
    from_step: Mapped[str]
    version: Mapped[str]
    run_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), deferred=True)  # up to thousands
    total: Mapped[int]
    behind: Mapped[Count]
    done: Mapped[Count]
    refused: Mapped[JsonWithDefault]
    stopped: Mapped[Flag]
    acts_as: Mapped[UUID]
    created_at: Mapped[Made]
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Open:
    id: UUID
    workspace_id: str


async def add(session: AsyncSession, ids: Sequence[UUID], **values: object) -> RunWish:
    made = insert(RunWish).values(run_ids=list(ids), total=len(ids), **values).returning(RunWish)
    return (await session.scalars(made)).one()


async def find(session: AsyncSession, workspace_id: str, wish_id: UUID) -> RunWish | None:
    return await session.scalar(
        select(RunWish).where(RunWish.workspace_id == workspace_id, RunWish.id == wish_id)
    )


async def unfinished(session: AsyncSession, workspace_id: str) -> Sequence[RunWish]:
    question = select(RunWish).where(
        RunWish.workspace_id == workspace_id, RunWish.finished_at.is_(None)
    )
    return (await session.scalars(question.order_by(RunWish.created_at))).all()


async def stop(session: AsyncSession, workspace_id: str, wish_id: UUID) -> None:
    await session.execute(
        update(RunWish)
        .where(RunWish.workspace_id == workspace_id, RunWish.id == wish_id)
        .values(stopped=True)
    )


# -- at work --


async def open_ones(session: AsyncSession) -> list[Open]:
    """As the queue: those that somebody has to look after now."""
    question = select(RunWish.id, RunWish.workspace_id).where(RunWish.finished_at.is_(None))
    rows = await session.execute(question.order_by(RunWish.created_at).limit(200))
    return [Open(*row) for row in rows]


async def take(session: AsyncSession, one: Open, count: int) -> tuple[RunWish, list[UUID]] | None:
    """As a run: the wish and the next in turn, for this worker alone until the transaction ends."""
    row = await session.scalar(
        select(RunWish)
        .where(
            RunWish.id == one.id,
            RunWish.workspace_id == one.workspace_id,
            RunWish.finished_at.is_(None),
        )
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    some = RunWish.run_ids[row.behind + 1 : row.behind + count]
    return row, list(await session.scalar(select(some).where(RunWish.id == one.id)) or [])
