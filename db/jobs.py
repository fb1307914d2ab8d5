"""The queue's tables: which execution is due in which workspace, ids only."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Count, Flag, Json, Made
from db.executions import Execution, ExecutionStep

Session = AsyncSession


class Job(Base):
    """An unfinished execution. visible_at is ready time, retry time and lease end in one."""

    __tablename__ = "engine_jobs"

    execution_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=BY_DATABASE)
    visible_at: Mapped[Made]
    owner: Mapped[str | None]
    fence: Mapped[int] = mapped_column(BigInteger, server_default=BY_DATABASE)
    takeovers: Mapped[Count]
    cancelled: Mapped[Flag]
    state: Mapped[Json | None]
    held_for: Mapped[str | None]
    held_by: Mapped[UUID | None]


class Lane(Base):
    """One workspace's place in the ring: how many at once, when next, when last served."""

    __tablename__ = "engine_lanes"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    cap: Mapped[Count]
    next_at: Mapped[Made]
    served_at: Mapped[Made]


@dataclass(frozen=True, slots=True)
class NewRuns:
    """Executions to be: one for each contact, or a single one without."""

    workspace_id: str
    connector_id: UUID
    connector_version: int
    input: Json
    contacts: Sequence[UUID | None] = (None,)
    trigger: str = "api"
    created_by: UUID | None = None
    run_at: datetime | None = None
    priority: int = 0
    flow_run_id: str | None = None
    bulk_id: UUID | None = None
    retry_of: UUID | None = None
    attempt: int = 1


# The execution, its job and its workspace's place in the ring: all of it, or nothing.
_MADE = """
with made as (
    insert into connector_executions
           (connector_id, workspace_id, contact_id, flow_run_id, bulk_id, retry_of, input_data,
            trigger, attempt, connector_version, created_by, run_at)
    select :connector_id, :workspace_id, contact, :flow_run_id, :bulk_id, :retry_of, :input,
           :trigger, :attempt, :connector_version, :created_by, coalesce(:run_at, now())
      from unnest(:contacts) contact
      -- By key: an "exists" beside the "or" would read every contact of the workspace.
      left join contacts c on c.id = contact and c.workspace_id = :workspace_id
     where contact is null or c.id is not null
 returning *),
jobs as (
    insert into engine_jobs (execution_id, workspace_id, priority, visible_at)
    select id, workspace_id, :priority, run_at from made),
new_lane as (
    insert into engine_lanes (workspace_id) values (:workspace_id) on conflict do nothing),
lane as (
    -- Only where it would look too late: a busy lane's row is not touched by those who add work.
    update engine_lanes set next_at = coalesce(:run_at, now())
     where workspace_id = :workspace_id and next_at > coalesce(:run_at, now()))
select {made} from made
"""
_VALUES = (
    bindparam("contacts", type_=ARRAY(Uuid())),
    bindparam("input", type_=JSONB()),
    bindparam("connector_id", type_=Uuid()),
    bindparam("bulk_id", type_=Uuid()),
    bindparam("retry_of", type_=Uuid()),
    bindparam("created_by", type_=Uuid()),
    bindparam("run_at", type_=TIMESTAMP(timezone=True)),
    bindparam("workspace_id", type_=Text()),
    bindparam("flow_run_id", type_=Text()),
    bindparam("trigger", type_=Text()),
    bindparam("attempt", type_=Integer()),
    bindparam("connector_version", type_=Integer()),
    bindparam("priority", type_=SmallInteger()),
)
_ADD = text(_MADE.format(made="*")).bindparams(*_VALUES)
_ADD_MANY = text(_MADE.format(made="id")).bindparams(*_VALUES)  # nobody reads the rest of so many


async def add(session: AsyncSession, new: NewRuns) -> Execution | None:
    """The one that was made; None where its contact is not there."""
    return (await session.scalars(select(Execution).from_statement(_ADD), _values(new))).first()


async def add_many(session: AsyncSession, new: NewRuns) -> list[UUID]:
    """Their ids."""
    return list(await session.scalars(_ADD_MANY, _values(new)))


def _values(new: NewRuns) -> dict[str, object]:
    values = {field.name: getattr(new, field.name) for field in fields(new)}
    return {**values, "contacts": list(new.contacts)}


async def announce(session: AsyncSession, workspace_id: str, executions: Sequence[UUID]) -> None:
    """Tell readers and workers. Last in its transaction, where events wait for one another."""
    await session.execute(
        text("""
        insert into execution_events
               (workspace_id, execution_id, connector_id, type, status, sentence)
        select e.workspace_id, e.id, e.connector_id, 'execution.queued', 'pending',
               case when e.run_at > now() then 'Planned for later.' else 'Waiting for its turn.' end
          from connector_executions e where e.id = any(:ids) and e.workspace_id = :workspace_id
        """),
        {"ids": list(executions), "workspace_id": workspace_id},
    )
    await session.execute(
        text("select pg_notify('console_jobs', :workspace_id)"), {"workspace_id": workspace_id}
    )


async def steps_of(session: AsyncSession, execution_id: UUID) -> list[ExecutionStep]:
    """In the order they are shown."""
    question = select(ExecutionStep).where(ExecutionStep.execution_id == execution_id)
    return list(await session.scalars(question.order_by(ExecutionStep.position)))


async def add_steps(
    session: AsyncSession, workspace_id: str, execution_id: UUID, steps: Sequence[Json]
) -> None:
    """Steps another execution finished. Only a run may write them, so the rest of this
    transaction is one; the caller has been found to be an editor before."""
    await session.execute(
        text(
            "select set_config('role', 'console_run', true),"
            " set_config('app.workspace_id', :workspace_id, true)"
        ),
        {"workspace_id": workspace_id},
    )
    await session.execute(
        text("""
        insert into execution_steps (execution_id, workspace_id, path, position, entry, result)
        select :execution_id, :workspace_id, path, position, entry, result
          from jsonb_to_recordset(:steps)
            as r (path text, position int, entry jsonb, result jsonb)
        """).bindparams(bindparam("steps", type_=JSONB()), bindparam("execution_id", type_=Uuid())),
        {"execution_id": execution_id, "workspace_id": workspace_id, "steps": list(steps)},
    )
