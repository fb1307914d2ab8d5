"""Runs as numbers: how many ended how and when, which steps are slow, what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.connectors import Connector


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which time and connector; `bucket_s`: seconds that one bar stands for."""

    since: datetime
    until: datetime
    bucket_s: int
    connector_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Slow:
    connector_id: UUID
    step_id: str
    name: str
    times: int
    usual_ms: float
    slow_ms: float  # one of twenty takes longer


async def names_of_connectors(session: AsyncSession, workspace_id: str) -> dict[UUID, str]:
    rows = await session.execute(
        select(Connector.id, Connector.name).where(Connector.workspace_id == workspace_id)
    )
    return {row.id: row.name for row in rows}


_WHICH = """
 where e.workspace_id = :workspace and e.created_at >= :since and e.created_at < :until
   and (cast(:connector as uuid) is null or e.connector_id = :connector)
"""
_BUCKET = "date_bin(make_interval(secs => :bucket), e.created_at, cast(:since as timestamptz))"

_BY_TIME = text(f"""
select {_BUCKET} as at,
       case when e.status = 'cancelled' then 'cancelled'
            when e.outcome is null then 'live' else e.outcome end as how,
       count(*)::int as n
  from connector_executions e {_WHICH} group by 1, 2 order by 1
""")

# Entries are large, so only those of the newest runs are looked at.
_NEWEST = f"""
with newest as materialized (
    select e.connector_id, {_BUCKET} as at, e.steps_executed
      from connector_executions e {_WHICH} and e.finished_at is not null
     order by e.created_at desc, e.id desc limit :most),
steps as (
    select n.connector_id, n.at, s.one
      from newest n, jsonb_array_elements(n.steps_executed) s (one))
"""
_SLOWEST = text(f"""
{_NEWEST}
select connector_id, one ->> 'id' as step_id, max(one ->> 'name') as name, count(*)::int as times,
       percentile_cont(0.5) within group (order by (one ->> 'duration_ms')::float) as usual_ms,
       percentile_cont(0.95) within group (order by (one ->> 'duration_ms')::float) as slow_ms
  from steps
 where one ->> 'status' <> 'skipped' and not coalesce((one ->> 'cached')::boolean, false)
   and one ->> 'kind' = 'http'
 group by 1, 2 order by slow_ms desc nulls last limit :rows
""")
_COST = text(f"""
{_NEWEST}
select connector_id, at, sum((one -> 'extracted' ->> 'cost')::numeric) as cost
  from steps
 where one ->> 'kind' = 'waterfall' and jsonb_typeof(one -> 'extracted' -> 'cost') = 'number'
 group by 1, 2 having sum((one -> 'extracted' ->> 'cost')::numeric) > 0 order by 2
""")


async def by_time(
    session: AsyncSession, workspace_id: str, asked: Asked
) -> Sequence[tuple[datetime, str, int]]:
    """(begin of the bar, outcome, how many runs); a bar without runs is left out."""
    rows = await session.execute(_BY_TIME, _values(workspace_id, asked))
    return [(row.at, row.how, row.n) for row in rows]


async def slowest(
    session: AsyncSession, workspace_id: str, asked: Asked, *, most: int, rows: int = 10
) -> Sequence[Slow]:
    """Of the newest `most` runs of the time."""
    values = _values(workspace_id, asked) | {"most": most, "rows": rows}
    return [Slow(*row) for row in await session.execute(_SLOWEST, values)]


async def cost(
    session: AsyncSession, workspace_id: str, asked: Asked, *, most: int
) -> Sequence[tuple[UUID, datetime, Decimal]]:
    """(connector, begin of the bar, what its waterfalls paid), of the newest `most` runs."""
    rows = await session.execute(_COST, _values(workspace_id, asked) | {"most": most})
    return [(row.connector_id, row.at, row.cost) for row in rows]


def _values(workspace_id: str, asked: Asked) -> dict[str, Any]:
    return {
        "workspace": workspace_id,
        "since": asked.since,
        "until": asked.until,
        "bucket": asked.bucket_s,
        "connector": asked.connector_id,
    }
