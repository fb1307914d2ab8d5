"""Taking work from the queue: who is due, in fair turns, never more than a workspace's share."""

from collections.abc import Sequence
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

Connection = AsyncConnection[TupleRow]

# Lanes with due work, least recently served first. The lane's lock makes its cap exact and keeps
# claimers apart; a lane somebody else is at is passed over, not waited for.
_CLAIM = """
with ring as (
    select workspace_id, cap, served_at from engine_lanes
     where next_at <= now() or workspace_id = any(%(look_at)s::text[])
     order by served_at limit greatest(4, %(room)s) for update skip locked),
free as materialized (
    select workspace_id, served_at,
           ceil(%(room)s::numeric / count(*) over ())::int as share,
           cap - (select count(*)::int from engine_jobs j where j.workspace_id = ring.workspace_id
                     and j.owner is not null and j.visible_at > now()) as open
      from ring),
due as (
    select j.execution_id, j.workspace_id,
           row_number() over (partition by j.workspace_id) as turn, free.served_at
      from free
     cross join lateral (
           select one.execution_id, one.workspace_id, one.priority, one.visible_at
             from (values (0::smallint), (1::smallint), (2::smallint)) p (priority)
            cross join lateral (
                  select execution_id, workspace_id, priority, visible_at from engine_jobs j
                   where j.workspace_id = free.workspace_id and j.priority = p.priority
                     and j.visible_at <= now()
                   order by visible_at limit greatest(0, least(free.share, free.open))
                     for update skip locked) one
            order by one.priority, one.visible_at
            limit greatest(0, least(free.share, free.open))) j),
pick as (select execution_id from due order by turn, served_at limit %(room)s),
got as (
    update engine_jobs j
       set owner = %(owner)s, fence = j.fence + 1, held_for = null, held_by = null,
           visible_at = now() + %(lease_s)s * interval '1 s',
           takeovers = j.takeovers + (j.owner is not null)::int
      from pick where j.execution_id = pick.execution_id
 returning j.execution_id, j.workspace_id, j.fence, j.takeovers),
turned as (
    update engine_lanes l
       set served_at = case when taken.n > 0 then clock_timestamp() else l.served_at end,
           next_at = case
               when taken.n >= free.open then now() + interval '1 s'  -- a freed slot looks sooner
               else coalesce(least(
                   (select min(rest.visible_at)
                      from (values (0::smallint), (1::smallint), (2::smallint)) p (priority)
                     cross join lateral (
                           select visible_at from engine_jobs j
                            where j.workspace_id = l.workspace_id and j.priority = p.priority
                              and j.execution_id not in (select execution_id from got)
                            order by visible_at limit 1) rest),
                   case when taken.n > 0 then now() + %(lease_s)s * interval '1 s' end), 'infinity')
               end
      from free
     cross join lateral (
           select count(*)::int as n from got where got.workspace_id = free.workspace_id) taken
     where l.workspace_id = free.workspace_id)
select execution_id, workspace_id, fence, takeovers from got
"""


async def claim(
    connection: Connection, *, owner: str, room: int, lease_s: float, look_at: Sequence[str] = ()
) -> list[TupleRow]:
    """Up to `room` due executions: (execution_id, workspace_id, fence, takeovers)."""
    cursor = await connection.execute(
        _CLAIM, {"owner": owner, "room": room, "lease_s": lease_s, "look_at": list(look_at)}
    )
    return await cursor.fetchall()


async def renew(
    connection: Connection, *, owner: str, executions: Sequence[UUID], lease_s: float
) -> list[TupleRow]:
    """Push the end of every lease still held: (execution_id, cancelled)."""
    cursor = await connection.execute(
        """
        with mine as (
            select execution_id from engine_jobs
             where execution_id = any(%(executions)s) and owner = %(owner)s
             order by execution_id for update)
        update engine_jobs j set visible_at = now() + %(lease_s)s * interval '1 s'
          from mine where j.execution_id = mine.execution_id
        returning j.execution_id, j.cancelled
        """,
        {"owner": owner, "executions": list(executions), "lease_s": lease_s},
    )
    return await cursor.fetchall()


async def repair_lanes(connection: Connection) -> None:
    """Lanes whose hint came too late, or that were never made: due work is always found."""
    await connection.execute(
        """
        update engine_lanes l set next_at = now()
         where next_at > now() + interval '1 s'
           and exists (select from engine_jobs j
                        where j.workspace_id = l.workspace_id and j.visible_at <= now())
        """
    )


async def keep_partitions(connection: Connection, keep_days: int) -> None:
    await connection.execute("select app.keep_partitions(7, %s)", [keep_days])


async def forget_old(connection: Connection, keep_days: int) -> bool:
    """One batch of what nobody needs any more; whether there may be another."""
    row = await (await connection.execute("select app.forget_old(%s)", [keep_days])).fetchone()
    return bool(row and row[0])


async def ask_to_stop(
    connection: Connection, workspace_id: str, execution_id: UUID
) -> TupleRow | None:
    """(connector_id, whether somebody holds it and will end it); None: nothing to stop any more.

    Where nobody holds it nobody can take it either, before this transaction ends.
    """
    cursor = await connection.execute(
        """
        with job as (
            select execution_id, owner from engine_jobs
             where execution_id = %(id)s and workspace_id = %(workspace)s for update),
        asked as (
            update engine_jobs j set cancelled = true from job
             where j.execution_id = job.execution_id),
        marked as (
            update connector_executions e set cancel_requested = true from job
             where e.id = job.execution_id
         returning e.connector_id)
        select marked.connector_id, job.owner is not null,
               pg_notify('console_cancel', job.execution_id::text)
          from job, marked
        """,
        {"id": execution_id, "workspace": workspace_id},
    )
    return await cursor.fetchone()
