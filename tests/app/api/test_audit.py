"""The audit log: found by who, what and when; exported whole; never changed by anybody."""

import csv
import io
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.services.audit import Audit
from app.services.problems import NotAllowed
from app.services.workspaces import Workspaces
from db.audit import Narrowed
from db.session import Actor
from tests.db.queue import sql


@pytest.fixture
async def log(database, acme) -> Audit:
    """Acme's owner made two members, its admin one of them an editor."""
    places = Workspaces(database)
    ada = await places.add_member(acme.owner, "acme", "ada@acme.test", "viewer")
    await places.add_member(acme.owner, "acme", "=cmd@acme.test", "viewer")
    await places.change_role(acme.admin, "acme", ada.user_id, "editor")
    return Audit(database)


async def found(log: Audit, actor: Actor, **narrowed) -> list[str]:
    rows = (await log.listed(actor, Narrowed(**narrowed))).items
    return [one.action for one in rows]


async def test_entries_are_narrowed_by_who_what_about_whom_and_when(log, acme):
    everything = ["member.role_changed", "member.added", "member.added"]
    assert await found(log, acme.admin) == everything
    assert await found(log, acme.admin, actor_id=acme.admin.user_id) == everything[:1]
    assert await found(log, acme.admin, object_type="credential") == []
    assert await found(log, acme.admin, target="ADA@") == ["member.added"]
    assert await found(log, acme.admin, target="%") == []
    entry = (await log.listed(acme.admin)).items[0]
    assert len(await found(log, acme.admin, target=entry.object_id)) == 2
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert await found(log, acme.admin, since=soon) == []
    assert await found(log, acme.admin, until=soon) == everything


async def test_the_api_narrows_alike_and_pages_by_number(api, log, acme):
    first = (await api.get("/audit?object_type=member&limit=2")).json()
    assert len(first["items"]) == 2
    rest = (await api.get(f"/audit?object_type=member&cursor={first['next_cursor']}")).json()
    assert [one["action"] for one in rest["items"]] == ["member.added"]
    mine = (await api.get(f"/audit?actor_id={acme.admin.user_id}")).json()["items"]
    assert [one["action"] for one in mine] == ["member.role_changed"]


async def test_an_export_holds_everything_that_fits_and_no_formula(log, acme):
    text = "".join([piece async for piece in log.as_csv(acme.admin, Narrowed())])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["action"] for row in rows] == [
        "member.role_changed",
        "member.added",
        "member.added",
    ]
    assert rows[0]["before"] == '{"role":"viewer"}'
    assert "=cmd@acme.test" in rows[1]["after"]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


async def test_an_export_is_for_admins_and_the_services_own_entries_for_those_who_run_it(
    log, acme, globex, owner_url
):
    for actor, of_service in ((acme.editor, False), (acme.owner, True)):
        with pytest.raises(NotAllowed):
            [piece async for piece in log.as_csv(actor, Narrowed(), of_service=of_service)]
    assert (await log.listed(globex.owner)).items == []
    sql(
        owner_url,
        "insert into saas_admin_users (user_id, role) values (%s, 'admin') returning 1",
        globex.owner.user_id,
    )
    sql(
        owner_url,
        "insert into audit_log (action, object_type) values ('keys.rotated', 'keys') returning 1",
    )
    seen = (await log.of_service(globex.owner)).items
    assert [one.action for one in seen] == ["keys.rotated"]


async def test_members_below_admin_see_their_own_doings_only(log, acme):
    assert await found(log, acme.editor) == []
    assert await found(log, acme.viewer) == []


@pytest.mark.parametrize(
    "role", ["authenticated", "console_run", "console_engine", "service_role", ""]
)
@pytest.mark.parametrize(
    "statement",
    [
        "update audit_log set action = 'x'",
        "delete from audit_log",
        "truncate audit_log",
    ],
)
async def test_nobody_changes_or_removes_an_entry(log, owner_url, role, statement):
    with psycopg.connect(owner_url) as connection:
        if role:
            connection.execute(f"set role {role}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())
    assert sql(owner_url, "select count(*) from audit_log") == [(3,)]


async def test_a_change_that_fails_leaves_no_entry(log, database, acme, owner_url):
    with pytest.raises(Exception, match="owner"):
        await Workspaces(database).remove_member(acme.owner, "acme", acme.owner.user_id)
    assert sql(owner_url, "select count(*) from audit_log") == [(3,)]
