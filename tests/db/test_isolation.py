"""What one workspace has, no other can see, change, count or point at."""

from uuid import uuid4

import psycopg
from sqlalchemy import func, select

from db.connectors import Connector
from db.session import Actor, Database, Runner
from tests.databases import Tenant
from tests.db.asking import add_connector, add_contact, add_execution, ask, changed, one, refused

WITH_WORKSPACE = (
    "workspace_members",
    "contacts",
    "connectors",
    "connector_versions",
    "connector_drafts",
    "connector_step_tests",
    "connector_executions",
    "execution_steps",
    "execution_events",
    "contact_field_writes",
    "engine_jobs",
    "engine_lanes",
    "idempotency_keys",
    "audit_log",
)


async def test_a_connector_of_one_workspace_is_not_there_for_another(
    database: Database, acme: Tenant, globex: Tenant
) -> None:
    async with database.session_for(acme.editor) as session:
        made = Connector(workspace_id="acme", name="Find people", config={"steps": []})
        session.add(made)
    async with database.session_for(globex.owner) as session:
        assert await session.get(Connector, made.id) is None
        assert await session.scalar(select(func.count()).select_from(Connector)) == 0
    async with database.session_for(acme.viewer) as session:
        assert (await session.get_one(Connector, made.id)).name == "Find people"


async def test_another_workspaces_rows_cannot_be_changed_or_deleted(
    database: Database, acme: Tenant, globex: Tenant
) -> None:
    connector = await add_connector(database, acme.editor, "acme")
    for change in ("update connectors set name = 'Mine'", "delete from connectors"):
        assert await changed(database, globex.owner, f"{change} where id = %s", connector) == 0
    assert await one(database, acme.viewer, "select name from connectors") == "Find people"


async def test_nobody_writes_into_a_workspace_they_are_not_in(
    database: Database, acme: Tenant, globex: Tenant
) -> None:
    for who in (globex.owner, Actor(globex.owner.user_id, "acme"), Actor(globex.owner.user_id)):
        await refused(
            database,
            who,
            "insert into connectors (workspace_id, name, config) values ('acme', 'Mine', '{}')",
        )


async def test_a_row_cannot_be_moved_even_by_a_member_of_both_workspaces(
    database: Database, owner_url: str, acme: Tenant, globex: Tenant
) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into workspace_members values ('globex', %s, 'owner')", [acme.owner.user_id]
        )
    connector = await add_connector(database, acme.owner, "acme")
    for who in (acme.owner, Actor(acme.owner.user_id)):
        await refused(
            database, who, "update connectors set workspace_id = 'globex' where id = %s", connector
        )


async def test_a_claimed_workspace_narrows_and_its_absence_never_widens(
    database: Database, owner_url: str, acme: Tenant, globex: Tenant
) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute("insert into workspaces (id, name) values ('initech', 'Initech')")
        owner.execute(
            "insert into workspace_members values ('globex', %s, 'viewer')", [acme.owner.user_id]
        )
    person = acme.owner.user_id

    async def seen(workspace_id: str | None) -> list[str]:
        rows = await ask(database, Actor(person, workspace_id), "select id from workspaces")
        return sorted(row[0] for row in rows)

    assert await seen(None) == ["acme", "globex"]
    assert await seen("acme") == ["acme"]
    assert await seen("initech") == []
    # What one may do is decided in each workspace, whatever one is elsewhere.
    for claim in (None, "globex"):
        await refused(
            database,
            Actor(person, claim),
            "insert into contacts (workspace_id) values ('globex')",
        )


async def test_a_stranger_sees_no_row_of_any_table(
    database: Database, acme: Tenant, globex: Tenant
) -> None:
    connector = await add_connector(database, acme.editor, "acme")
    await add_contact(database, acme.editor, "acme")
    await add_execution(database, acme.editor, "acme", connector)
    strangers = (Actor(uuid4()), Actor(uuid4(), "acme"), Actor(globex.owner.user_id, "acme"))
    for who in strangers:
        for table in WITH_WORKSPACE:
            assert await one(database, who, f"select count(*) from {table}") == 0, table


async def test_nothing_can_point_at_a_row_of_another_workspace(
    database: Database, acme: Tenant, globex: Tenant
) -> None:
    theirs = await add_connector(database, acme.editor, "acme")
    contact = await add_contact(database, acme.editor, "acme")
    execution = await add_execution(database, acme.editor, "acme", theirs)
    ours = await add_connector(database, globex.editor, "globex")
    attempts = {
        "insert into connector_executions (workspace_id, connector_id, connector_version)"
        " values ('globex', %s, 1)": [theirs],
        "insert into connector_executions (workspace_id, connector_id, contact_id,"
        " connector_version) values ('globex', %s, %s, 1)": [ours, contact],
        "insert into connector_versions (workspace_id, connector_id, version, definition)"
        " values ('globex', %s, 7, '{}')": [theirs],
        "insert into connector_drafts (workspace_id, connector_id, draft, base_version)"
        " values ('globex', %s, '{}', 1)": [theirs],
        "insert into engine_jobs (workspace_id, execution_id) values ('globex', %s)": [execution],
    }
    for attempt, values in attempts.items():
        await refused(database, globex.editor, attempt, *values, code="23503")
    await refused(
        database,
        Runner("globex"),
        "insert into contact_field_writes (workspace_id, contact_id, field, action)"
        " values ('globex', %s, 'email', 'overwrite')",
        contact,
        code="23503",
    )
    await ask(
        database,
        acme.editor,
        "insert into engine_jobs (workspace_id, execution_id) values ('acme', %s)",
        execution,
    )
    step = (
        "insert into execution_steps (workspace_id, execution_id, path, position, entry)"
        " values (%s, %s, 'a', 0, '{}')"
    )
    await refused(database, Runner("globex"), step, "globex", execution)
    await refused(database, Runner("globex"), step, "acme", execution)
    assert await changed(database, Runner("acme"), step, "acme", execution) == 1


async def test_deleting_a_workspace_takes_its_connectors_and_leaves_the_others(
    database: Database, owner_url: str, acme: Tenant, globex: Tenant
) -> None:
    for tenant in (acme, globex):
        connector = await add_connector(database, tenant.editor, tenant.workspace_id)
        await add_contact(database, tenant.editor, tenant.workspace_id)
        await add_execution(database, tenant.editor, tenant.workspace_id, connector)
    assert await changed(database, acme.admin, "delete from workspaces where id = 'acme'") == 0
    assert await changed(database, acme.owner, "delete from workspaces where id = 'acme'") == 1
    with psycopg.connect(owner_url) as owner:
        for table in ("connectors", "contacts", "connector_executions", "workspace_members"):
            left = owner.execute(f"select distinct workspace_id from {table}".encode()).fetchall()
            assert left == [("globex",)], table


async def test_deleting_a_contact_leaves_its_executions(database: Database, acme: Tenant) -> None:
    connector = await add_connector(database, acme.editor, "acme")
    contact = await add_contact(database, acme.editor, "acme")
    await ask(
        database,
        acme.editor,
        "insert into connector_executions (workspace_id, connector_id, contact_id,"
        " connector_version) values ('acme', %s, %s, 1)",
        connector,
        contact,
    )
    assert await changed(database, acme.editor, "delete from contacts where id = %s", contact) == 1
    rows = await ask(
        database, acme.viewer, "select workspace_id, contact_id from connector_executions"
    )
    assert rows == [("acme", None)]
