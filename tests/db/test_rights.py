"""What a viewer, an editor, an admin and an owner may do in their workspace."""

from uuid import uuid4

import psycopg
import pytest

from db.session import Actor, Database
from tests.databases import Tenant
from tests.db.asking import add_connector, add_execution, ask, changed, one, refused

SAY_CONNECTOR = "insert into connectors (workspace_id, name, config) values ('acme', 'New', '{}')"
SAY_CONTACT = "insert into contacts (workspace_id, email) values ('acme', 'new@example.test')"
SAY_CREDENTIAL = (
    "insert into workspace_api_credentials (workspace_id, service_name) values ('acme', 'hunter')"
)


@pytest.mark.parametrize("change", [SAY_CONNECTOR, SAY_CONTACT])
async def test_viewers_read_and_editors_write(
    database: Database, acme: Tenant, change: str
) -> None:
    await refused(database, acme.viewer, change)
    for who in (acme.editor, acme.admin, acme.owner):
        assert await changed(database, who, change) == 1
    table = change.split()[2]
    assert await one(database, acme.viewer, f"select count(*) from {table}") == 3
    assert await changed(database, acme.viewer, f"delete from {table}") == 0
    assert await changed(database, acme.editor, f"delete from {table}") == 3


async def test_an_editor_starts_a_run_and_asks_for_its_end_but_never_writes_its_record(
    database: Database, acme: Tenant
) -> None:
    connector = await add_connector(database, acme.editor, "acme")
    run = await add_execution(database, acme.editor, "acme", connector)
    cancel = "update connector_executions set cancel_requested = true where id = %s"
    assert await changed(database, acme.viewer, cancel, run) == 0
    assert await changed(database, acme.editor, cancel, run) == 1
    for column in ("status = 'success'", "steps_executed = '[]'", "outcome = 'found'"):
        await refused(database, acme.owner, f"update connector_executions set {column}")
    await refused(database, acme.owner, "delete from connector_executions")


async def test_counters_are_the_runs_to_count(database: Database, acme: Tenant) -> None:
    await add_connector(database, acme.editor, "acme")
    await refused(database, acme.owner, "update connectors set total_executions = 1000000")
    await refused(database, acme.owner, "select increment_connector_stats(gen_random_uuid(), true)")


async def test_credentials_are_connected_by_admins_and_seen_by_members(
    database: Database, acme: Tenant
) -> None:
    await refused(database, acme.editor, SAY_CREDENTIAL)
    assert await changed(database, acme.admin, SAY_CREDENTIAL) == 1
    seen = "select service_name from workspace_api_credentials"
    assert await one(database, acme.viewer, seen) == "hunter"
    assert await changed(database, acme.editor, "delete from workspace_api_credentials") == 0
    assert await changed(database, acme.admin, "delete from workspace_api_credentials") == 1


async def test_an_admins_key_cannot_act_as_somebody_else(database: Database, acme: Tenant) -> None:
    make = (
        "insert into api_keys (workspace_id, user_id, name, key_hash, last4)"
        " values ('acme', %s, 'Import', %s, 'wxyz')"
    )
    await refused(database, acme.admin, make, acme.owner.user_id, b"1")
    await refused(database, acme.editor, make, acme.editor.user_id, b"2")
    assert await changed(database, acme.admin, make, acme.admin.user_id, b"3") == 1
    await refused(database, acme.owner, "select key_hash from api_keys")


async def test_admins_look_after_viewers_and_editors_only(database: Database, acme: Tenant) -> None:
    promote = "update workspace_members set role = %s where user_id = %s"
    remove = "delete from workspace_members where user_id = %s"
    editor, owner = acme.editor.user_id, acme.owner.user_id
    assert await changed(database, acme.editor, promote, "viewer", editor) == 0
    assert await changed(database, acme.admin, promote, "viewer", editor) == 1
    await refused(database, acme.admin, promote, "admin", editor)
    assert await changed(database, acme.admin, promote, "viewer", owner) == 0
    assert await changed(database, acme.admin, remove, owner) == 0
    assert await changed(database, acme.owner, promote, "owner", editor) == 1


async def test_the_last_owner_stays(database: Database, acme: Tenant) -> None:
    step_down = "update workspace_members set role = 'viewer' where user_id = %s"
    leave = "delete from workspace_members where user_id = %s"
    for change in (step_down, leave):
        said = await refused(database, acme.owner, change, acme.owner.user_id, code="23514")
        assert "last owner" in said
    promote = "update workspace_members set role = 'owner' where user_id = %s"
    assert await changed(database, acme.owner, promote, acme.admin.user_id) == 1
    assert await changed(database, acme.owner, leave, acme.owner.user_id) == 1


async def test_anyone_else_may_leave(database: Database, acme: Tenant) -> None:
    leave = "delete from workspace_members where user_id = %s"
    assert await changed(database, acme.viewer, leave, acme.viewer.user_id) == 1
    assert await changed(database, acme.editor, leave, acme.admin.user_id) == 0


async def test_whoever_makes_a_workspace_owns_it(
    database: Database, owner_url: str, acme: Tenant
) -> None:
    made = await one(database, acme.viewer, "select app.create_workspace('Second')")
    mine = Actor(acme.viewer.user_id, made)
    assert await one(database, mine, "select role from workspace_members") == "owner"
    assert await one(database, mine, "select count(*) from engine_lanes") == 1
    await refused(database, acme.owner, "insert into workspaces (name) values ('By hand')")
    with psycopg.connect(owner_url) as owner, pytest.raises(psycopg.Error, match="not signed in"):
        owner.execute("select app.create_workspace('Nobody''s')")


async def test_members_are_added_by_e_mail_within_ones_own_rank(
    database: Database, acme: Tenant, globex: Tenant
) -> None:
    add = "select app.add_member('acme', %s, %s)"
    await refused(database, acme.editor, add, "new@acme.test", "viewer")
    await refused(database, acme.admin, add, "new@acme.test", "admin")
    await refused(database, globex.owner, add, "new@acme.test", "viewer")
    await one(database, acme.admin, add, "new@acme.test", "viewer")
    known = await one(database, acme.owner, add, "OWNER@globex.test", "owner")
    assert known == globex.owner.user_id
    names = [
        row[1] for row in await ask(database, acme.viewer, "select * from app.members('acme')")
    ]
    assert {"new@acme.test", "owner@globex.test", "viewer@acme.test"} <= set(names)
    assert await ask(database, acme.viewer, "select * from app.members('globex')") == []
    await refused(database, acme.owner, add, "new@acme.test", "viewer", code="23505")


async def test_the_audit_log_is_written_in_ones_own_name_and_read_by_admins(
    database: Database, acme: Tenant
) -> None:
    say = (
        "insert into audit_log (workspace_id, actor_id, action, object_type)"
        " values ('acme', %s, 'connector.published', 'connector')"
    )
    assert await one(database, acme.editor, f"{say} returning id", acme.editor.user_id)
    await refused(database, acme.editor, say, acme.owner.user_id)
    await refused(database, acme.owner, "update audit_log set action = 'nothing'")
    await refused(database, acme.owner, "delete from audit_log")
    assert await one(database, acme.admin, "select count(*) from audit_log") == 1
    assert await one(database, acme.viewer, "select count(*) from audit_log") == 0


async def test_without_being_named_a_person_sees_nothing(database: Database, acme: Tenant) -> None:
    assert await one(database, Actor(uuid4()), "select count(*) from workspaces") == 0
