"""Runs as a CSV file, a thousand at a time, however many they are."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from app.services.contacts import workspace_of
from db import contacts, executions, run_numbers
from db.executions import Execution, Narrowed
from db.session import Actor, Database

TITLES: Final = (
    "id",
    "connector",
    "contact",
    "email",
    "status",
    "outcome",
    "trigger",
    "attempt",
    "connector_version",
    "created_at",
    "started_at",
    "finished_at",
    "took_ms",
    "failed_step",
    "error_code",
    "error_message",
    "flow_run_id",
)
AT_ONCE: Final = 1_000
# A spreadsheet takes a text that begins like this for a formula, and runs it.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


class Exporting:
    def __init__(self, database: Database, *, at_once: int = AT_ONCE) -> None:
        self._database, self._at_once = database, at_once

    async def runs(self, actor: Actor, narrowed: Narrowed) -> AsyncIterator[str]:
        """Each part in a transaction of its own: a slow reader holds nothing."""
        workspace_of(actor)
        yield "\ufeff" + _written([TITLES])  # a mark by which spreadsheets know UTF-8
        after = None
        more = True
        while more:
            rows, lines = await self._part(actor, narrowed, after)
            more = len(rows) == self._at_once
            if rows:
                after = (rows[-1].created_at, rows[-1].id)
                yield _written(lines)

    async def _part(
        self, actor: Actor, narrowed: Narrowed, after: Any
    ) -> tuple[Sequence[Execution], list[list[Any]]]:
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            rows = await executions.newest(
                session, workspace_id, narrowed, limit=self._at_once, after=after, light=True
            )
            names = await run_numbers.names_of_connectors(session, workspace_id)
            ids = {row.contact_id for row in rows if row.contact_id}
            people = {row.id: row for row in await contacts.named(session, workspace_id, ids)}
        return rows, [_line(row, names, people.get(row.contact_id)) for row in rows]


def safe(value: Any) -> Any:
    """A text that no spreadsheet calculates."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _line(row: Execution, names: dict[UUID, str], person: Any) -> list[Any]:
    name = " ".join(filter(None, (person.first_name, person.last_name))) if person else ""
    return [
        row.id,
        names.get(row.connector_id, ""),
        name,
        person.email if person else "",
        row.status,
        row.outcome,
        row.trigger,
        row.attempt,
        row.connector_version,
        *(at and at.isoformat() for at in (row.created_at, row.started_at, row.finished_at)),
        row.execution_time_ms,
        row.current_step if row.error_code else "",
        row.error_code,
        row.error_message,
        row.flow_run_id,
    ]


def _written(lines: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([safe(value) for value in line] for line in lines)
    return out.getvalue()
