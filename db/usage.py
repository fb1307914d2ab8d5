"""What a workspace used, day by day (UTC): runs by outcome, and calls."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Made


class UsageDay(Base):
    """A day that is over, counted once: its records may be gone later."""

    __tablename__ = "usage_daily"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    runs: Mapped[int]
    outcomes: Mapped[dict[str, int]] = mapped_column(JSONB)
    calls: Mapped[int] = mapped_column(BigInteger)
    counted_at: Mapped[Made]


async def counted(
    session: AsyncSession, workspace_id: str, first: date, last: date
) -> Sequence[UsageDay]:
    question = select(UsageDay).where(
        UsageDay.workspace_id == workspace_id, UsageDay.day.between(first, last)
    )
    return (await session.scalars(question.order_by(UsageDay.day))).all()


# An answer out of the cache was no call; every attempt was one.
_COUNT = text("""
select (e.created_at at time zone 'UTC')::date as day,
       case when e.status = 'cancelled' then 'cancelled' when e.outcome is null then 'unfinished'
            else e.outcome end as outcome,
       count(*)::int as runs, coalesce(sum(c.calls), 0)::bigint as calls
  from connector_executions e
  left join lateral (
       select sum(coalesce((s.entry ->> 'attempts')::int, 1)) as calls
         from jsonb_array_elements(e.steps_executed) s (entry)
        where s.entry ->> 'kind' = 'http' and s.entry ->> 'status' <> 'skipped'
          and not coalesce((s.entry ->> 'cached')::boolean, false)) c on true
 where e.workspace_id = :workspace and e.created_at >= :first and e.created_at < :until
 group by 1, 2
""")


async def count(
    session: AsyncSession, workspace_id: str, first: datetime, until: datetime
) -> list[UsageDay]:
    """From the records, for days in a row; those without runs are left out."""
    values = {"workspace": workspace_id, "first": first, "until": until}
    days: dict[date, UsageDay] = {}
    for row in await session.execute(_COUNT, values):
        day = days.setdefault(
            row.day,
            UsageDay(workspace_id=workspace_id, day=row.day, runs=0, outcomes={}, calls=0),
        )
        day.runs += row.runs
        day.calls += row.calls
        day.outcomes = {**day.outcomes, row.outcome: row.runs}
    return list(days.values())


async def keep(session: AsyncSession, days: Sequence[UsageDay]) -> None:
    """Of two who count the same day one is kept."""
    for day in days:
        await session.execute(
            insert(UsageDay)
            .values(
                workspace_id=day.workspace_id,
                day=day.day,
                runs=day.runs,
                outcomes=day.outcomes,
                calls=day.calls,
            )
            .on_conflict_do_nothing()
        )
