"""Batches: one connector over many contacts, how far each has come, and who is still to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Numeric,
    Select,
    Uuid,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Count, JsonWithDefault, Made, NewId, TextWithDefault
from db.records import Connection

PAGE: Final = 500  # contacts in one row


class Bulk(Base):
    __tablename__ = "bulk_executions"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    connector_id: Mapped[UUID]
    connector_version: Mapped[int]
    trigger: Mapped[TextWithDefault]
    input: Mapped[JsonWithDefault]
    state: Mapped[TextWithDefault]
    reason: Mapped[str | None] = mapped_column(server_default=BY_DATABASE)
    total: Mapped[int]
    fed: Mapped[Count]
    try_first: Mapped[int | None]
    max_cost: Mapped[Decimal | None] = mapped_column(Numeric)
    cost_each: Mapped[Decimal | None] = mapped_column(Numeric)
    cost: Mapped[Decimal] = mapped_column(Numeric, server_default=BY_DATABASE)
    settled: Mapped[JsonWithDefault]
    settled_until: Mapped[Made]
    acts_as: Mapped[UUID | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]
    finished_at: Mapped[datetime | None]


class BulkContacts(Base):
    """One page of those it is about, in their order."""

    __tablename__ = "bulk_contacts"

    bulk_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    page: Mapped[int] = mapped_column(primary_key=True)
    contact_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))


Tally = dict[str, int]  # {"success found": 12}

# In one statement with the row, so that no run is counted twice or not at all.
_SINCE = literal_column(
    """(select coalesce(jsonb_object_agg(said, n), '{}')
          from (select concat_ws(' ', e.status, e.outcome) as said, count(*) as n
                  from connector_executions e
                 where e.workspace_id = bulk_executions.workspace_id
                   and e.bulk_id = bulk_executions.id
                   and e.created_at >= bulk_executions.settled_until
                 group by 1) runs)""",
    JSONB,
)


async def find(
    session: AsyncSession, workspace_id: str, bulk_id: UUID
) -> tuple[Bulk, Tally] | None:
    rows = await session.execute(
        _shown().where(Bulk.workspace_id == workspace_id, Bulk.id == bulk_id)
    )
    found = rows.first()
    return (found[0], added(found[0].settled, found[1])) if found else None


async def newest(
    session: AsyncSession,
    workspace_id: str,
    *,
    connector_id: UUID | None,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> list[tuple[Bulk, Tally]]:
    question = _shown().where(Bulk.workspace_id == workspace_id)
    if connector_id is not None:
        question = question.where(Bulk.connector_id == connector_id)
    if after is not None:
        question = question.where(tuple_(Bulk.created_at, Bulk.id) < tuple_(*after))
    question = question.order_by(Bulk.created_at.desc(), Bulk.id.desc()).limit(limit)
    return [(row, added(row.settled, since)) for row, since in await session.execute(question)]


def _shown() -> Select[tuple[Bulk, Any]]:
    return select(Bulk, _SINCE)


def added(one: Mapping[str, int], other: Mapping[str, int]) -> Tally:
    return {said: one.get(said, 0) + other.get(said, 0) for said in (*one, *other)}


async def to_change(session: AsyncSession, workspace_id: str, bulk_id: UUID) -> Bulk | None:
    return await session.scalar(
        select(Bulk).where(Bulk.workspace_id == workspace_id, Bulk.id == bulk_id).with_for_update()
    )


# -- whom it is about --


async def add_contacts(session: AsyncSession, bulk: Bulk, ids: Sequence[UUID]) -> None:
    pages = [
        {
            "bulk_id": bulk.id,
            "workspace_id": bulk.workspace_id,
            "page": start // PAGE,
            "contact_ids": list(ids[start : start + PAGE]),
        }
        for start in range(0, len(ids), PAGE)
    ]
    if pages:
        await session.execute(insert(BulkContacts), pages)


async def slice_of(session: AsyncSession, bulk: Bulk, count: int) -> list[UUID]:
    """The next `count` contacts after those the queue was given already."""
    first, last = bulk.fed, bulk.fed + count
    pages = await session.scalars(
        select(BulkContacts.contact_ids)
        .where(
            BulkContacts.bulk_id == bulk.id,
            BulkContacts.page.between(first // PAGE, (last - 1) // PAGE),
        )
        .order_by(BulkContacts.page)
    )
    ids = [contact_id for page in pages for contact_id in page]
    skip = first - first // PAGE * PAGE
    return ids[skip : skip + count]


async def failed(session: AsyncSession, bulk: Bulk) -> list[UUID]:
    """Contacts that are still there and whose run, or the last repetition of it, did not work."""
    rows = await session.execute(
        text("""
        select distinct on (e.contact_id) e.contact_id, e.status
          from connector_executions e
          join contacts c on c.workspace_id = e.workspace_id and c.id = e.contact_id
         where e.workspace_id = :workspace and e.bulk_id = :bulk
         order by e.contact_id, e.created_at desc
        """),
        {"workspace": bulk.workspace_id, "bulk": bulk.id},
    )
    return [contact_id for contact_id, status in rows if status in ("failed", "timeout")]


# -- at work --


@dataclass(frozen=True, slots=True)
class AtWork:
    id: UUID
    workspace_id: str


async def at_work(session: AsyncSession) -> list[AtWork]:
    """As the queue: batches that somebody has to look after now."""
    rows = await session.execute(
        select(Bulk.id, Bulk.workspace_id)
        .where(Bulk.finished_at.is_(None), or_(Bulk.state != "paused", Bulk.fed == Bulk.total))
        .order_by(Bulk.created_at)
        .limit(200)
    )
    return [AtWork(*row) for row in rows]


async def take(session: AsyncSession, one: AtWork) -> Bulk | None:
    """As a run: the batch, for this worker alone until the transaction ends.

    A transaction that began before the last count would make runs that no count sees: it comes
    back another time.
    """
    return await session.scalar(
        select(Bulk)
        .where(
            Bulk.id == one.id,
            Bulk.workspace_id == one.workspace_id,
            Bulk.finished_at.is_(None),
            Bulk.settled_until <= func.now(),
        )
        .with_for_update(skip_locked=True)
    )


# Runs made before the oldest one still under way have all ended: they are counted once, for good.
_RECENT = text("""
with recent as materialized (
    select e.status, e.outcome, e.created_at, e.status in ('pending', 'running') as live,
           case when :costs then (
               select sum((s.entry -> 'extracted' ->> 'cost')::numeric)
                 from jsonb_array_elements(e.steps_executed) s (entry)
                where s.entry ->> 'kind' = 'waterfall'
                  and jsonb_typeof(s.entry -> 'extracted' -> 'cost') = 'number') end as cost
      from connector_executions e
     where e.workspace_id = :workspace and e.bulk_id = :bulk and e.created_at >= :since),
edge as (
    select coalesce(min(created_at) filter (where live),
                    max(created_at) + interval '1 microsecond') as until from recent)
select concat_ws(' ', status, outcome) as said, live, created_at < edge.until as settled,
       count(*) as n, coalesce(sum(cost), 0) as cost, edge.until
  from recent, edge group by 1, 2, 3, edge.until
""")


@dataclass(frozen=True, slots=True)
class Progress:
    live: int
    cost: Decimal


async def settle(session: AsyncSession, bulk: Bulk) -> Progress:
    """Count what ended since the last time, and say what is under way."""
    values = {
        "costs": bulk.cost_each is not None,
        "workspace": bulk.workspace_id,
        "bulk": bulk.id,
        "since": bulk.settled_until,
    }
    rows = (await session.execute(_RECENT, values)).all()
    settled = {row.said: row.n for row in rows if row.settled}
    cost = bulk.cost + sum((row.cost for row in rows), Decimal(0))
    if settled:
        bulk.settled = added(bulk.settled, settled)
        bulk.cost += sum((row.cost for row in rows if row.settled), Decimal(0))
        bulk.settled_until = rows[0].until
    return Progress(live=sum(row.n for row in rows if row.live), cost=cost)


# -- pause, resume, cancel: what waits in the queue --


async def hold_back(session: AsyncSession, bulk: Bulk) -> None:
    """Runs that have not begun wait until somebody resumes; those that have begun end."""
    await session.execute(
        text("""
        update engine_jobs j set visible_at = 'infinity'
          from connector_executions e
         where e.workspace_id = :workspace and e.bulk_id = :bulk and e.status = 'pending'
           and e.created_at >= :since and j.execution_id = e.id and j.owner is null
        """),
        _which(bulk),
    )


async def let_go(session: AsyncSession, bulk: Bulk) -> None:
    await session.execute(
        text("""
        with freed as (
            update engine_jobs j set visible_at = now()
              from connector_executions e
             where e.workspace_id = :workspace and e.bulk_id = :bulk and e.status = 'pending'
               and e.created_at >= :since and j.execution_id = e.id
               and j.visible_at = 'infinity')
        update engine_lanes set next_at = now() where workspace_id = :workspace and next_at > now()
        """),
        _which(bulk),
    )
    await session.execute(
        text("select pg_notify('console_jobs', :workspace)"), {"workspace": bulk.workspace_id}
    )


async def ask_to_stop(connection: Connection, bulk: Bulk, most: int) -> list[tuple[UUID, UUID]]:
    """Up to `most` runs: those somebody holds are told, the others come back for us to end."""
    cursor = await connection.execute(
        """
        with ours as (
            select e.id, e.connector_id from connector_executions e
             where e.workspace_id = %(workspace)s and e.bulk_id = %(bulk)s
               and e.created_at >= %(since)s and e.status in ('pending', 'running')
               and not e.cancel_requested
             limit %(most)s),
        job as (
            select j.execution_id, ours.connector_id, j.owner is not null as held
              from engine_jobs j join ours on ours.id = j.execution_id
             order by j.execution_id for update of j),
        asked as (
            update engine_jobs j set cancelled = true from job
             where j.execution_id = job.execution_id),
        marked as (
            update connector_executions e set cancel_requested = true from job
             where e.id = job.execution_id)
        select execution_id, connector_id, held,
               case when held then pg_notify('console_cancel', execution_id::text) end
          from job
        """,
        {**_which(bulk), "most": most},
    )
    return [(run, connector) for run, connector, held, _ in await cursor.fetchall() if not held]


def _which(bulk: Bulk) -> dict[str, Any]:
    return {"workspace": bulk.workspace_id, "bulk": bulk.id, "since": bulk.settled_until}
