"""Several pieces of work as one transaction: all of them are kept, or none."""

import asyncio
from collections.abc import Callable

import psycopg
import pytest

from db import contacts
from db.contacts import Contact
from db.session import Actor, Database, DatabaseAway, Runner
from tests.databases import Cluster, Tenant

Look = Callable[[], set[str]]


@pytest.fixture
def kept(owner_url: str) -> Look:
    """The cities that anybody else can see."""

    def look() -> set[str]:
        with psycopg.connect(owner_url) as owner:
            return {str(row[0]) for row in owner.execute("select city from contacts")}

    return look


async def add(database: Database, who: Actor, city: str) -> Contact:
    async with database.session_for(who) as session:
        return await contacts.add(session, "acme", {"city": city})


async def add_and_fail(database: Database, who: Actor, city: str) -> None:
    async with database.session_for(who) as session:
        await contacts.add(session, "acme", {"city": city})
        raise ZeroDivisionError


async def test_pieces_are_kept_together_at_the_end(
    database: Database, acme: Tenant, kept: Look
) -> None:
    async with database.as_one(acme.owner):
        await add(database, acme.owner, "Oslo")
        row = await add(database, acme.owner, "Bergen")
        assert kept() == set()
    assert kept() == {"Oslo", "Bergen"}
    assert row.city == "Bergen"
    await add(database, acme.owner, "Narvik")
    assert kept() == {"Oslo", "Bergen", "Narvik"}


async def test_nothing_is_kept_where_one_piece_fails(
    database: Database, acme: Tenant, kept: Look
) -> None:
    async def fail() -> None:
        async with database.as_one(acme.owner):
            await add(database, acme.owner, "Oslo")
            await add_and_fail(database, acme.owner, "Bergen")

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert kept() == set()


async def test_a_refusal_that_was_expected_undoes_its_own_piece_only(
    database: Database, acme: Tenant, kept: Look
) -> None:
    async with database.as_one(acme.owner):
        await add(database, acme.owner, "Oslo")
        with pytest.raises(ZeroDivisionError):
            await add_and_fail(database, acme.owner, "Bergen")
        await add(database, acme.owner, "Narvik")
    assert kept() == {"Oslo", "Narvik"}


async def test_what_is_read_again_is_read_anew(
    database: Database, acme: Tenant, owner_url: str
) -> None:
    row = await add(database, acme.owner, "Oslo")
    async with database.as_one(acme.owner):
        async with database.session_for(acme.owner) as session:
            before = await contacts.find(session, "acme", row.id)
        with psycopg.connect(owner_url) as owner:
            owner.execute("update contacts set city = 'Bergen'")
        async with database.session_for(acme.owner) as session:
            after = await contacts.find(session, "acme", row.id)
    assert before
    assert after
    assert (before.city, after.city) == ("Oslo", "Bergen")


async def test_another_name_and_another_task_are_no_part_of_it(
    database: Database, acme: Tenant, kept: Look
) -> None:
    async with database.as_one(acme.owner):
        await add(database, acme.owner, "Oslo")
        await add(database, acme.editor, "Bergen")
        await asyncio.create_task(add(database, acme.owner, "Narvik"))
        async with database.session_for(Runner("acme")) as session:
            assert len(await contacts.by_email(session, "acme", [])) == 0
        assert kept() == {"Bergen", "Narvik"}


async def test_a_connection_lost_on_the_way_is_the_database_away(
    database: Database, acme: Tenant, cluster: Cluster, database_name: str, kept: Look
) -> None:
    async def lose() -> None:
        async with database.as_one(acme.owner):
            await add(database, acme.owner, "Oslo")
            with psycopg.connect(cluster.url(database_name, cluster.admin)) as admin:
                admin.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where usename = 'console_web' and datname = current_database()"
                )
            await add(database, acme.owner, "Bergen")

    with pytest.raises(DatabaseAway):
        await lose()
    assert kept() == set()
    await add(database, acme.owner, "Narvik")
    assert kept() == {"Narvik"}
