"""How far the roles reach that belong to no person: the run, the queue, the door, the service."""

from uuid import UUID

import psycopg
import pytest

from db.session import Database, Engine, Runner, Signin
from tests.databases import Tenant
from tests.db.asking import add_connector, add_contact, add_execution, ask, changed, one, refused

RUN = Runner("acme")


@pytest.fixture
async def run(database: Database, acme: Tenant) -> UUID:
    """An execution that waits in the queue."""
    connector = await add_connector(database, acme.editor, "acme")
    execution = await add_execution(database, acme.editor, "acme", connector)
    await ask(
        database,
        acme.editor,
        "insert into engine_jobs (execution_id, workspace_id) values (%s, 'acme')",
        execution,
    )
    return execution


async def test_the_queue_sees_ids_of_all_workspaces_and_nothing_else(
    database: Database, run: UUID, globex: Tenant
) -> None:
    jobs = await ask(database, Engine(), "select execution_id, workspace_id from engine_jobs")
    assert jobs == [(run, "acme")]
    assert await changed(database, Engine(), "update engine_jobs set owner = 'w', fence = 1") == 1
    assert await one(database, Engine(), "select count(*) from engine_lanes") == 2
    for table in ("connector_executions", "contacts", "connectors", "workspaces", "data_keys"):
        await refused(database, Engine(), f"select from {table}")


async def test_a_run_writes_what_a_run_has_to_write(
    database: Database, acme: Tenant, run: UUID
) -> None:
    contact = await add_contact(database, acme.editor, "acme")
    connector = await one(database, RUN, "select id from connectors")
    for change, values in {
        "update connector_executions set status = 'success', outcome = 'found' where id = %s": [
            run
        ],
        "insert into execution_steps (execution_id, workspace_id, path, position, entry)"
        " values (%s, 'acme', 'find', 0, '{}')": [run],
        "update contacts set city = 'Bergen' where id = %s": [contact],
        "insert into contact_field_writes (workspace_id, contact_id, field, action)"
        " values ('acme', %s, 'city', 'overwrite')": [contact],
        "insert into execution_events (workspace_id, execution_id, connector_id, type, sentence)"
        " values ('acme', %s, %s, 'execution.finished', 'Done.')": [run, connector],
        "delete from engine_jobs where execution_id = %s": [run],
    }.items():
        assert await changed(database, RUN, change, *values) == 1, change
    await refused(database, RUN, "update contacts set workspace_id = 'globex'")
    await refused(database, RUN, "delete from contacts")
    await refused(database, RUN, "update connectors set config = '{}'")
    await refused(database, RUN, "select from workspace_members")


async def test_a_run_that_is_over_takes_no_more_steps(database: Database, run: UUID) -> None:
    step = (
        "insert into execution_steps (execution_id, workspace_id, path, position, entry)"
        " values (%s, 'acme', %s, 0, '{}')"
    )
    assert await changed(database, RUN, step, run, "find") == 1
    assert await changed(database, RUN, "delete from engine_jobs where execution_id = %s", run) == 1
    await refused(database, RUN, step, run, "check")


async def test_a_run_opens_credentials_and_keeps_the_workspaces_data_key(
    database: Database, acme: Tenant
) -> None:
    await ask(
        database,
        acme.admin,
        "insert into workspace_api_credentials (workspace_id, service_name, credentials)"
        """ values ('acme', 'hunter', '{"api_key": "sealed"}')""",
    )
    opened = await one(database, RUN, "select credentials from workspace_api_credentials")
    assert opened == {"api_key": "sealed"}
    used = "update workspace_api_credentials set last_used_at = now(), state = 'works'"
    assert await changed(database, RUN, used) == 1
    assert await changed(database, Runner("globex"), used) == 0
    new = "insert into data_keys (workspace_id, kek_id, wrapped) values ('acme', 'k1', 'x')"
    assert await changed(database, RUN, new) == 1
    await refused(database, RUN, new, code="23505")  # one current key a workspace


async def test_the_counters_of_a_connector(database: Database, acme: Tenant) -> None:
    connector = await add_connector(database, acme.editor, "acme")
    for success in (True, True, False, None):
        await ask(database, RUN, "select increment_connector_stats(%s, %s)", connector, success)
    row = await ask(
        database,
        acme.viewer,
        "select total_executions, successful_executions, failed_executions,"
        " last_executed_at is not null, updated_at >= last_executed_at from connectors",
    )
    assert row == [(4, 2, 1, True, True)]
    await ask(database, Runner("globex"), "select increment_connector_stats(%s, true)", connector)
    assert await one(database, acme.viewer, "select total_executions from connectors") == 4


async def test_the_service_role_reaches_executions_of_every_workspace(
    database: Database, owner_url: str, run: UUID, globex: Tenant
) -> None:
    theirs = await add_connector(database, globex.editor, "globex")
    await add_execution(database, globex.editor, "globex", theirs)
    with psycopg.connect(owner_url) as service:
        service.execute("set role service_role")
        assert service.execute("select from connector_executions").rowcount == 2
        assert service.execute("update connector_executions set status = 'failed'").rowcount == 2
        assert service.execute("select from connectors").rowcount == 2
        assert service.execute("delete from connector_executions").rowcount == 2
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute("select from user_passwords")


async def test_the_door_has_functions_and_no_table(database: Database, acme: Tenant) -> None:
    for table in ("sessions", "user_passwords", "api_keys", "workspace_members", "contacts"):
        await refused(database, Signin(), f"select from {table}")


async def test_updated_at_keeps_itself(database: Database, acme: Tenant) -> None:
    await add_connector(database, acme.editor, "acme")
    await changed(database, acme.editor, "update connectors set updated_at = '2001-01-01'")
    late = "select updated_at > created_at from connectors"
    assert await one(database, acme.viewer, late) is True


async def test_old_things_are_forgotten_in_batches(
    database: Database, owner_url: str, run: UUID, acme: Tenant
) -> None:
    connector = await one(database, RUN, "select id from connectors")
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into connector_executions (workspace_id, connector_id, connector_version,"
            " status, created_at) select 'acme', %s, 1, s, now() - interval '31 days'"
            " from unnest(array['success', 'failed', 'timeout', 'running']) s",
            [connector],
        )
        owner.execute(
            "insert into idempotency_keys (workspace_id, route, key, body_hash, created_at)"
            " values ('acme', '/', 'old', '', now() - interval '25 hours')"
        )
    forget = "select app.forget_old(30, 2)"
    assert [await one(database, Engine(), forget) for _ in range(2)] == [True, False]
    left = await ask(database, acme.viewer, "select status from connector_executions")
    assert sorted(left) == [("pending",), ("running",)]
    assert await one(database, acme.viewer, "select count(*) from idempotency_keys") == 0
