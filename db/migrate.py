"""Brings a database up to date, and takes everything down again."""

import hashlib
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SQL = Path(__file__).parent / "sql"
GROUND = ("roles.sql", "auth.sql", "hygiene.sql")

Connection = psycopg.Connection[tuple[Any, ...]]


def migrate(owner_url: str) -> list[str]:
    """What was new. Two at once are fine: the second waits, and finds it done."""
    with psycopg.connect(owner_url) as connection:
        _alone(connection)
        new = [] if _stands(connection) else _build(connection)
        connection.execute("select app.keep_partitions(7, null)")
        return new


def rollback(owner_url: str) -> None:
    """All that is ours goes, in the original order. Roles stay: they are the whole server's."""
    with psycopg.connect(owner_url) as connection:
        _alone(connection)
        _run(connection, SQL / "rollback.sql")


def _alone(connection: Connection) -> None:
    connection.execute("select pg_advisory_xact_lock(hashtext('console migrate'))")


def _stands(connection: Connection) -> bool:
    """Whether the files are as they were laid down, and nobody changed a right since.

    Then nothing is touched: laying a policy down again would stop everyone who uses its table.
    """
    laid = _value(connection, "select obj_description(to_regnamespace('app'), 'pg_namespace')")
    return bool(laid) and laid == _standing(connection)


def _build(connection: Connection) -> list[str]:
    for name in GROUND:
        _run(connection, SQL / name)
    done = {name for (name,) in connection.execute("select name from console_migrations")}
    new = [file for file in _files("migrations") if file.name not in done]
    for file in new:
        _run(connection, file)
        connection.execute("insert into console_migrations (name) values (%s)", [file.name])
    for file in (*_files("functions"), *_files("policies")):
        _run(connection, file)
    connection.execute(sql.SQL("comment on schema app is {}").format(_standing(connection)))
    return [file.name for file in new]


def _standing(connection: Connection) -> str:
    """The files and the database's rights, as one value."""
    texts = b"".join(file.read_bytes() for file in sorted(SQL.rglob("*.sql")))
    rights = _value(connection, (SQL / "standing.sql").read_text())
    return f"{hashlib.sha256(texts).hexdigest()} {rights}"


def _files(folder: str) -> list[Path]:
    return sorted((SQL / folder).glob("*.sql"))


def _run(connection: Connection, file: Path) -> None:
    """Without parameters: several statements in one, and % and : mean themselves."""
    connection.execute(file.read_bytes())


def _value(connection: Connection, question: str) -> Any:
    row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None
