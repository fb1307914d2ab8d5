"""Answers of services kept for later, inside one workspace."""

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

Connection = AsyncConnection[TupleRow]


async def get(connection: Connection, workspace_id: str, key: str) -> str | None:
    cursor = await connection.execute(
        "select answer from connector_steps_cache"
        " where workspace_id = %s and key = %s and expires_at > now()",
        [workspace_id, key],
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def put(
    connection: Connection, workspace_id: str, key: str, answer: str, ttl_s: float
) -> None:
    await connection.execute(
        """
        insert into connector_steps_cache (workspace_id, key, answer, expires_at)
        values (%(workspace)s, %(key)s, %(answer)s, now() + make_interval(secs => %(ttl)s))
            on conflict (workspace_id, key) do update
           set answer = excluded.answer, expires_at = excluded.expires_at, created_at = now()
        """,
        {"workspace": workspace_id, "key": key, "answer": answer, "ttl": ttl_s},
    )
