"""Records as many weeks leave them, written by the database itself in one statement each."""

from uuid import uuid4

import psycopg


def long_run(database_url: str, items: int) -> str:
    """A finished run of the newest connector that went through a loop: four lines an item."""
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
              from connectors c order by c.created_at desc limit 1
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
