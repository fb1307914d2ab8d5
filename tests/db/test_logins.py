"""The two logins: requests are never served as the owner where that can be helped."""

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from db.embedded import EmbeddedPostgres
from db.logins import Logins, logins
from db.migrate import migrate
from db.session import Actor, Database, Signin
from tests.databases import HURRY, folder_for_postgres
from tests.db.asking import one


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A server of its own: logins belong to the whole server, and these tests change them."""
    with (
        folder_for_postgres() as folder,
        EmbeddedPostgres(folder / "postgres", settings=HURRY) as started,
    ):
        yield started


@pytest.fixture
def somewhere(server: EmbeddedPostgres) -> Iterator[str]:
    """A database of the operator's."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute("create database theirs")
        yield server.url("theirs")
        admin.execute("drop database theirs with (force)")


def whoami(url: str) -> tuple[str, bool]:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select user::text, rolsuper from pg_roles where rolname = user"
        ).fetchone()
        assert row
        return row


async def works(found: Logins) -> None:
    """From the first migration to a person who has a workspace and a session."""
    migrate(found.owner_url)
    ada = uuid4()
    with psycopg.connect(found.owner_url) as owner:
        owner.execute("insert into auth.users (id, email) values (%s, %s)", [ada, f"{ada}@x.test"])
    database = Database(found.console_url)
    made = await one(database, Actor(ada), "select app.create_workspace('Ada')")
    assert await one(database, Actor(ada, made), "select count(*) from workspace_members") == 1
    start = "select app.start_session(%s, %s, interval '1 day')"
    await one(database, Signin(), start, ada, ada.bytes)
    find = "select workspace_id from app.find_session(%s)"
    assert await one(database, Signin(), find, ada.bytes) == made
    assert await one(database, Actor(uuid4()), "select count(*) from workspaces") == 0
    await database.close()


async def test_without_an_address_the_embedded_one_is_used() -> None:
    with folder_for_postgres() as folder:
        with logins(folder) as found:
            await works(found)
            assert whoami(found.console_url) == ("console_web", False)
            assert whoami(found.owner_url) == ("postgres", True)
            assert "console_web" not in repr(found)
        with pytest.raises(psycopg.OperationalError):
            whoami(found.owner_url)


async def test_an_owners_address_gets_a_login_that_owns_nothing(
    somewhere: str, tmp_path: Path
) -> None:
    with logins(tmp_path, somewhere) as found:
        assert found.owner_url == somewhere
        await works(found)
        assert whoami(found.console_url) == ("console_web", False)
    key = tmp_path / "database.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with logins(tmp_path, somewhere.replace("postgresql://", "postgres://")) as again:
        assert again.console_url == found.console_url


async def test_another_data_folder_does_not_take_the_login_away(
    somewhere: str, tmp_path: Path
) -> None:
    with (
        logins(tmp_path / "one", somewhere) as first,
        logins(tmp_path / "two", somewhere) as second,
    ):
        await works(first)
        await works(second)
        assert first.console_url != second.console_url
        assert not whoami(second.console_url)[1]
    with logins(tmp_path / "two", somewhere) as again:
        assert again.console_url == second.console_url


def test_several_processes_may_start_in_the_same_moment(somewhere: str, tmp_path: Path) -> None:
    found: list[str] = []

    def start() -> None:
        with logins(tmp_path, somewhere) as given:
            migrate(given.owner_url)
            found.append(whoami(given.console_url)[0])

    racers = [threading.Thread(target=start) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert os.listdir(tmp_path) == ["database.key"]


async def test_two_addresses_are_used_as_they_are(
    server: EmbeddedPostgres, somewhere: str, tmp_path: Path
) -> None:
    with psycopg.connect(somewhere) as admin:
        admin.execute("create role chosen login noinherit password 'theirs'")
    chosen = server.url("theirs", "chosen", "theirs")
    with logins(tmp_path, chosen, somewhere) as found:
        assert (found.console_url, found.owner_url) == (chosen, somewhere)
        await works(found)
    assert os.listdir(tmp_path) == []  # nothing had to be kept


async def test_an_owner_who_may_not_make_logins_serves_requests_itself(
    server: EmbeddedPostgres, somewhere: str, tmp_path: Path
) -> None:
    """The roles were made by somebody else; every transaction still becomes one of them."""
    with logins(tmp_path / "somebody", somewhere):
        pass
    with psycopg.connect(somewhere) as admin:
        admin.execute("create role modest login password 'theirs'")
        for role in ("anon", "authenticated", "console_run", "console_engine", "console_signin"):
            admin.execute(f"grant {role} to modest".encode())
        admin.execute("alter database theirs owner to modest")
    modest = server.url("theirs", "modest", "theirs")
    with logins(tmp_path / "modest", modest) as found:
        assert found.console_url == found.owner_url == modest
        await works(found)
