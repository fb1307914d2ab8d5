"""Runs that nobody holds: on hold for a quota, a login or a person, or waiting for their time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.jobs import Job
from db.records import as_json, ids_of

Connection = AsyncConnection[TupleRow]


async def hold(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows: execution_id, held_for, held_by, error_code, error_message, error_hint. They were
    released in this transaction, and read as pending until somebody claims them again."""
    await connection.execute(
        """
        with held as (
            select * from jsonb_to_recordset(%(rows)s::jsonb) as r (
                execution_id uuid, held_for text, held_by uuid, error_code text,
                error_message text, error_hint text)),
        job as (
            update engine_jobs j set held_for = held.held_for, held_by = held.held_by from held
             where j.execution_id = any(%(ids)s::uuid[]) and j.execution_id = held.execution_id)
        update connector_executions e
           set status = 'pending', error_code = held.error_code,
               error_message = held.error_message, error_hint = held.error_hint
          from held
         where e.id = any(%(ids)s::uuid[]) and e.id = held.execution_id and e.status = 'running'
        """,
        {"rows": as_json(rows), "ids": ids_of(rows)},
    )


async def resume(
    connection: Connection,
    *,
    credential_id: UUID | None = None,
    execution_id: UUID | None = None,
    why: str | None = None,
    place: str | None = None,
) -> int:
    """How many go on. Inside a Runner's transaction."""
    cursor = await connection.execute(
        "select app.resume_held(%s, %s, %s, %s)", [credential_id, execution_id, why, place]
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def counts(session: AsyncSession, workspace_id: str) -> dict[UUID | None, int]:
    """Runs on hold by the credential they wait for."""
    question = (
        select(Job.held_by, func.count())
        .where(Job.workspace_id == workspace_id, Job.held_for.is_not(None))
        .group_by(Job.held_by)
    )
    return {row[0]: row[1] for row in await session.execute(question)}


async def waiting_until(
    session: AsyncSession, workspace_id: str, ids: Sequence[UUID]
) -> dict[UUID, datetime]:
    """When each of these goes on, as far as a time is known and nobody holds it before."""
    question = select(Job.execution_id, Job.visible_at).where(
        Job.workspace_id == workspace_id,
        Job.execution_id.in_(ids),
        Job.owner.is_(None),
        Job.held_for.is_(None),
        Job.visible_at > func.now(),
        func.isfinite(Job.visible_at),
    )
    return {row[0]: row[1] for row in await session.execute(question)}


async def held_for(session: AsyncSession, workspace_id: str, execution_id: UUID) -> str | None:
    found = await why(session, workspace_id, execution_id)
    return found[0] if found else None


async def why(
    session: AsyncSession, workspace_id: str, execution_id: UUID
) -> tuple[str, UUID | None] | None:
    """(quota or reconnect, the credential it waits for); None where it is not on hold."""
    question = select(Job.held_for, Job.held_by).where(
        Job.workspace_id == workspace_id,
        Job.execution_id == execution_id,
        Job.held_for.is_not(None),
    )
    row = (await session.execute(question)).first()
    return (str(row[0]), row[1]) if row else None
