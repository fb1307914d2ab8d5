"""The door: sessions, keys, passwords, and how often one may try."""

from datetime import timedelta
from uuid import UUID

import psycopg

from db.session import Database, Signin
from tests.databases import Tenant
from tests.db.asking import ask, one, refused

DOOR = Signin()
START = "select app.start_session(%s, %s, %s, %s)"
FIND = "select user_id, email, workspace_id, role from app.find_session(%s)"
DAY = timedelta(days=1)


async def test_a_session_is_found_until_it_ends(database: Database, acme: Tenant) -> None:
    user = acme.editor.user_id
    session = await one(database, DOOR, START, user, b"token", DAY, None)
    found = await ask(database, DOOR, FIND, b"token")
    assert found == [(user, "editor@acme.test", "acme", "editor")]
    assert await ask(database, DOOR, FIND, b"guess") == []
    await ask(database, DOOR, "select app.end_session(%s)", session)
    assert await ask(database, DOOR, FIND, b"token") == []


async def test_a_session_dies_with_its_time_and_with_a_new_password(
    database: Database, acme: Tenant
) -> None:
    user = acme.editor.user_id
    await ask(database, DOOR, START, user, b"old", timedelta(), None)
    assert await ask(database, DOOR, FIND, b"old") == []
    here = await one(database, DOOR, START, user, b"here", DAY, None)
    await ask(database, DOOR, START, user, b"elsewhere", DAY, None)
    await ask(database, DOOR, "select app.end_sessions(%s, %s)", user, here)
    assert await ask(database, DOOR, FIND, b"elsewhere") == []
    assert len(await ask(database, DOOR, FIND, b"here")) == 1


async def test_a_session_enters_only_workspaces_of_its_user(
    database: Database, owner_url: str, acme: Tenant, globex: Tenant
) -> None:
    user = acme.editor.user_id
    await ask(database, DOOR, START, user, b"stranger", DAY, "globex")
    assert await ask(database, DOOR, FIND, b"stranger") == [(user, "editor@acme.test", None, None)]
    session = await one(database, DOOR, START, user, b"token", DAY, "acme")
    enter = "select app.enter_workspace(%s, %s)"
    assert await one(database, DOOR, enter, session, "globex") is False
    with psycopg.connect(owner_url) as owner:
        owner.execute("insert into workspace_members values ('globex', %s, 'viewer')", [user])
    assert await one(database, DOOR, enter, session, "globex") is True
    assert (await ask(database, DOOR, FIND, b"token"))[0][2:] == ("globex", "viewer")


async def test_a_key_acts_as_its_user_for_as_long_as_they_are_a_member(
    database: Database, owner_url: str, acme: Tenant
) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into api_keys (workspace_id, user_id, name, key_hash, last4, expires_at)"
            " values ('acme', %(user)s, 'a', 'good', '1234', null),"
            " ('acme', %(user)s, 'b', 'expired', '1234', now() - interval '1 second')",
            {"user": acme.editor.user_id},
        )
    find = "select user_id, workspace_id, role from app.find_api_key(%s)"
    assert await ask(database, DOOR, find, b"good") == [(acme.editor.user_id, "acme", "editor")]
    assert await ask(database, DOOR, find, b"expired") == []
    key = await one(database, DOOR, "select id from app.find_api_key('good')")
    await ask(database, DOOR, "select app.touch_api_key(%s)", key)
    seen = await one(database, acme.admin, "select count(last_used_at) from api_keys")
    assert seen == 1
    with psycopg.connect(owner_url) as owner:
        owner.execute("delete from workspace_members where user_id = %s", [acme.editor.user_id])
    assert await ask(database, DOOR, find, b"good") == []


async def test_passwords_are_found_by_e_mail_in_any_case(database: Database, acme: Tenant) -> None:
    user = acme.owner.user_id
    find = "select user_id, hash, initial from app.find_password(%s)"
    assert await ask(database, DOOR, find, "owner@acme.test") == []
    for secret in ("first", "second"):
        await ask(database, DOOR, "select app.change_password(%s, %s)", user, secret)
    assert await ask(database, DOOR, find, "OWNER@acme.test") == [(user, "second", False)]
    assert await one(database, DOOR, "select hash from app.password_of(%s)", user) == "second"
    await refused(database, acme.owner, find, "owner@acme.test")


async def test_a_users_workspaces_are_found_by_their_id(database: Database, acme: Tenant) -> None:
    find = "select workspace_id, role from app.find_user(%s, %s)"
    user = acme.viewer.user_id
    assert await ask(database, DOOR, find, user, None) == [("acme", "viewer")]
    assert await ask(database, DOOR, find, user, "globex") == [(None, None)]
    assert await ask(database, DOOR, find, UUID(int=7), None) == []


FAIL = "select app.sign_in_failed(%s)"
WAIT = "select app.sign_in_allowed(%s)"
GIVEN = "select coalesce(max(blocked_until - updated_at), interval '0') from sign_in_throttle"
WHO = ["email:ada@acme.test", "address:192.0.2.1"]


async def test_failing_costs_ever_more_time_and_never_more_than_a_quarter_of_an_hour(
    database: Database, owner_url: str
) -> None:
    given = []
    for _ in range(16):
        await ask(database, DOOR, FAIL, WHO)
        with psycopg.connect(owner_url) as owner:
            ((wait,),) = owner.execute(GIVEN).fetchall()
        given.append(wait.total_seconds())
    assert given[:8] == [0, 0, 0, 2, 4, 8, 16, 32]
    assert given[12:] == [900, 900, 900, 900]
    assert timedelta(minutes=10) < await one(database, DOOR, WAIT, WHO) <= timedelta(minutes=15)


async def test_each_address_and_each_e_mail_waits_for_itself(database: Database) -> None:
    for _ in range(12):  # so long that it cannot be over before it is asked for
        await ask(database, DOOR, FAIL, WHO)
    assert await one(database, DOOR, WAIT, ["email:bob@acme.test"]) == timedelta()
    for mixed in (["email:bob@acme.test", WHO[1]], [WHO[0], "address:192.0.2.99"]):
        assert await one(database, DOOR, WAIT, mixed) > timedelta()


async def test_success_forgives_and_so_does_a_quiet_day(database: Database, owner_url: str) -> None:
    for _ in range(5):
        await ask(database, DOOR, FAIL, WHO)
    await ask(database, DOOR, "select app.sign_in_succeeded(%s)", WHO[:1])
    assert await one(database, DOOR, WAIT, WHO[:1]) == timedelta()
    with psycopg.connect(owner_url) as owner:
        owner.execute("update sign_in_throttle set updated_at = now() - interval '25 hours'")
    await ask(database, DOOR, FAIL, WHO[1:])
    assert await one(database, DOOR, WAIT, WHO[1:]) == timedelta()
