"""Runs that fail alike: how many, since when, and what somebody decided about them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Made


@dataclass(frozen=True, slots=True)
class Alike:
    """What makes failures one group."""

    connector_id: UUID
    step_id: str
    error_code: str


class ErrorGroup(Base):
    """What was decided about a group; one without a row is open."""

    __tablename__ = "error_groups"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    connector_id: Mapped[UUID] = mapped_column(primary_key=True)
    step_id: Mapped[str] = mapped_column(primary_key=True)
    error_code: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    until: Mapped[datetime | None]
    set_at: Mapped[Made]
    set_by: Mapped[UUID | None]


@dataclass(frozen=True, slots=True)
class Found:
    """`activity`: how many in each of the equal parts of the time asked about."""

    alike: Alike
    count: int
    first_at: datetime
    last_at: datetime
    example_id: UUID
    message: str
    state: str  # open, resolved, ignored
    came_back: bool
    until: datetime | None
    activity: tuple[int, ...]


# A resolved group opens again as soon as a run fails after that; an ignored one when its time is
# up.
_FOUND = text("""
with failed as (
    select e.connector_id, coalesce(e.current_step, '') as step_id, e.error_code, e.id,
           e.error_message, e.created_at, coalesce(e.finished_at, e.created_at) as at,
           width_bucket(extract(epoch from e.created_at),
                        extract(epoch from cast(:since as timestamptz)),
                        extract(epoch from cast(:until as timestamptz)) + 1, :parts) as part
      from connector_executions e
     where e.workspace_id = :workspace and e.error_code is not null and e.error_code <> 'cancelled'
       and e.finished_at is not null
       and e.finished_at is not null  -- a run on hold has not failed
       and e.created_at >= :since and e.created_at < :until
       and (cast(:connector as uuid) is null or e.connector_id = :connector)),
parts as (
    select connector_id, step_id, error_code, part, count(*)::int as n
      from failed group by 1, 2, 3, 4),
grouped as (
    select connector_id, step_id, error_code, count(*)::int as n, min(at) as first_at,
           max(at) as last_at, (array_agg(id order by created_at desc))[1] as example_id,
           (array_agg(error_message order by created_at desc))[1] as message
      from failed group by 1, 2, 3)
select g.*, s.state as decided, s.until, s.set_at,
       (select jsonb_object_agg(p.part, p.n) from parts p
         where p.connector_id = g.connector_id and p.step_id = g.step_id
           and p.error_code = g.error_code) as activity
  from grouped g
  left join error_groups s on s.workspace_id = :workspace and s.connector_id = g.connector_id
       and s.step_id = g.step_id and s.error_code = g.error_code
 order by g.last_at desc limit :most
""")


async def found(
    session: AsyncSession,
    workspace_id: str,
    *,
    since: datetime,
    until: datetime,
    connector_id: UUID | None = None,
    parts: int = 24,
    most: int = 500,
) -> list[Found]:
    """Of the runs made in that time, the latest failure first."""
    values = {
        "workspace": workspace_id,
        "since": since,
        "until": until,
        "connector": connector_id,
        "parts": parts,
        "most": most,
    }
    groups = []
    for row in await session.execute(_FOUND, values):
        ignored = row.decided == "ignored" and (row.until is None or row.until > until)
        resolved = row.decided == "resolved" and row.last_at <= row.set_at
        groups.append(
            Found(
                alike=Alike(row.connector_id, row.step_id, row.error_code),
                count=row.n,
                first_at=row.first_at,
                last_at=row.last_at,
                example_id=row.example_id,
                message=row.message or "",
                state="ignored" if ignored else "resolved" if resolved else "open",
                came_back=row.decided is not None and not ignored and not resolved,
                until=row.until if ignored else None,
                activity=tuple(row.activity.get(str(part), 0) for part in range(1, parts + 1)),
            )
        )
    return groups


async def decide(
    session: AsyncSession,
    workspace_id: str,
    user_id: UUID,
    alike: Alike,
    state: str,
    until: datetime | None,
) -> None:
    decided = {"state": state, "until": until, "set_by": user_id, "set_at": func.now()}
    await session.execute(
        insert(ErrorGroup)
        .values(
            workspace_id=workspace_id,
            connector_id=alike.connector_id,
            step_id=alike.step_id,
            error_code=alike.error_code,
            **decided,
        )
        .on_conflict_do_update(
            index_elements=["workspace_id", "connector_id", "step_id", "error_code"], set_=decided
        )
    )


async def reopen(session: AsyncSession, workspace_id: str, alike: Alike) -> None:
    await session.execute(
        delete(ErrorGroup).where(
            ErrorGroup.workspace_id == workspace_id,
            ErrorGroup.connector_id == alike.connector_id,
            ErrorGroup.step_id == alike.step_id,
            ErrorGroup.error_code == alike.error_code,
        )
    )
