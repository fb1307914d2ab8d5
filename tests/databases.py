"""Real databases for tests: one server a test process, migrated once, cloned for each test."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import psycopg
from psycopg import sql

from db.embedded import EmbeddedPostgres
from db.migrate import migrate
from db.session import Actor
from tests.leftovers import own_folder

HURRY = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "autovacuum": "off",  # it would look into a database that is about to be cloned or dropped
}
PASSWORD = "of-the-tests"
TEMPLATE = "migrated"
PEOPLE = UUID("5a1e0000-0000-4000-8000-000000000000")

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Cluster:
    """A server with a migrated database to clone. url(database, login) for three logins."""

    url: Callable[[str, str], str]
    admin: str  # may make databases
    owner: str  # owns the console's tables

    @contextmanager
    def clone(self, template: str = TEMPLATE) -> Iterator[str]:
        name = f"test_{next(_numbers)}"
        self.do(
            "create database {} template {} owner {} strategy file_copy", name, template, self.owner
        )
        self.do("revoke temporary on database {} from public", name)  # rights are not cloned
        try:
            yield name
        finally:
            self.do("drop database if exists {} with (force)", name)

    def prepare(self) -> None:
        self.do("create database {} owner {}", TEMPLATE, self.owner)
        migrate(self.url(TEMPLATE, self.owner))
        self.do(f"alter role console_web password '{PASSWORD}'")

    def do(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres", self.admin), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def folder_for_postgres() -> Iterator[Path]:
    """As root Postgres runs under another account, which must be able to walk there."""
    with own_folder("console-test-", _in_memory()) as folder:
        folder.chmod(0o711)
        yield folder


def _in_memory() -> Path | None:
    """A clone is made of 300 small files: a disk can take twenty times as long."""
    place = Path("/dev/shm")
    if not place.is_dir() or os.statvfs(place).f_flag & os.ST_NOEXEC:
        return None
    return place if shutil.disk_usage(place).free > 2**30 else None


@contextmanager
def plain_cluster() -> Iterator[Cluster]:
    with (
        folder_for_postgres() as folder,
        EmbeddedPostgres(folder / "postgres", settings=HURRY) as server,
    ):

        def url(database: str, login: str) -> str:
            return server.url(database, login, None if login == "postgres" else PASSWORD)

        cluster = Cluster(url, admin="postgres", owner="postgres")
        cluster.prepare()
        yield cluster


@dataclass(frozen=True)
class Tenant:
    """A workspace and one person for each role in it."""

    workspace_id: str
    owner: Actor
    admin: Actor
    editor: Actor
    viewer: Actor


def make_tenant(owner_url: str, name: str) -> Tenant:
    """People are called owner@acme.test, editor@acme.test …"""
    roles = ("owner", "admin", "editor", "viewer")
    people = {role: Actor(uuid5(PEOPLE, f"{role}@{name}.test"), name, role) for role in roles}
    users = [(actor.user_id, f"{role}@{name}.test") for role, actor in people.items()]
    members = [(name, actor.user_id, role) for role, actor in people.items()]
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "insert into workspaces (id, name) values (%s, %s)", [name, name.capitalize()]
        )
        cursor.executemany("insert into auth.users (id, email) values (%s, %s)", users)
        cursor.executemany(
            "insert into workspace_members (workspace_id, user_id, role) values (%s, %s, %s)",
            members,
        )
    return Tenant(name, **people)
