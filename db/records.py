"""What a worker writes of the executions it holds, many at a time.

Every function works inside a transaction of a Runner; `enter` turns it to another workspace. Rows
travel as one array a column, which costs a fraction of one statement a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import TupleRow

from db.arrays import Uuids, bigints, ints, jsonbs, jsons, texts, uuids
from db.entries import kept

Connection = AsyncConnection[TupleRow]
Row = Mapping[str, Any]

COLUMNS: Final = (
    *("email", "phone", "first_name", "last_name", "company", "job_title", "website"),
    *("linkedin_url", "street", "city", "state", "postal_code", "country"),
)
ENDS: Final = ("status", "outcome", "current", "error_code", "error_message", "error_hint")
TOLD: Final = ("type", "step_id", "status", "outcome", "sentence")


# Every statement here and in db.claims finds a few rows by their keys, in tables that grow and
# shrink faster than their statistics: planned once, never by reading a table through. For the
# same reason each names its keys as one array, beside joining them.
BY_KEY = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}

# The planner takes every statement here to be about a row or two. It would compare each row with
# each: four thousand comparisons for sixty-four runs.
IN_BULK = BY_KEY | {"enable_nestloop": "off"}


async def enter(connection: Connection, workspace_id: str) -> None:
    """Act as a run of this workspace from here to the end of the transaction."""
    await connection.execute(
        "select set_config('role', 'console_run', true), set_config('app.workspace_id', %s, true)",
        [workspace_id],
    )


async def go_to(connection: Connection, workspace_id: str, inside: str) -> str:
    """The same, unless we are inside already. Answers with where we are."""
    if workspace_id != inside:
        await enter(connection, workspace_id)
    return workspace_id


async def hold(
    connection: Connection, owner: str, claims: Mapping[UUID, int]
) -> AsyncCursor[TupleRow]:
    """(execution_id,) of those that are still ours. Nobody can take them over before this
    transaction ends."""
    return await connection.execute(
        """
        select j.execution_id from engine_jobs j
          join unnest(%(ids)s::uuid[], %(fences)s::bigint[]) mine (id, fence)
            on j.execution_id = mine.id and j.fence = mine.fence
         where j.execution_id = any(%(ids)s::uuid[]) and j.owner = %(owner)s
         order by j.execution_id for no key update of j
        """,
        {"owner": owner, "ids": uuids(claims), "fences": bigints(claims.values())},
    )


async def contacts_to_change(
    connection: Connection, contacts: Iterable[UUID]
) -> AsyncCursor[TupleRow]:
    """(id, the whole contact) of those that are there; they wait for us from here on."""
    return await connection.execute(
        """
        select id, to_jsonb(contacts) from contacts where id = any(%s::uuid[])
         order by id for update
        """,
        [uuids(contacts)],
    )


async def add_steps(connection: Connection, workspace_id: str, steps: Sequence[Row]) -> None:
    """Rows: execution_id, path, position, entry, result. A step kept before stays as it was."""
    await connection.execute(
        """
        with progress as (
            update engine_jobs j set takeovers = 0, state = null
             where j.execution_id = any(%(ids)s::uuid[])
               and (j.takeovers > 0 or j.state is not null))
        insert into execution_steps (execution_id, workspace_id, path, position, entry, result)
        select id, %(workspace)s, path, position, entry, result
          from unnest(%(ids)s::uuid[], %(paths)s::text[], %(positions)s::int[],
                      %(entries)s::json[], %(results)s::json[])
               as step (id, path, position, entry, result)
            on conflict do nothing
        """,
        {
            "workspace": workspace_id,
            "ids": ids_of(steps),
            "paths": texts(step["path"] for step in steps),
            "positions": ints(step["position"] for step in steps),
            "entries": jsons(step["entry"] for step in steps),
            "results": jsons(step["result"] for step in steps),
        },
    )


async def show_current(connection: Connection, current: Mapping[UUID, str]) -> None:
    """Which step each execution is at."""
    await connection.execute(
        """
        update connector_executions e set current_step = now_at.step
          from unnest(%(ids)s::uuid[], %(steps)s::text[]) now_at (id, step)
         where e.id = any(%(ids)s::uuid[]) and e.id = now_at.id
        """,
        {"ids": uuids(current), "steps": texts(current.values())},
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
          from unnest(
               %(ids)s::uuid[], %(email)s::text[], %(phone)s::text[], %(first_name)s::text[],
               %(last_name)s::text[], %(company)s::text[], %(job_title)s::text[],
               %(website)s::text[], %(linkedin_url)s::text[], %(street)s::text[], %(city)s::text[],
               %(state)s::text[], %(postal_code)s::text[], %(country)s::text[], %(data)s::jsonb[])
               as r (id, email, phone, first_name, last_name, company, job_title, website,
                     linkedin_url, street, city, state, postal_code, country, data)
         where c.id = any(%(ids)s::uuid[]) and c.id = r.id
        """,
        {name: texts(contact[name] for contact in contacts) for name in COLUMNS}
        | {
            "ids": uuids(UUID(contact["id"]) for contact in contacts),
            "data": jsonbs(contact["data"] for contact in contacts),
        },
    )
    await connection.execute(
        """
        insert into contact_field_writes
               (workspace_id, contact_id, execution_id, connector_id, step_id, field, action,
                before, after)
        select %(workspace)s, r.*
          from unnest(%(contacts)s::uuid[], %(executions)s::uuid[], %(connectors)s::uuid[],
                      %(steps)s::text[], %(fields)s::text[], %(actions)s::text[],
                      %(before)s::jsonb[], %(after)s::jsonb[]) r
        """,
        {
            "workspace": workspace_id,
            "contacts": uuids(write["contact_id"] for write in writes),
            "executions": uuids(write["execution_id"] for write in writes),
            "connectors": uuids(write["connector_id"] for write in writes),
            "steps": texts(write["step_id"] for write in writes),
            "fields": texts(write["field"] for write in writes),
            "actions": texts(write["action"] for write in writes),
            "before": jsonbs(write["before"] for write in writes),
            "after": jsonbs(write["after"] for write in writes),
        },
    )


async def finish(connection: Connection, ended: Sequence[Row]) -> None:
    """Rows: execution_id, status, outcome, entries (null: those kept so far), output, current
    (null: as it was), error_code, error_message, error_hint. One final state each, the counters,
    and out of the queue."""
    await connection.execute(
        """
        with ended as (
            select * from unnest(
                %(ids)s::uuid[], %(status)s::text[], %(outcome)s::text[], %(entries)s::jsonb[],
                %(output)s::jsonb[], %(current)s::text[], %(error_code)s::text[],
                %(error_message)s::text[], %(error_hint)s::text[]) as r (
                execution_id, status, outcome, entries, output, current, error_code,
                error_message, error_hint)),
        final as (
            update connector_executions e
               set status = ended.status, outcome = ended.outcome, output_data = ended.output,
                   steps_executed = coalesce(ended.entries, (
                       select jsonb_agg(s.entry order by s.position) from execution_steps s
                        where s.execution_id = e.id), '[]'),
                   current_step = case when ended.status <> 'success'
                       then coalesce(ended.current, e.current_step) end,
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
        {name: texts(row[name] for row in ended) for name in ENDS}
        | {
            "ids": ids_of(ended),
            "entries": jsonbs(kept(row["entries"]) for row in ended),
            "output": jsonbs(row["output"] for row in ended),
        },
    )


async def tell(connection: Connection, workspace_id: str, events: Sequence[Row]) -> None:
    """Rows: execution_id, connector_id, type, step_id, status, outcome, sentence.

    The last statement of its transaction: ids become visible in order, so writers wait here.
    """
    await connection.execute(
        """
        insert into execution_events
               (workspace_id, execution_id, connector_id, type, step_id, status, outcome, sentence)
        select %(workspace)s, r.*
          from unnest(%(ids)s::uuid[], %(connectors)s::uuid[], %(type)s::text[],
                      %(step_id)s::text[], %(status)s::text[], %(outcome)s::text[],
                      %(sentence)s::text[]) r
        """,
        {name: texts(event.get(name) for event in events) for name in TOLD}
        | {
            "workspace": workspace_id,
            "ids": ids_of(events),
            "connectors": uuids(event["connector_id"] for event in events),
        },
    )


def ids_of(rows: Iterable[Row]) -> Uuids:
    return uuids(row["execution_id"] for row in rows)


def as_json(rows: Sequence[Row]) -> str:
    return orjson.dumps(rows).decode()
