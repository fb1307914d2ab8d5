"""What a worker reads of the executions it has claimed, many at a time, inside their workspace.

Each function asks only, unless it says otherwise: in a batch the questions travel together, and
`fetchall` waits for the answer.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor
from psycopg.rows import TupleRow, dict_row

from db.arrays import bigints, ints, uuids
from db.records import Connection, Row


async def begin(
    connection: Connection, owner: str, claims: Mapping[UUID, int]
) -> AsyncCursor[dict[str, Any]]:
    """Starts the claimed executions that are still ours, and reads what they need."""
    cursor = connection.cursor(row_factory=dict_row)
    await cursor.execute(
        """
        with held as (
            select j.execution_id, j.state, j.cancelled
              from engine_jobs j
              join unnest(%(ids)s::uuid[], %(fences)s::bigint[]) mine (id, fence)
                on j.execution_id = mine.id and j.fence = mine.fence
             where j.execution_id = any(%(ids)s::uuid[]) and j.owner = %(owner)s),
        begun as (
            update connector_executions e
               set status = 'running', started_at = coalesce(e.started_at, now()),
                   trigger_run_id = %(owner)s, error_code = null, error_message = null,
                   error_hint = null
              from held
             where e.id = any(%(ids)s::uuid[]) and e.id = held.execution_id
               and e.status = 'pending'
         returning e.id)
        select e.id, e.connector_id, e.contact_id, e.connector_version, e.input_data, e.attempt,
               held.state, held.cancelled,
               begun.id is not null and e.started_at is null as begun,
               (select to_jsonb(c) from contacts c where c.id = e.contact_id) as contact
          from held
          join connector_executions e on e.id = held.execution_id
          left join begun on begun.id = e.id
         where e.id = any(%(ids)s::uuid[])
        """,
        {"owner": owner, "ids": uuids(claims), "fences": bigints(claims.values())},
    )
    return cursor


async def finished_steps(
    connection: Connection, executions: Iterable[UUID]
) -> AsyncCursor[TupleRow]:
    """(execution_id, path, position, entry, result), in order."""
    return await connection.execute(
        """
        select execution_id, path, position, entry, result from execution_steps
         where execution_id = any(%s::uuid[]) order by execution_id, position
        """,
        [uuids(executions)],
    )


async def definitions(
    connection: Connection, versions: Collection[tuple[UUID, int]]
) -> dict[tuple[UUID, int], Row]:
    cursor = await connection.execute(
        """
        select v.connector_id, v.version, v.definition from connector_versions v
          join unnest(%(ids)s::uuid[], %(versions)s::int[]) wanted (id, version)
            on v.connector_id = wanted.id and v.version = wanted.version
         where v.connector_id = any(%(ids)s::uuid[])
        """,
        {
            "ids": uuids(connector for connector, _ in versions),
            "versions": ints(version for _, version in versions),
        },
    )
    return {(row[0], row[1]): row[2] for row in await cursor.fetchall()}


async def workspace_name(connection: Connection, workspace_id: str) -> str:
    cursor = await connection.execute("select name from workspaces where id = %s", [workspace_id])
    row = await cursor.fetchone()
    return row[0] if row else ""


async def credential_stamps(connection: Connection, workspace_id: str) -> AsyncCursor[TupleRow]:
    """(service_name, when it last changed), so that opened credentials can be kept for a while."""
    return await connection.execute(
        "select service_name, updated_at from workspace_api_credentials where workspace_id = %s",
        [workspace_id],
    )
