"""Changes of keys, as the owner's login sees them: the data keys, and what they seal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

import orjson
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

KEPT_HOURS: Final = 26  # answers kept for who asks again are sealed, too, and live for a day
BATCH: Final = 100

Row = tuple[Any, ...]
Connection = psycopg.Connection[Row]


@dataclass(frozen=True, slots=True)
class Rotation:
    id: UUID
    started_at: datetime
    old_kek: str | None = None
    new_kek: str | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """A data key as it is stored."""

    id: UUID
    workspace_id: str
    kek_id: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """One stored value with sealed texts in it: {field: text} where `column` is JSON."""

    table: str
    column: str
    key: str
    id: UUID
    value: Any


@contextmanager
def key_rotations(owner_url: str) -> Iterator["KeyRotations | None"]:
    """None: another process is at it. Every call is a transaction of its own."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        ours = _one(connection, "select pg_try_advisory_lock(hashtext('console key rotation'))")
        connection.execute("set console.resealing = 'on'")  # see holds.sql
        yield KeyRotations(connection) if ours else None


class KeyRotations:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- beginnings and ends --

    def under_way(self, kind: str) -> Rotation | None:
        row = self._connection.execute(
            "select id, started_at, old_kek, new_kek from key_rotations"
            " where kind = %s and finished_at is null",
            [kind],
        ).fetchone()
        return Rotation(*row) if row else None

    def begin(self, kind: str, old_kek: str | None = None, new_kek: str | None = None) -> Rotation:
        """From here on nothing is locked with the old master key any more: see keys.sql."""
        with self._connection.transaction():
            self._connection.execute("select pg_advisory_xact_lock(hashtext('console master key'))")
            row = self._connection.execute(
                "insert into key_rotations (kind, old_kek, new_kek) values (%s, %s, %s)"
                " returning id, started_at, old_kek, new_kek",
                [kind, old_kek, new_kek],
            ).fetchone()
        assert row is not None
        return Rotation(*row)

    def abandon(self, rotation: Rotation) -> None:
        self._connection.execute("delete from key_rotations where id = %s", [rotation.id])

    def finish(self, rotation: Rotation, told: dict[str, Any]) -> None:
        """With its entry in the audit log, which belongs to no workspace."""
        with self._connection.transaction():
            self._connection.execute(
                "update key_rotations set finished_at = now() where id = %s", [rotation.id]
            )
            self._note(None, "keys.rotated", rotation.id, told)

    # -- the master key --

    def not_locked_with(self, kek_id: str) -> list[Locked]:
        return self._locked("where kek_id <> %s order by id", kek_id)

    def is_used(self, kek_id: str) -> bool:
        asked = "select exists (select from data_keys where kek_id = %s)"
        return bool(_one(self._connection, asked, kek_id))

    def rewrap(self, renewed: Sequence[tuple[Locked, str, bytes]]) -> None:
        with self._connection.transaction():
            for old, kek_id, wrapped in renewed:
                self._connection.execute(
                    "update data_keys set kek_id = %s, wrapped = %s where id = %s and kek_id = %s",
                    [kek_id, wrapped, old.id, old.kek_id],
                )

    # -- data keys --

    def with_older_keys(self, than: datetime) -> list[str]:
        return self._workspaces("where retired_at is null and created_at < %s", than)

    def with_retired_keys(self, for_hours: int = 0) -> list[str]:
        asked = "where retired_at <= now() - make_interval(hours => %s)"
        return self._workspaces(asked, for_hours)

    def renew(self, workspace_id: str, kek_id: str, wrapped: bytes) -> None:
        with self._connection.transaction():
            self._connection.execute(
                "update data_keys set retired_at = now()"
                " where workspace_id = %s and retired_at is null",
                [workspace_id],
            )
            self._connection.execute(
                "insert into data_keys (workspace_id, kek_id, wrapped) values (%s, %s, %s)",
                [workspace_id, kek_id, wrapped],
            )
            self._note(workspace_id, "data_key.rotated", None, {"kek": kek_id})

    def keys_of(self, workspace_id: str) -> list[Locked]:
        return self._locked(
            "where workspace_id = %s order by retired_at desc nulls first", workspace_id
        )

    def sealed(self, workspace_id: str, table: str, column: str, key: str) -> list[Sealed]:
        rows = self._connection.execute(
            sql.SQL(
                "select {key}, {column} from {table} where workspace_id = %s"
                " and {column} is not null order by {key}"
            ).format(**_names(table, column, key)),
            [workspace_id],
        )
        return [Sealed(table, column, key, row[0], row[1]) for row in rows]

    def reseal(self, workspace_id: str, renewed: Sequence[tuple[Sealed, Any]]) -> int:
        """How many; who stored something else meanwhile has sealed it with the new key.

        All that nobody else holds in one transaction, which therefore waits for nobody and keeps
        nobody waiting in a circle; the few others each in its own.
        """
        if not renewed:
            return 0
        free, moved = self._reseal(workspace_id, renewed, "skip locked")
        busy = [one for one in renewed if one[0].id not in set(free)]
        return moved + sum(self._reseal(workspace_id, [one])[1] for one in busy)

    def _reseal(
        self, workspace_id: str, renewed: Sequence[tuple[Sealed, Any]], waiting: LiteralString = ""
    ) -> tuple[list[UUID], int]:
        """Whose rows were reached, and how many of them changed."""
        one = renewed[0][0]
        kind: LiteralString = "jsonb" if isinstance(one.value, dict) else "text"
        row = self._connection.execute(
            sql.SQL(
                "with wanted as materialized (select *"
                "  from unnest(%s::uuid[], %s::text[], %s::text[]) as wanted(id, there, here)),"
                " free as (select {key} as id from {table} where workspace_id = %s"
                "  and {key} in (select id from wanted) for no key update {waiting}),"
                " done as (update {table} set {column} = here::{kind} from wanted"
                "  where {table}.{key} = wanted.id and {column} = there::{kind}"
                "  and {table}.{key} in (select id from free) returning 1)"
                " select array(select id from free), (select count(*) from done)"
            ).format(
                waiting=sql.SQL(waiting),
                kind=sql.SQL(kind),
                **_names(one.table, one.column, one.key),
            ),
            [
                [sealed.id for sealed, _ in renewed],
                [_text(sealed.value) for sealed, _ in renewed],
                [_text(value) for _, value in renewed],
                workspace_id,
            ],
        ).fetchone()
        assert row is not None
        return row[0], row[1]

    def forget_retired(self, workspace_id: str) -> int:
        """Those whose day is over."""
        return self._connection.execute(
            "delete from data_keys where workspace_id = %s"
            " and retired_at < now() - make_interval(hours => %s)",
            [workspace_id, KEPT_HOURS],
        ).rowcount

    def _locked(self, where: LiteralString, value: str) -> list[Locked]:
        asked = "select id, workspace_id, kek_id, wrapped from data_keys "
        return [Locked(*row) for row in self._connection.execute(asked + where, [value])]

    def _workspaces(self, where: LiteralString, *values: Any) -> list[str]:
        asked = f"select distinct workspace_id from data_keys {where} order by workspace_id"
        return [row[0] for row in self._connection.execute(asked, values)]

    def _note(self, workspace_id: str | None, action: str, about: Any, told: Any) -> None:
        self._connection.execute(
            "insert into audit_log (workspace_id, action, object_type, object_id, after)"
            " values (%s, %s, %s, %s, %s)",
            [
                workspace_id,
                action,
                action.partition(".")[0],
                None if about is None else str(about),
                Jsonb(told),
            ],
        )


def _names(table: str, column: str, key: str) -> dict[str, sql.Identifier]:
    return {
        "table": sql.Identifier(table),
        "column": sql.Identifier(column),
        "key": sql.Identifier(key),
    }


def _text(value: Any) -> str:
    return orjson.dumps(value).decode() if isinstance(value, dict) else str(value)


def _one(connection: Connection, asked: LiteralString, *values: Any) -> Any:
    row = connection.execute(asked, values).fetchone()
    return row[0] if row else None
