"""Helpers that speak: put work into the queue, take it out, look at it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from db import claims, jobs
from db.session import Actor, Database, Engine
from tests.databases import Tenant

LEASE_S = 30


def a_connector(owner_url: str, workspace_id: str, definition: str = "{}") -> UUID:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        row = connection.execute(
            """
            with c as (insert into connectors (workspace_id, name, config)
                       values (%s, 'Look up', '{}') returning id, workspace_id)
            insert into connector_versions (connector_id, workspace_id, version, definition)
            select id, workspace_id, 1, %s::jsonb from c returning connector_id
            """,
            [workspace_id, definition],
        ).fetchone()
    assert row is not None
    return UUID(str(row[0]))


async def put(
    database: Database,
    actor: Actor,
    connector_id: UUID,
    count: int = 1,
    *,
    priority: int = 0,
    run_at: datetime | None = None,
) -> list[UUID]:
    assert actor.workspace_id is not None
    new = jobs.NewRuns(
        workspace_id=actor.workspace_id,
        connector_id=connector_id,
        connector_version=1,
        contacts=[None] * count,
        input={},
        trigger="api",
        priority=priority,
        run_at=run_at,
    )
    async with database.session_for(actor) as session:
        added = await jobs.add_many(session, new)
        await jobs.announce(session, actor.workspace_id, added)
    return added


async def take(
    database: Database,
    owner: str = "one",
    room: int = 10,
    *,
    lease_s: float = LEASE_S,
    look_at: Sequence[str] = (),
) -> list[Any]:
    async with database.connection_for(Engine()) as connection:
        return await claims.claim(
            connection, owner=owner, room=room, lease_s=lease_s, look_at=look_at
        )


def sql(owner_url: str, statement: str, *values: Any) -> list[Any]:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def let_leases_end(owner_url: str) -> None:
    sql(owner_url, "update engine_jobs set visible_at = now() where owner is not null")
    sql(owner_url, "update engine_lanes set next_at = now()")


def workspaces_of(claimed: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for _, workspace_id, *_ in claimed:
        found[workspace_id] = found.get(workspace_id, 0) + 1
    return found


__all__ = ["Tenant", "a_connector", "let_leases_end", "put", "sql", "take", "workspaces_of"]
