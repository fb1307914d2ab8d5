"""Short ways to ask the database something in somebody's name."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from db.session import Caller, Database

NOT_ALLOWED = "42501"
Row = tuple[Any, ...]


async def ask(database: Database, who: Caller, question: str, *values: object) -> list[Row]:
    """The rows of a question, or of a change that returns some."""
    async with database.connection_for(who) as connection:
        cursor = await connection.execute(question.encode(), values or None)
        return await cursor.fetchall() if cursor.description else []


async def one(database: Database, who: Caller, question: str, *values: object) -> Any:
    """The first column of the first row."""
    return (await ask(database, who, question, *values))[0][0]


async def changed(database: Database, who: Caller, change: str, *values: object) -> int:
    """How many rows a change reached."""
    async with database.connection_for(who) as connection:
        return (await connection.execute(change.encode(), values or None)).rowcount


async def refused(
    database: Database, who: Caller, question: str, *values: object, code: str = NOT_ALLOWED
) -> str:
    """What Postgres says against it."""
    with pytest.raises(psycopg.Error) as caught:
        await ask(database, who, question, *values)
    assert caught.value.sqlstate == code, caught.value
    return str(caught.value)


async def add_connector(database: Database, who: Caller, workspace_id: str) -> UUID:
    made = await one(
        database,
        who,
        "insert into connectors (workspace_id, name, config) values (%s, 'Find people', '{}')"
        " returning id",
        workspace_id,
    )
    assert isinstance(made, UUID)
    return made


async def add_contact(database: Database, who: Caller, workspace_id: str) -> UUID:
    made = await one(
        database,
        who,
        "insert into contacts (workspace_id, email) values (%s, 'ada@example.test') returning id",
        workspace_id,
    )
    assert isinstance(made, UUID)
    return made


async def add_execution(
    database: Database, who: Caller, workspace_id: str, connector_id: UUID
) -> UUID:
    made = await one(
        database,
        who,
        "insert into connector_executions (workspace_id, connector_id, connector_version)"
        " values (%s, %s, 1) returning id",
        workspace_id,
        connector_id,
    )
    assert isinstance(made, UUID)
    return made
