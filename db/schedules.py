"""Schedules: when a connector starts by itself, on whom, and what fired already."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Json, Made
from db.starters import Due, Starter


class Schedule(Starter, Base):
    __tablename__ = "connector_schedules"

    cron: Mapped[str]
    time_zone: Mapped[str] = mapped_column(server_default=BY_DATABASE)
    contact_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    filter: Mapped[Json | None]
    next_fire_at: Mapped[datetime | None]
    last_fire_at: Mapped[datetime | None] = mapped_column(server_default=BY_DATABASE)


class Fire(Base):
    """One time of one schedule. Its key is what makes it happen once."""

    __tablename__ = "schedule_fires"

    schedule_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    fire_at: Mapped[datetime] = mapped_column(primary_key=True)
    execution_id: Mapped[UUID | None]
    bulk_id: Mapped[UUID | None]
    fired_at: Mapped[Made]


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
