"""Pages of a list that unfinished runs have read: where the next one to hold such a run goes on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from db.arrays import uuids
from db.records import as_json

Connection = AsyncConnection[TupleRow]


async def add(
    connection: Connection, workspace_id: str, pages: Sequence[Mapping[str, Any]]
) -> None:
    """Rows: execution_id, path, number, items, next. A page kept before stays as it was."""
    await connection.execute(
        """
        insert into execution_pages (execution_id, workspace_id, path, number, items, next)
        select execution_id, %s, path, number, items, next
          from jsonb_to_recordset(%s::jsonb)
            as r (execution_id uuid, path text, number int, items jsonb, next jsonb)
            on conflict do nothing
        """,
        [workspace_id, as_json(pages)],
    )


async def of(
    connection: Connection, executions: Sequence[UUID]
) -> dict[UUID, list[tuple[str, int, list[Any], Any]]]:
    """(path, number, items, next) in order."""
    cursor = await connection.execute(
        """
        select execution_id, path, number, items, next from execution_pages
         where execution_id = any(%s) order by execution_id, path, number
        """,
        [uuids(executions)],
    )
    found: dict[UUID, list[tuple[str, int, list[Any], Any]]] = defaultdict(list)
    for execution_id, *page in await cursor.fetchall():
        found[execution_id].append((page[0], page[1], page[2], page[3]))
    return dict(found)
