"""Schedules: when a connector starts by itself, on whom, and what fired already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Changed, Flag, Json, JsonWithDefault, Made, NewId


class Schedule(Base):
    __tablename__ = "connector_schedules"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    connector_id: Mapped[UUID]
    cron: Mapped[str]
    time_zone: Mapped[str] = mapped_column(server_default=BY_DATABASE)
    contact_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    filter: Mapped[Json | None]
    input: Mapped[JsonWithDefault]
    enabled: Mapped[Flag]
    reason: Mapped[str | None] = mapped_column(server_default=BY_DATABASE)
    next_fire_at: Mapped[datetime | None]
    last_fire_at: Mapped[datetime | None] = mapped_column(server_default=BY_DATABASE)
    acts_as: Mapped[UUID | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]
    updated_at: Mapped[Changed]


class Fire(Base):
    """One time of one schedule. Its key is what makes it happen once."""

    __tablename__ = "schedule_fires"

    schedule_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    fire_at: Mapped[datetime] = mapped_column(primary_key=True)
    execution_id: Mapped[UUID | None]
    bulk_id: Mapped[UUID | None]
    fired_at: Mapped[Made]


async def newest(
    session: AsyncSession,
    workspace_id: str,
    *,
    connector_id: UUID | None,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[Schedule]:
    question = select(Schedule).where(Schedule.workspace_id == workspace_id)
    if connector_id is not None:
        question = question.where(Schedule.connector_id == connector_id)
    if after is not None:
        question = question.where(tuple_(Schedule.created_at, Schedule.id) < tuple_(*after))
    order = (Schedule.created_at.desc(), Schedule.id.desc())
    return (await session.scalars(question.order_by(*order).limit(limit))).all()


async def find(
    session: AsyncSession, workspace_id: str, schedule_id: UUID, *, to_change: bool = False
) -> Schedule | None:
    question = select(Schedule).where(
        Schedule.workspace_id == workspace_id, Schedule.id == schedule_id
    )
    return await session.scalar(question.with_for_update() if to_change else question)


async def remove(session: AsyncSession, workspace_id: str, schedule_id: UUID) -> bool:
    gone = await session.scalar(
        delete(Schedule)
        .where(Schedule.workspace_id == workspace_id, Schedule.id == schedule_id)
        .returning(Schedule.id)
    )
    return gone is not None


# -- at their time --


@dataclass(frozen=True, slots=True)
class Due:
    id: UUID
    workspace_id: str
    acts_as: UUID | None


async def due(session: AsyncSession) -> list[Due]:
    """As the queue: those whose time has come, of all workspaces."""
    rows = await session.execute(
        select(Schedule.id, Schedule.workspace_id, Schedule.acts_as)
        .where(Schedule.enabled, Schedule.next_fire_at <= func.now())
        .order_by(Schedule.next_fire_at)
        .limit(500)
    )
    return [Due(*row) for row in rows]


async def take(session: AsyncSession, one: Due) -> tuple[Schedule, datetime] | None:
    """The schedule, for this worker alone, and what time it is; None: somebody else has it."""
    rows = await session.execute(
        select(Schedule, func.clock_timestamp())
        .where(
            Schedule.id == one.id,
            Schedule.workspace_id == one.workspace_id,
            Schedule.enabled,
            Schedule.next_fire_at <= func.now(),
        )
        .with_for_update(skip_locked=True)
    )
    found = rows.first()
    return (found[0], found[1]) if found else None


async def begin_fire(session: AsyncSession, schedule: Schedule, fire_at: datetime) -> bool:
    """False: this time has happened."""
    made = await session.scalar(
        insert(Fire)
        .values(schedule_id=schedule.id, workspace_id=schedule.workspace_id, fire_at=fire_at)
        .on_conflict_do_nothing()
        .returning(Fire.schedule_id)
    )
    return made is not None


async def note_fire(
    session: AsyncSession,
    schedule: Schedule,
    fire_at: datetime,
    *,
    execution_id: UUID | None = None,
    bulk_id: UUID | None = None,
) -> None:
    await session.execute(
        text(
            "update schedule_fires set execution_id = :execution, bulk_id = :bulk"
            " where schedule_id = :schedule and fire_at = :fire_at"
        ),
        {
            "execution": execution_id,
            "bulk": bulk_id,
            "schedule": schedule.id,
            "fire_at": fire_at,
        },
    )
