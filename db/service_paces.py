"""Turns to call a host with one credential, taken many at a time by whichever worker needs them."""

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

Connection = AsyncConnection[TupleRow]


async def take_turns(
    connection: Connection,
    workspace_id: str,
    account: str,
    host: str,
    *,
    every_s: float,
    count: int,
    at_most_ahead_s: float,
) -> float | None:
    """In how many seconds the first of them comes; None: all turns are taken for so long."""
    cursor = await connection.execute(
        """
        with quick as materialized (select set_config('synchronous_commit', 'off', true)),
        taken as (
            insert into service_paces as p (workspace_id, account, host, next_at)
            select %(workspace)s, %(account)s, %(host)s, now() + make_interval(secs => %(all)s)
              from quick
                on conflict (workspace_id, account, host) do update
               set next_at = greatest(p.next_at, now()) + make_interval(secs => %(all)s)
             where p.next_at < now() + make_interval(secs => %(ahead)s)
         returning next_at)
        select extract(epoch from next_at - now())::float8 - %(all)s from taken
        """,
        {
            "workspace": workspace_id, "account": account, "host": host,
            "all": every_s * count, "ahead": at_most_ahead_s,
        },
    )  # fmt: skip
    row = await cursor.fetchone()
    return None if row is None else max(row[0], 0.0)
