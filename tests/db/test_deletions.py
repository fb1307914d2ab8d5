"""What goes with a contact or a run: nothing of it is left, and nothing of anybody else's goes."""

import asyncio
from uuid import UUID

import psycopg
import pytest

from db.session import Database, Runner
from tests.databases import Tenant
from tests.db.asking import add_connector, add_contact, ask, changed
from tests.waiting import until

WAITING = "pg_locks join pg_stat_activity using (pid) where not granted"
WAITING += " and datname = current_database()"


@pytest.fixture
def written(owner_url: str) -> "Written":
    return Written(owner_url)


class Written:
    """Runs that wrote to contacts, as the owner of the tables sees them."""

    def __init__(self, owner_url: str) -> None:
        self._url = owner_url

    def run(self, workspace_id: str, connector: UUID, contact: UUID) -> UUID:
        with psycopg.connect(self._url) as owner:
            row = owner.execute(
                "insert into connector_executions (workspace_id, connector_id, contact_id,"
                " connector_version) values (%s, %s, %s, 1) returning id",
                [workspace_id, connector, contact],
            ).fetchone()
            assert row is not None
            owner.execute(
                "insert into execution_steps (workspace_id, execution_id, path, position, entry)"
                " values (%s, %s, 'find', 0, '{}')",
                [workspace_id, row[0]],
            )
            owner.execute(
                "insert into contact_field_writes (workspace_id, contact_id, execution_id, field,"
                " action) values (%s, %s, %s, 'city', 'overwrite')",
                [workspace_id, contact, row[0]],
            )
        return UUID(str(row[0]))

    def left(self, table: str, what: str) -> set[object]:
        with psycopg.connect(self._url) as owner:
            return {row[0] for row in owner.execute(f"select {what} from {table}".encode())}


async def test_a_contact_takes_along_who_wrote_it_and_leaves_its_runs(
    database: Database, acme: Tenant, written: Written
) -> None:
    connector = await add_connector(database, acme.editor, "acme")
    gone, stays = [await add_contact(database, acme.editor, "acme") for _ in range(2)]
    for contact in (gone, stays):
        written.run("acme", connector, contact)
    assert await changed(database, acme.editor, "delete from contacts where id = %s", gone) == 1
    assert written.left("connector_executions", "contact_id") == {None, stays}
    assert written.left("contact_field_writes", "contact_id") == {stays}


async def test_a_connector_takes_along_its_runs_and_their_steps(
    database: Database, acme: Tenant, written: Written
) -> None:
    gone, stays = [await add_connector(database, acme.editor, "acme") for _ in range(2)]
    contact = await add_contact(database, acme.editor, "acme")
    _, run = [written.run("acme", connector, contact) for connector in (gone, stays)]
    assert await changed(database, acme.editor, "delete from connectors where id = %s", gone) == 1
    assert written.left("connector_executions", "id") == {run}
    assert written.left("execution_steps", "execution_id") == {run}


async def test_a_step_that_is_written_while_its_run_is_deleted_goes_with_it(
    database: Database, acme: Tenant, written: Written
) -> None:
    connector = await add_connector(database, acme.editor, "acme")
    contact = await add_contact(database, acme.editor, "acme")
    run = written.run("acme", connector, contact)
    job = "insert into engine_jobs (execution_id, workspace_id) values (%s, 'acme')"
    await ask(database, acme.editor, job, run)
    async with database.connection_for(Runner("acme")) as worker:
        await worker.execute("select from engine_jobs for no key update")
        deleting = asyncio.create_task(
            changed(database, acme.editor, "delete from connectors where id = %s", connector)
        )
        await until(lambda: written.left(WAITING, "pid"))
        await worker.execute(
            "insert into execution_steps (execution_id, workspace_id, path, position, entry)"
            " values (%s, 'acme', 'check', 1, '{}')",
            [run],
        )
    assert await deleting == 1
    assert written.left("execution_steps", "path") == set()


async def test_a_workspace_takes_along_all_of_it(
    database: Database, acme: Tenant, globex: Tenant, written: Written
) -> None:
    for tenant in (acme, globex):
        connector = await add_connector(database, tenant.editor, tenant.workspace_id)
        contact = await add_contact(database, tenant.editor, tenant.workspace_id)
        written.run(tenant.workspace_id, connector, contact)
    assert await changed(database, acme.owner, "delete from workspaces where id = 'acme'") == 1
    for table in ("connector_executions", "execution_steps", "contact_field_writes"):
        assert written.left(table, "workspace_id") == {"globex"}, table
