"""The two ways into the database: as its owner, to migrate; as console_web, to serve requests."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from db.embedded import EmbeddedPostgres
from db.migrate import SQL, Connection

BECOMES = ("anon", "authenticated", "console_run", "console_engine", "console_signin")
NAME = "console"


@dataclass(frozen=True)
class Logins:
    owner_url: str = field(repr=False)
    console_url: str = field(repr=False)


@contextmanager
def logins(
    data_dir: Path, database_url: str | None = None, migration_database_url: str | None = None
) -> Iterator[Logins]:
    """The given database, or the embedded one for as long as the body runs."""
    if database_url is None:
        with EmbeddedPostgres(data_dir / "postgres") as server:
            yield _embedded(server)
    else:
        yield _given(data_dir, database_url, migration_database_url)


def _given(data_dir: Path, database_url: str, migration_database_url: str | None) -> Logins:
    try:
        if migration_database_url is None:
            return _from_owner(_normal(database_url), data_dir)
        return _as_chosen(_normal(migration_database_url), _normal(database_url))
    except psycopg.OperationalError as problem:
        raise NoDatabase(f"DATABASE_URL leads to no database: {problem}".strip()) from problem
    except (psycopg.ProgrammingError, KeyError) as problem:
        if getattr(problem, "sqlstate", None):
            raise
        # The driver could not read it. What it says of that may hold the password.
        raise NoDatabase(
            "DATABASE_URL is no address such as postgresql://user:password@host/database."
        ) from problem


def _embedded(server: EmbeddedPostgres) -> Logins:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection, _alone(connection):
        asked = connection.execute("select from pg_database where datname = %s", [NAME])
        if not asked.rowcount:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(NAME)))
    owner_url = server.url(NAME)
    return Logins(owner_url, _own_login(owner_url, server.derived_password("console_web")))


def _from_owner(owner_url: str, data_dir: Path) -> Logins:
    """Requests get a login that owns nothing, wherever the owner can make one."""
    password = hmac.new(_key(data_dir), b"console_web", "sha256").hexdigest()
    try:
        return Logins(owner_url, _own_login(owner_url, password))
    except (psycopg.errors.InsufficientPrivilege, NotReachable):
        return _as_chosen(owner_url, owner_url)


def _as_chosen(owner_url: str, console_url: str) -> Logins:
    """A session becomes one of the roles in each transaction, so its login has to be allowed to."""
    login = psycopg.conninfo.conninfo_to_dict(console_url)["user"]
    with (
        suppress(psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject),
        psycopg.connect(owner_url, autocommit=True) as connection,
        _alone(connection),
    ):
        connection.execute((SQL / "roles.sql").read_bytes())
        _let_become(connection, str(login).partition(".")[0])
    return Logins(owner_url, console_url)


# -- a login of our own --


class NoDatabase(Exception):
    """Where nothing answers, nothing can be begun."""


class NotReachable(Exception):
    """The login was made, and the way to the server does not let it in."""


def _own_login(owner_url: str, password: str) -> str:
    """The address of console_web, which is made where it is missing."""
    mark = hashlib.sha256(password.encode()).hexdigest()[:8]
    for name in ("console_web", f"console_web_{mark}"):
        if _opens(_as(owner_url, name, password)):
            return _as(owner_url, name, password)
    with psycopg.connect(owner_url, autocommit=True) as connection, _alone(connection):
        connection.execute((SQL / "roles.sql").read_bytes())
        # Another data folder may serve the same database: it keeps its password, and we our own.
        name = "console_web" if _mark(connection) in (None, mark) else f"console_web_{mark}"
        _make_login(connection, name, password, mark)
    if not _opens(_as(owner_url, name, password)):
        raise NotReachable
    return _as(owner_url, name, password)


def _mark(connection: Connection) -> str | None:
    """Whose password console_web has."""
    row = connection.execute(
        "select shobj_description('console_web'::regrole, 'pg_authid')"
    ).fetchone()
    return row[0] if row else None


def _make_login(connection: Connection, name: str, password: str, mark: str) -> None:
    login = sql.Identifier(name)
    there = connection.execute("select from pg_roles where rolname = %s", [name]).rowcount
    if not there:
        connection.execute(sql.SQL("create role {} login noinherit").format(login))
        _let_become(connection, name)
    connection.execute(sql.SQL("alter role {} password {}").format(login, password))
    connection.execute(sql.SQL("comment on role {} is {}").format(login, mark))


def _let_become(connection: Connection, login: str) -> None:
    since_16 = connection.info.server_version >= 160000
    grant = "grant {} to {} with inherit false, set true" if since_16 else "grant {} to {}"
    may = "set" if since_16 else "member"
    for role in BECOMES:
        asked = connection.execute("select pg_has_role(%s, %s, %s)", [login, role, may])
        if asked.fetchone() != (True,):
            names = (sql.Identifier(role), sql.Identifier(login))
            connection.execute(sql.SQL(grant).format(*names))


def _opens(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Several processes may start in the same moment."""
    connection.execute("select pg_advisory_lock(hashtext('console logins'))")
    yield  # the lock ends with the connection


# -- addresses and the key --


def _normal(url: str) -> str:
    return url.replace("postgres://", "postgresql://", 1)


def _as(url: str, user: str, password: str) -> str:
    """The same address for another login. Supabase's pooler wants the project behind the name."""
    parts = urlsplit(url)
    owner, _, place = parts.netloc.rpartition("@")
    _, dot, project = owner.partition(":")[0].partition(".")
    if dot and (parts.hostname or "").endswith(".supabase.com"):
        user = f"{user}.{project}"
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}"))


def _key(data_dir: Path) -> bytes:
    """Made once. Of two processes that make it in the same moment, one wins."""
    place = data_dir / "database.key"
    if not place.exists():
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        mine = data_dir / f"database.key.{secrets.token_hex(8)}"
        with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        with suppress(FileExistsError):
            os.link(mine, place)
        mine.unlink()
    return place.read_bytes()
