"""What a workspace used, day by day (UTC): runs by outcome, and calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Numeric, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Made


class UsageDay(Base):
    """A day that is over, counted once: its records may be gone later."""

    __tablename__ = "usage_daily"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    runs: Mapped[int]
    outcomes: Mapped[dict[str, int]] = mapped_column(JSONB)
    calls: Mapped[int] = mapped_column(BigInteger)
    cached: Mapped[int] = mapped_column(BigInteger, server_default=BY_DATABASE)
    cost: Mapped[Decimal] = mapped_column(Numeric, server_default=BY_DATABASE)
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
       count(*)::int as runs, coalesce(sum(c.calls), 0)::bigint as calls,
       coalesce(sum(c.cached), 0)::bigint as cached, coalesce(sum(c.cost), 0) as cost
  from connector_executions e
  left join lateral (
       select sum(coalesce((s.entry ->> 'attempts')::int, 1))
                  filter (where called.it and not called.cached) as calls,
              count(*) filter (where called.it and called.cached) as cached,
              sum((s.entry -> 'extracted' ->> 'cost')::numeric)
                  filter (where s.entry ->> 'kind' = 'waterfall'
                            and jsonb_typeof(s.entry -> 'extracted' -> 'cost') = 'number') as cost
         from jsonb_array_elements(e.steps_executed) s (entry),
              lateral (select s.entry ->> 'kind' = 'http'
                              and s.entry ->> 'status' <> 'skipped' as it,
                              coalesce((s.entry ->> 'cached')::boolean, false) as cached) called
       ) c on true
 where e.workspace_id = :workspace and e.created_at >= :first and e.created_at < :until
 group by 1, 2
""")


def nothing(workspace_id: str, day: date) -> UsageDay:
    return UsageDay(
        workspace_id=workspace_id,
        day=day,
        runs=0,
        outcomes={},
        calls=0,
        cached=0,
        cost=Decimal(0),
    )


async def count(
    session: AsyncSession, workspace_id: str, first: datetime, until: datetime
) -> list[UsageDay]:
    """From the records, for days in a row; those without runs are left out."""
    values = {"workspace": workspace_id, "first": first, "until": until}
    days: dict[date, UsageDay] = {}
    for row in await session.execute(_COUNT, values):
        day = days.setdefault(
            row.day,
            nothing(workspace_id, row.day),
        )
        day.runs += row.runs
        day.calls += row.calls
        day.cached += row.cached
        day.cost += row.cost
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
                cached=day.cached,
                cost=day.cost,
            )
            .on_conflict_do_nothing()
        )


@dataclass(frozen=True, slots=True)
class OfWorkspace:
    """What one workspace used in some days, in numbers only."""

    workspace_id: str
    name: str
    members: int
    runs: int
    failed: int
    calls: int
    cached: int
    cost: Decimal
    last_day: date | None


async def of_workspaces(session: AsyncSession, first: date, last: date) -> list[OfWorkspace]:
    """Empty for whoever does not run the service."""
    rows = await session.execute(
        text("select * from app.usage_of_workspaces(:first, :last)"), {"first": first, "last": last}
    )
    return [OfWorkspace(*row) for row in rows]


async def to_count(session: AsyncSession, day: date) -> list[str]:
    """As the engine: workspaces with runs on that day, which nobody has counted yet."""
    asked = text("select app.workspaces_to_count(:day)")
    return list(await session.scalars(asked, {"day": day}))
