"""What a worker reads and writes of the executions it holds, many at a time.

Every function works inside a transaction of a Runner; `enter` turns it to another workspace. Rows
travel as one JSON document a statement, which costs a fraction of one statement a row.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from psycopg import AsyncConnection
from psycopg.rows import TupleRow, dict_row

Connection = AsyncConnection[TupleRow]
Row = Mapping[str, Any]


async def look_up_by_key(connection: Connection, *, await_disk: bool = True) -> None:
    """Every statement here and in db.claims finds a few rows by their keys, in tables that grow
    and shrink faster than their statistics: planned once, never by reading a table through.
    For the same reason each names its keys as one array, beside joining them."""
    await connection.execute(_PLAN, ["on" if await_disk else "off", "on"])


async def join_in_bulk(connection: Connection, *, await_disk: bool = True) -> None:
    """The same for every statement here, which the planner takes to be about a row or two. It
    would compare each row with each: four thousand comparisons for sixty-four runs."""
    await connection.execute(_PLAN, ["on" if await_disk else "off", "off"])


_PLAN = (
    "select set_config('plan_cache_mode', 'force_generic_plan', true),"
    " set_config('enable_seqscan', 'off', true), set_config('synchronous_commit', %s, true),"
    " set_config('enable_nestloop', %s, true)"
)


async def enter(connection: Connection, workspace_id: str) -> None:
    """Act as a run of this workspace from here to the end of the transaction."""
    await connection.execute(
        "select set_config('role', 'console_run', true), set_config('app.workspace_id', %s, true)",
        [workspace_id],
    )


async def begin(connection: Connection, owner: str, claims: Mapping[UUID, int]) -> Sequence[Row]:
    """Start the claimed executions that are still ours, and read what they need."""
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
        select e.id, e.connector_id, e.connector_version, e.input_data, e.attempt,
               held.state, held.cancelled,
               begun.id is not null and e.started_at is null as begun,
               (select to_jsonb(c) from contacts c where c.id = e.contact_id) as contact
          from held
          join connector_executions e on e.id = held.execution_id
          left join begun on begun.id = e.id
         where e.id = any(%(ids)s::uuid[])
        """,
        {"owner": owner, "ids": array(claims), "fences": array(claims.values())},
    )
    return await cursor.fetchall()


async def finished_steps(connection: Connection, executions: Sequence[UUID]) -> list[TupleRow]:
    """(execution_id, path, position, entry, result), in order."""
    cursor = await connection.execute(
        """
        select execution_id, path, position, entry, result from execution_steps
         where execution_id = any(%s::uuid[]) order by execution_id, position
        """,
        [array(executions)],
    )
    return await cursor.fetchall()


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
            "ids": array(connector for connector, _ in versions),
            "versions": array(version for _, version in versions),
        },
    )
    return {(row[0], row[1]): row[2] for row in await cursor.fetchall()}


async def workspace_name(connection: Connection, workspace_id: str) -> str:
    cursor = await connection.execute("select name from workspaces where id = %s", [workspace_id])
    row = await cursor.fetchone()
    return row[0] if row else ""


async def credential_stamps(connection: Connection, workspace_id: str) -> dict[str, object]:
    """service_name → when it last changed, so that opened credentials can be kept for a while."""
    cursor = await connection.execute(
        "select service_name, updated_at from workspace_api_credentials where workspace_id = %s",
        [workspace_id],
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def hold(connection: Connection, owner: str, claims: Mapping[UUID, int]) -> dict[UUID, UUID]:
    """Which of these are still ours, with their connectors.

    Nobody can take those over before this transaction ends.
    """
    cursor = await connection.execute(
        """
        select j.execution_id, e.connector_id from engine_jobs j
          join unnest(%(ids)s::uuid[], %(fences)s::bigint[]) mine (id, fence)
            on j.execution_id = mine.id and j.fence = mine.fence
          join connector_executions e on e.id = j.execution_id
         where j.execution_id = any(%(ids)s::uuid[]) and e.id = any(%(ids)s::uuid[])
           and j.owner = %(owner)s
         order by j.execution_id for no key update of j
        """,
        {"owner": owner, "ids": array(claims), "fences": array(claims.values())},
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def add_steps(connection: Connection, workspace_id: str, steps: Sequence[Row]) -> None:
    """Rows: execution_id, path, position, entry, result. A step kept before stays as it was."""
    await connection.execute(
        """
        with step as (
            select * from jsonb_to_recordset(%(steps)s::jsonb)
                as r (execution_id uuid, path text, position int, entry jsonb, result jsonb)),
        progress as (
            update engine_jobs j set takeovers = 0, state = null
             where j.execution_id = any(%(ids)s::uuid[])
               and (j.takeovers > 0 or j.state is not null))
        insert into execution_steps (execution_id, workspace_id, path, position, entry, result)
        select execution_id, %(workspace)s, path, position, entry, result from step
            on conflict do nothing
        """,
        {"workspace": workspace_id, "steps": as_json(steps), "ids": ids_of(steps)},
    )


async def show_current(connection: Connection, current: Mapping[UUID, str]) -> None:
    """Which step each execution is at."""
    await connection.execute(
        """
        update connector_executions e set current_step = now_at.step
          from unnest(%(ids)s::uuid[], %(steps)s::text[]) now_at (id, step)
         where e.id = any(%(ids)s::uuid[]) and e.id = now_at.id
        """,
        {"ids": array(current), "steps": list(current.values())},
    )


async def release(connection: Connection, workspace_id: str, paused: Sequence[Row]) -> None:
    """Rows: execution_id, after_s, state. Nobody holds them until then, unless cancelled first."""
    await connection.execute(
        """
        with paused as (
            select * from jsonb_to_recordset(%(rows)s::jsonb)
                as r (execution_id uuid, after_s float8, state jsonb)),
        released as (
            update engine_jobs j
               set owner = null, state = coalesce(paused.state, j.state),
                   visible_at = case when j.cancelled then now()
                                else now() + paused.after_s * interval '1 s' end
              from paused
             where j.execution_id = any(%(ids)s::uuid[]) and j.execution_id = paused.execution_id
         returning j.visible_at)
        update engine_lanes l set next_at = (select min(visible_at) from released)
         where l.workspace_id = %(workspace)s
           and l.next_at > (select min(visible_at) from released)
        """,
        {"workspace": workspace_id, "rows": as_json(paused), "ids": ids_of(paused)},
    )
    if any(row["after_s"] <= 0 for row in paused):
        await connection.execute("select pg_notify('console_jobs', %s)", [workspace_id])


async def lock_contacts(
    connection: Connection, executions: Sequence[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The contacts these executions are about, as they are now, until the transaction ends."""
    cursor = await connection.execute(
        """
        select e.id, c.contact from connector_executions e
          join (select id, to_jsonb(contacts) as contact from contacts
                 where id = any(array(select contact_id from connector_executions
                                       where id = any(%(ids)s::uuid[]) and contact_id is not null))
                 order by id for update) c on c.id = e.contact_id
         where e.id = any(%(ids)s::uuid[])
        """,
        {"ids": array(executions)},
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def change_contacts(
    connection: Connection, workspace_id: str, contacts: Sequence[Row], writes: Sequence[Row]
) -> None:
    """Contacts whole; writes: contact_id, execution_id, connector_id, step_id, field, action,
    before, after."""
    await connection.execute(
        """
        update contacts c
           set email = r.email, phone = r.phone, first_name = r.first_name,
               last_name = r.last_name, company = r.company, job_title = r.job_title,
               website = r.website, linkedin_url = r.linkedin_url, street = r.street,
               city = r.city, state = r.state, postal_code = r.postal_code,
               country = r.country, data = coalesce(r.data, '{}'), updated_at = now()
          from jsonb_to_recordset(%(rows)s::jsonb) as r (
               id uuid, email text, phone text, first_name text, last_name text, company text,
               job_title text, website text, linkedin_url text, street text, city text,
               state text, postal_code text, country text, data jsonb)
         where c.id = any(%(ids)s::uuid[]) and c.id = r.id
        """,
        {"rows": as_json(contacts), "ids": array(contact["id"] for contact in contacts)},
    )
    await connection.execute(
        """
        insert into contact_field_writes
               (workspace_id, contact_id, execution_id, connector_id, step_id, field, action,
                before, after)
        select %s, contact_id, execution_id, connector_id, step_id, field, action, before, after
          from jsonb_to_recordset(%s::jsonb) as r (
               contact_id uuid, execution_id uuid, connector_id uuid, step_id text, field text,
               action text, before jsonb, after jsonb)
        """,
        [workspace_id, as_json(writes)],
    )


async def finish(connection: Connection, ended: Sequence[Row]) -> None:
    """Rows: execution_id, status, outcome, entries (null: those kept so far), output, error_code,
    error_message, error_hint. One final state each, the counters, and out of the queue."""
    await connection.execute(
        """
        with ended as (
            select * from jsonb_to_recordset(%(rows)s::jsonb) as r (
                execution_id uuid, status text, outcome text, entries jsonb, output jsonb,
                error_code text, error_message text, error_hint text)),
        final as (
            update connector_executions e
               set status = ended.status, outcome = ended.outcome, output_data = ended.output,
                   steps_executed = coalesce(ended.entries, (
                       select jsonb_agg(s.entry order by s.position) from execution_steps s
                        where s.execution_id = e.id), '[]'),
                   current_step = case when ended.status <> 'success' then e.current_step end,
                   error_code = ended.error_code, error_message = ended.error_message,
                   error_hint = ended.error_hint, finished_at = clock_timestamp(),
                   execution_time_ms = extract(epoch from
                       clock_timestamp() - coalesce(e.started_at, clock_timestamp())) * 1000
              from ended
             where e.id = any(%(ids)s::uuid[]) and e.id = ended.execution_id
               and e.status in ('pending', 'running')
         returning e.connector_id, e.status),
        tally as (
            select connector_id, count(*) as total,
                   count(*) filter (where status = 'success') as good,
                   count(*) filter (where status in ('failed', 'timeout')) as bad
              from final group by connector_id),
        counted as materialized (
            select c.id from connectors c where c.id = any(array(select connector_id from tally))
             order by c.id for no key update),
        counters as (
            update connectors c
               set total_executions = c.total_executions + tally.total,
                   successful_executions = c.successful_executions + tally.good,
                   failed_executions = c.failed_executions + tally.bad,
                   last_executed_at = now(), updated_at = now()
              from tally join counted on counted.id = tally.connector_id
             where c.id = any(array(select connector_id from tally))
               and c.id = tally.connector_id)
        delete from engine_jobs j where j.execution_id = any(%(ids)s::uuid[])
        """,
        {"rows": as_json(ended), "ids": ids_of(ended)},
    )


async def tell(connection: Connection, workspace_id: str, events: Sequence[Row]) -> None:
    """Rows: execution_id, connector_id, type, step_id, status, outcome, sentence.

    The last statement of its transaction: ids become visible in order, so writers wait here.
    """
    await connection.execute(
        """
        insert into execution_events
               (workspace_id, execution_id, connector_id, type, step_id, status, outcome, sentence)
        select %s, execution_id, connector_id, type, step_id, status, outcome, sentence
          from jsonb_to_recordset(%s::jsonb) as r (
               execution_id uuid, connector_id uuid, type text, step_id text, status text,
               outcome text, sentence text)
        """,
        [workspace_id, as_json(events)],
    )


def ids_of(rows: Sequence[Row]) -> str:
    return array(row["execution_id"] for row in rows)


def array(values: Iterable[UUID | int | str]) -> str:
    """Of ids or numbers, as Postgres reads it; ten times cheaper than a list the driver escapes."""
    return "{" + ",".join(map(str, values)) + "}"


def as_json(rows: Sequence[Row]) -> str:
    return orjson.dumps(rows).decode()
