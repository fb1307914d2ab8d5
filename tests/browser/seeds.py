"""Records as many weeks leave them, written by the database itself in one statement each."""

from uuid import uuid4

import psycopg


def long_run(database_url: str, items: int) -> str:
    """A finished run in the demo's workspace that went through a loop: four lines an item."""
    run = uuid4()
    with psycopg.connect(database_url) as connection:
        values = {"run": run, "items": items}
        connection.execute(
            """
            insert into connector_executions
                   (id, connector_id, workspace_id, status, outcome, trigger, connector_version,
                    steps_executed, execution_time_ms, started_at, finished_at)
            select %(run)s, c.id, c.workspace_id, 'success', 'found', 'manual', 1,
                   (select jsonb_build_array(jsonb_build_object(
                               'id', 'loop', 'name', 'For each address', 'kind', 'for_each',
                               'status', 'success', 'started_at', now(), 'duration_ms', 60000))
                        || jsonb_agg(jsonb_build_object(
                               'id', 'look', 'name', 'Look it up', 'kind', 'http',
                               'path', 'loop[' || i - 1 || '].look', 'status', 'success',
                               'attempts', 1, 'duration_ms', 3,
                               'started_at', now() + i * interval '3 ms',
                               'response', jsonb_build_object(
                                   'status', 200, 'headers', '{}'::jsonb,
                                   'body', jsonb_build_object('number', i))) order by i)
                      from generate_series(1, %(items)s) i),
                   60000, now(), now() + interval '1 min'
              from connectors c join workspaces w on w.id = c.workspace_id
             where w.is_demo order by c.created_at desc limit 1
            """,
            values,
        )
        connection.execute(
            """
            insert into execution_events
                   (workspace_id, execution_id, connector_id, type, step_id, status, sentence)
            select e.workspace_id, e.id, e.connector_id,
                   case when n %% 4 = 0 then 'step.finished' else 'step.started' end,
                   'loop[' || n / 4 || '].look',
                   case when n %% 4000 = 0 then 'failed' when n %% 4 = 0 then 'success' end,
                   'Line ' || n || ': called api.example.com for address ' || n / 4 || '.'
              from connector_executions e, generate_series(1, 4 * %(items)s) n
             where e.id = %(run)s order by n
            """,
            values,
        )
    return str(run)


def many_runs(database_url: str, count: int, *, minutes: int) -> None:
    """Ended runs of the demo's connectors over the last minutes; every twentieth failed."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            """
            with known as (
                select array_agg(c.id) as ids, min(w.id) as workspace
                  from connectors c join workspaces w on w.id = c.workspace_id where w.is_demo),
            people as (select array_agg(c.id) as ids from contacts c, known
                        where c.workspace_id = known.workspace),
            planned as (
                select n, now() - n * (%(minutes)s * interval '1 min') / %(count)s as at,
                       n %% 20 = 0 as failed,
                       (array['found', 'found', 'partly', 'not_found', 'found', 'skipped'])[
                           1 + n %% 6] as outcome
                  from generate_series(1, %(count)s) n)
            insert into connector_executions
                   (connector_id, workspace_id, contact_id, status, outcome, trigger,
                    connector_version, steps_executed, current_step, error_code, error_message,
                    execution_time_ms, created_at, started_at, finished_at)
            select known.ids[1 + n %% cardinality(known.ids)], known.workspace,
                   people.ids[1 + n %% cardinality(people.ids)],
                   case when failed then 'failed' else 'success' end,
                   case when failed then 'failed' else outcome end,
                   (array['manual', 'schedule', 'api'])[1 + n %% 3], 1,
                   jsonb_build_array(
                       jsonb_build_object('id', 'find', 'name', 'Find the person', 'kind', 'http',
                           'status', case when failed then 'failed' else 'success' end,
                           'duration_ms', 80 + n %% 400, 'attempts', 1),
                       jsonb_build_object('id', 'phones', 'name', 'Phone by three services',
                           'kind', 'waterfall', 'status', 'success', 'duration_ms', 900,
                           'extracted', jsonb_build_object('cost', 0.02 * (n %% 3)))),
                   case when failed then (array['find', 'look', 'check'])[1 + n / 20 %% 3] end,
                   case when failed then (array['timeout', 'http_500', 'bad_key', 'rate_limited',
                       'no_answer'])[1 + n / 20 %% 5] end,
                   case when failed then (array['api.example.com did not answer within 30 seconds.',
                       'api.example.com answered with an error (500).',
                       'api.example.com does not accept the key.',
                       'api.example.com asks us to slow down.',
                       'api.example.com did not answer.'])[1 + n / 20 %% 5] end,
                   120 + n %% 2000, at, at, at + interval '1 s'
              from planned, known, people
            """,
            {"count": count, "minutes": minutes},
        )
        connection.execute("analyze connector_executions")
