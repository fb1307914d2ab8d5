"""Pauses that services asked for, each for one credential at one host."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

Connection = AsyncConnection[TupleRow]


async def put(
    connection: Connection, workspace_id: str, credential_id: UUID, host: str, until: datetime
) -> None:
    """The longer of two stays. A credential that is gone needs no pause."""
    await connection.execute(
        """
        insert into service_pauses as p (workspace_id, credential_id, host, until)
        select %(workspace)s, c.id, %(host)s, %(until)s from workspace_api_credentials c
         where c.workspace_id = %(workspace)s and c.id = %(credential)s
            on conflict (workspace_id, credential_id, host) do update
           set until = greatest(p.until, excluded.until)
        """,
        {"workspace": workspace_id, "credential": credential_id, "host": host, "until": until},
    )


async def going_on(connection: Connection, now: datetime) -> Sequence[TupleRow]:
    """(workspace_id, credential_id, host, until) of all workspaces."""
    cursor = await connection.execute(
        "select workspace_id, credential_id, host, until from service_pauses where until > %s",
        [now],
    )
    return await cursor.fetchall()
