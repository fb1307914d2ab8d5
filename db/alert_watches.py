"""What alerts are looked for: since when, from how many on, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, Numeric, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, JsonWithDefault, Made


class Watch(Base):
    __tablename__ = "alert_watches"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    seen_until: Mapped[Made]
    counts: Mapped[JsonWithDefault]
    since: Mapped[Made]
    failing_share: Mapped[float] = mapped_column(
        Numeric(3, 2, asdecimal=False), server_default=BY_DATABASE
    )
    fewest_runs: Mapped[int] = mapped_column(server_default=BY_DATABASE)
    expires_days: Mapped[int] = mapped_column(server_default=BY_DATABASE)


LIMITS = (Watch.failing_share, Watch.fewest_runs, Watch.expires_days)


# -- as a person --


async def limits(session: AsyncSession, workspace_id: str) -> tuple[float, int, int] | None:
    """None: nobody has set any."""
    found = await session.execute(select(*LIMITS).where(Watch.workspace_id == workspace_id))
    row = found.one_or_none()
    return (row[0], row[1], row[2]) if row else None


async def set_limits(
    session: AsyncSession, workspace_id: str, values: Mapping[str, float | int]
) -> None:
    new = insert(Watch).values(workspace_id=workspace_id, **values)
    await session.execute(
        new.on_conflict_do_update(index_elements=[Watch.workspace_id], set_=dict(values))
    )


# -- as the engine, which learns names of workspaces only --


async def workspaces_to_watch(session: AsyncSession) -> list[str]:
    return list(await session.scalars(text("select app.workspaces_to_watch()")))


# -- as a run of the workspace: counted from where the last look stopped --


async def watch(session: AsyncSession, workspace_id: str) -> Watch:
    """Locked, so that one worker looks; a new one begins with this moment."""
    await session.execute(insert(Watch).values(workspace_id=workspace_id).on_conflict_do_nothing())
    return (
        await session.scalars(
            select(Watch).where(Watch.workspace_id == workspace_id).with_for_update()
        )
    ).one()


async def look_on(session: AsyncSession, watch: Watch, now: datetime) -> None:
    await session.execute(
        update(Watch)
        .where(Watch.workspace_id == watch.workspace_id)
        .values(seen_until=now, counts=watch.counts, since=watch.since)
    )


async def now(session: AsyncSession) -> datetime:
    return (await session.scalars(select(func.now(type_=DateTime(timezone=True))))).one()


@dataclass(frozen=True, slots=True)
class Ended:
    """A batch or a planned run that ended badly."""

    subject: str
    name: str
    link: str
    runs: int
    failed: int
    reason: str | None = None


async def ended_badly(session: AsyncSession, workspace_id: str, since: datetime) -> list[Ended]:
    rows = await session.execute(
        text("""
        select b.connector_id::text as subject, c.name, '/bulk/' || b.id as link, b.total as runs,
               (select count(*) from connector_executions e
                 where e.bulk_id = b.id and e.workspace_id = :workspace
                   and e.status in ('failed', 'timeout'))::int as failed,
               case when b.state = 'paused' then b.reason end as reason
          from bulk_executions b join connectors c
            on c.workspace_id = b.workspace_id and c.id = b.connector_id
         where b.workspace_id = :workspace and b.finished_at > :since
        union all
        select e.connector_id::text, c.name, '/runs/' || e.id, 1, 1, e.error_message
          from schedule_fires f join connector_executions e
            on e.workspace_id = f.workspace_id and e.id = f.execution_id
          join connectors c on c.workspace_id = e.workspace_id and c.id = e.connector_id
         where f.workspace_id = :workspace and f.fired_at > :since - interval '1 day'
           and e.finished_at > :since and e.status in ('failed', 'timeout')
        union all
        select s.connector_id::text, c.name, '/connectors/' || c.id, 0, 0, s.reason
          from connector_schedules s join connectors c
            on c.workspace_id = s.workspace_id and c.id = s.connector_id
         where s.workspace_id = :workspace and not s.enabled and s.reason is not null
           and s.updated_at > :since
        """),
        {"workspace": workspace_id, "since": since},
    )
    return [Ended(*row) for row in rows]


async def counters(session: AsyncSession, workspace_id: str) -> dict[str, tuple[str, int, int]]:
    """Each connector's name, and how many of its runs ended and failed so far."""
    rows = await session.execute(
        text(
            "select id::text, name, total_executions, failed_executions from connectors"
            " where workspace_id = :workspace and total_executions > 0"
        ),
        {"workspace": workspace_id},
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


async def expiring(
    session: AsyncSession, workspace_id: str, days: int
) -> list[tuple[str, str, datetime]]:
    rows = await session.execute(
        text(
            "select id::text, coalesce(nullif(label, ''), service_name), expires_at"
            " from workspace_api_credentials where workspace_id = :workspace"
            " and expires_at between now() and now() + make_interval(days => :days)"
        ),
        {"workspace": workspace_id, "days": days},
    )
    return [(row[0], row[1], row[2]) for row in rows]
