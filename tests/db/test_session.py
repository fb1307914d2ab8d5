"""Every transaction is somebody's, leaves nothing behind, and survives a restart of the server."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select, text

from db.actors import introduce, introduction
from db.contacts import Contact
from db.session import Actor, Caller, Database, DatabaseAway, MissingActor, Runner
from db.workspaces import Workspace
from tests.databases import Cluster, Tenant
from tests.db.asking import ask, one


@pytest.mark.parametrize("nobody", [None, "acme", 1])
async def test_without_somebody_nothing_is_asked(nobody: Caller) -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(MissingActor):
        async with nowhere.session_for(nobody):
            pass
    with pytest.raises(MissingActor):
        async with nowhere.connection_for(nobody):
            pass
    await nowhere.close()


async def fail(database: Database, who: Actor) -> None:
    async with database.session_for(who) as session:
        session.add(Contact(workspace_id="acme", email="bob@acme.test"))
        await session.flush()
        raise ZeroDivisionError


async def test_a_transaction_is_kept_at_the_end_and_undone_by_an_error(
    database: Database, acme: Tenant
) -> None:
    async with database.session_for(acme.editor) as session:
        session.add(Contact(workspace_id="acme", email="ada@acme.test"))
    with pytest.raises(ZeroDivisionError):
        await fail(database, acme.editor)
    async with database.session_for(acme.viewer) as session:
        assert list(await session.scalars(select(Contact.email))) == ["ada@acme.test"]


async def test_what_the_database_fills_in_is_there_without_asking_again(
    database: Database, acme: Tenant
) -> None:
    async with database.session_for(acme.editor) as session:
        ada = Contact(workspace_id="acme", email="ada@acme.test", data={"a": 1})
        session.add(ada)
        await session.flush()
        before = ada.updated_at
        ada.city = "Bergen"
        await session.flush()
        assert ada.updated_at >= before
    assert (ada.data, ada.created_at.utcoffset() is not None) == ({"a": 1}, True)


async def test_a_session_still_knows_who_asks_after_a_rollback(
    database: Database, acme: Tenant
) -> None:
    async with database.session_for(acme.viewer) as session:
        await session.rollback()
        assert (await session.scalars(select(Workspace.id))).all() == ["acme"]


async def test_many_at_once_never_see_each_others_rows(
    database: Database, acme: Tenant, globex: Tenant
) -> None:
    async def look(tenant: Tenant, number: int) -> None:
        if number % 2:
            async with database.session_for(tenant.viewer) as session:
                seen = (await session.scalars(select(Workspace.id))).all()
        else:
            seen = [
                row[0] for row in await ask(database, tenant.viewer, "select id from workspaces")
            ]
        assert seen == [tenant.workspace_id]

    await asyncio.gather(*(look((acme, globex)[n % 3 == 0], n) for n in range(200)))


async def test_nothing_of_one_caller_is_left_for_the_next(
    console_url: str, acme: Tenant, globex: Tenant
) -> None:
    single = Database(console_url, pool_size=1)
    for leave in (
        "declare spy cursor with hold for select * from workspaces",
        "listen console_events",
    ):
        async with single.connection_for(acme.owner) as connection:
            await connection.execute(leave.encode())
        left = "select count(*) from pg_cursors where name = 'spy'"
        assert await one(single, globex.owner, left) == 0
        assert await ask(single, globex.owner, "select pg_listening_channels()") == []
        async with single.session_for(acme.owner) as session:
            await session.execute(text(leave))
        async with single.session_for(globex.owner) as session:
            assert await session.scalar(text(left)) == 0
    role = "select current_setting('role'), current_setting('request.jwt.claims')"
    rows = await ask(single, Runner("acme"), role)
    assert rows == [("console_run", "")]
    await single.close()


async def test_a_batch_is_written_as_a_whole_or_not_at_all(
    database: Database, acme: Tenant
) -> None:
    make = "insert into contacts (workspace_id, email) values ('acme', %s)"
    async with database.batch_for(acme.editor, enable_seqscan="off") as connection:
        await connection.execute(make, ["one@acme.test"])
        setting = await connection.execute("show enable_seqscan")
        await connection.execute(make, ["two@acme.test"])
        assert await setting.fetchall() == [("off",)]

    async def broken_off() -> None:
        async with database.batch_for(acme.editor) as connection:
            await connection.execute(make, ["three@acme.test"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken_off()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.batch_for(acme.viewer) as connection:
            await connection.execute(make, ["four@acme.test"])
    async with database.batch_for(acme.viewer) as connection:
        rows = await connection.execute("select email from contacts order by email")
        assert await rows.fetchall() == [("one@acme.test",), ("two@acme.test",)]
        setting = await connection.execute("show enable_seqscan")
        assert await setting.fetchall() == [("on",)]


async def test_a_batch_on_a_connection_with_leftovers_is_not_written(
    console_url: str, acme: Tenant
) -> None:
    single = Database(console_url, pool_size=1)
    async with single.connection_for(acme.owner) as connection:
        await connection.execute("declare spy cursor with hold for select * from workspaces")
    make = "insert into contacts (workspace_id, email) values ('acme', 'one@acme.test')"
    with pytest.raises(DatabaseAway):
        async with single.batch_for(acme.editor) as connection:
            await connection.execute(make)
    assert await one(single, acme.viewer, "select count(*) from contacts") == 0
    async with single.batch_for(acme.editor) as connection:
        await connection.execute(make)
    assert await one(single, acme.viewer, "select count(*) from contacts") == 1
    await single.close()


async def test_a_clean_connection_is_not_cleared(database: Database, acme: Tenant) -> None:
    async with database.connection_for(acme.owner) as connection:
        told = await connection.execute(introduce(), introduction(acme.owner))
        assert (await told.fetchall())[0][-1] is False


async def test_a_database_that_is_not_there_is_said_so_at_once() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing", patience_s=0.2)
    for opened in (nowhere.session_for, nowhere.connection_for, nowhere.batch_for):
        async with asyncio.timeout(20):
            with pytest.raises(DatabaseAway) as caught:
                async with opened(Runner("acme")):
                    pass
    assert caught.value.hint
    await nowhere.close()


async def test_too_many_at_once_wait_and_then_hear_that_the_database_is_busy(
    console_url: str, acme: Tenant
) -> None:
    single = Database(console_url, pool_size=1, patience_s=0.2)
    async with single.session_for(acme.viewer), single.connection_for(acme.viewer):
        for opened in (single.session_for, single.connection_for):
            with pytest.raises(DatabaseAway):
                async with opened(acme.viewer):
                    pass
    await single.close()


@pytest.fixture
def cut(cluster: Cluster, database_name: str) -> Callable[[], None]:
    """Ends every connection of the console, as a restart of the server does."""

    def end_all() -> None:
        with psycopg.connect(cluster.url(database_name, cluster.admin)) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'console_web' and datname = current_database()"
            )

    return end_all


async def test_a_cut_connection_is_no_error_for_the_next_caller(
    database: Database, cut: Callable[[], None], acme: Tenant
) -> None:
    async def both() -> None:
        async with database.session_for(acme.viewer) as session:
            assert (await session.scalars(select(Workspace.id))).all() == ["acme"]
        assert await ask(database, acme.viewer, "select id from workspaces") == [("acme",)]

    await asyncio.gather(both(), both(), both())
    cut()
    await asyncio.gather(both(), both(), both())


async def test_a_connection_lost_under_way_is_the_databases_fault(
    database: Database, cut: Callable[[], None], acme: Tenant
) -> None:
    async def in_a_session() -> None:
        async with database.session_for(acme.viewer) as session:
            cut()
            await session.scalars(select(Workspace.id))

    async def on_a_connection() -> None:
        async with database.connection_for(acme.viewer) as connection:
            cut()
            await connection.execute("select 1")

    async def in_a_batch() -> None:
        async with database.batch_for(acme.viewer) as connection:
            cut()
            await connection.execute("select 1")

    for story in (in_a_session, on_a_connection, in_a_batch):
        with pytest.raises(DatabaseAway):
            await story()


async def test_a_mistake_in_a_question_is_not_taken_for_an_absent_database(
    database: Database, acme: Tenant
) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        await ask(database, acme.viewer, "select * from nothing")


async def test_an_actor_without_a_workspace_works_in_all_of_theirs(
    database: Database, acme: Tenant
) -> None:
    async with database.session_for(Actor(acme.owner.user_id)) as session:
        assert (await session.scalars(select(Workspace.id))).all() == ["acme"]


async def test_times_come_in_utc_whatever_zone_the_database_was_given(
    database: Database, database_name: str, cluster: Cluster, acme: Tenant
) -> None:
    cluster.do("alter database {} set timezone to 'Asia/Kolkata'", database_name)
    assert (await one(database, acme.viewer, "select now()::text")).endswith("+00")
    async with database.session_for(acme.editor) as session:
        session.add(Contact(workspace_id="acme", email="ada@acme.test"))
    async with database.session_for(acme.viewer) as session:
        made = await session.scalar(select(Contact.created_at))
    assert made is not None
    assert made.utcoffset() == timedelta(0)


LOCKED = "select 1 from contacts where email = %s for update"


@pytest.mark.parametrize("way", ["session", "connection", "batch"])
async def test_whom_the_database_undoes_to_end_a_deadlock_is_told_to_come_again(
    database: Database, acme: Tenant, cluster: Cluster, database_name: str, way: str
) -> None:
    """As where a newer console brings the tables up to date while requests are under way."""
    for email in ("ada@acme.test", "bob@acme.test"):
        async with database.session_for(acme.editor) as session:
            session.add(Contact(workspace_id="acme", email=email))
    admin_url = cluster.url(database_name, cluster.admin)
    async with await psycopg.AsyncConnection.connect(admin_url) as other:
        await other.execute("set deadlock_timeout = '1min'")  # so that it is we who find it
        await other.execute(LOCKED, ["bob@acme.test"])
        with pytest.raises(DatabaseAway):
            await both_wait(database, acme.editor, way, other)


async def both_wait(
    database: Database, who: Actor, way: str, other: psycopg.AsyncConnection[tuple[object, ...]]
) -> None:
    async with AsyncExitStack() as stack:
        if way == "session":
            session = await stack.enter_async_context(database.session_for(who))
            ours = LOCKED.replace("%s", ":email")
            await session.execute(text(ours), {"email": "ada@acme.test"})
            theirs = asyncio.create_task(other.execute(LOCKED, ["ada@acme.test"]))
            await session.execute(text(ours), {"email": "bob@acme.test"})
        else:
            opened = (
                database.connection_for(who) if way == "connection" else database.batch_for(who)
            )
            plain = await stack.enter_async_context(opened)
            await (await plain.execute(LOCKED, ["ada@acme.test"])).fetchone()
            theirs = asyncio.create_task(other.execute(LOCKED, ["ada@acme.test"]))
            await (await plain.execute(LOCKED, ["bob@acme.test"])).fetchone()
        await theirs
