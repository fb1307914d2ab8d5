"""What the owner's login does by itself: people and workspaces, from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg

Connection = psycopg.Connection[tuple[object, ...]]


@contextmanager
def as_owner(owner_url: str) -> Iterator["Owner"]:
    """One transaction, one at a time: two starts must not make one person twice."""
    with psycopg.connect(owner_url) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('console owner'))")
        yield Owner(connection)


@dataclass(frozen=True, slots=True)
class StoredPassword:
    hash: str
    initial: bool


class Owner:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def user(self, email: str) -> UUID:
        """Found, or made."""
        found = self._one(
            "select id from auth.users where lower(email) = lower(%s) order by created_at limit 1",
            email,
        )
        if found is None:
            found = self._one(
                "insert into auth.users (id, email, created_at)"
                " values (gen_random_uuid(), %s, now()) returning id",
                email,
            )
        assert isinstance(found, UUID)
        return found

    def password(self, user_id: UUID) -> StoredPassword | None:
        row = self._connection.execute(
            "select hash, initial from user_passwords where user_id = %s", [user_id]
        ).fetchone()
        return StoredPassword(str(row[0]), bool(row[1])) if row else None

    def set_password(self, user_id: UUID, hashed: str, *, initial: bool = False) -> None:
        self._connection.execute(
            "insert into user_passwords (user_id, hash, initial) values (%s, %s, %s)"
            " on conflict (user_id) do update"
            " set hash = excluded.hash, initial = excluded.initial, changed_at = now()",
            [user_id, hashed, initial],
        )

    def workspace(
        self, name: str, maker: UUID, *, workspace_id: str | None = None, is_demo: bool = False
    ) -> str:
        """By its id where one is given, else the oldest of this name; made where it is missing."""
        if workspace_id is not None:
            found = self._one("select id from workspaces where id = %s", workspace_id)
        else:
            found = self._one(
                "select id from workspaces where name = %s and (is_demo or not %s)"
                " order by created_at, id limit 1",
                name,
                is_demo,
            )
        if found is None:
            found = self._one(
                "insert into workspaces (id, name, created_by, is_demo)"
                " values (coalesce(%s, gen_random_uuid()::text), %s, %s, %s) returning id",
                workspace_id,
                name,
                maker,
                is_demo,
            )
        return str(found)

    def member(self, workspace_id: str, user_id: UUID, role: str | None) -> str:
        """A new member is owner unless told otherwise; an old one keeps the role unless told."""
        kept = self._one(
            "insert into workspace_members as m (workspace_id, user_id, role)"
            " values (%s, %s, coalesce(%s, 'owner'))"
            " on conflict (workspace_id, user_id) do update set role = coalesce(%s, m.role)"
            " returning role",
            workspace_id,
            user_id,
            role,
            role,
        )
        return str(kept)

    def saas_admin(self, user_id: UUID, role: str) -> None:
        self._connection.execute(
            "insert into saas_admin_users (user_id, role) values (%s, %s)"
            " on conflict (user_id) do update set role = excluded.role",
            [user_id, role],
        )

    def api_key(
        self, workspace_id: str, user_id: UUID, name: str, key_hash: bytes, last4: str
    ) -> None:
        self._connection.execute(
            "insert into api_keys (workspace_id, user_id, name, key_hash, last4)"
            " values (%s, %s, %s, %s, %s)",
            [workspace_id, user_id, name, key_hash, last4],
        )

    def workspaces(self) -> list[tuple[str, UUID]]:
        """Each workspace with one of its owners."""
        rows = self._connection.execute(
            "select distinct on (workspace_id) workspace_id, user_id from workspace_members"
            " where role = 'owner' order by workspace_id, created_at"
        ).fetchall()
        return [(str(place), UUID(str(user_id))) for place, user_id in rows]

    def has_sealed_rows(self) -> bool:
        """Whether something is locked with a master key already."""
        return self._one("select 1 from data_keys limit 1") is not None

    def _one(self, statement: str, *values: object) -> object | None:
        row = self._connection.execute(statement.encode(), values).fetchone()
        return row[0] if row else None
