"""What was changed in a workspace, by whom: for its admins to read."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Final

import orjson

from app.services.contacts import workspace_of
from app.services.exporting import safe
from app.services.listing import Slice, cut
from app.services.problems import NotAllowed
from app.services.roles import must
from db import admins, audit
from db.audit import AuditEntry, Narrowed
from db.session import Actor, Database

AT_ONCE: Final = 500
COLUMNS: Final = ("id", "at", "actor_id", "action", "object_type", "object_id", "before", "after")


class Audit:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(
        self,
        actor: Actor,
        narrowed: Narrowed | None = None,
        *,
        limit: int = 50,
        after: int | None = None,
    ) -> Slice[AuditEntry]:
        """Everything for admins, one's own doings for others."""
        async with self._database.session_for(actor) as session:
            rows = await audit.listed(
                session, workspace_of(actor), limit=limit, after=after, narrowed=narrowed
            )
        return cut(rows, limit)

    async def of_service(
        self,
        actor: Actor,
        narrowed: Narrowed | None = None,
        *,
        limit: int = 50,
        after: int | None = None,
    ) -> Slice[AuditEntry]:
        """What is about the service itself, for those who run it."""
        async with self._database.session_for(actor) as session:
            if await admins.role_of_caller(session) is None:
                raise NotAllowed("This is for the marketplace's admins.")
            rows = await audit.listed(session, None, limit=limit, after=after, narrowed=narrowed)
        return cut(rows, limit)

    async def as_csv(
        self, actor: Actor, narrowed: Narrowed, *, of_service: bool = False
    ) -> AsyncIterator[str]:
        """All that fits, newest first, in pieces."""
        if not of_service:
            must(actor, "audit.export")
        ask = self.of_service if of_service else self.listed
        yield _line(COLUMNS)
        after: int | None = None
        while True:
            found = await ask(actor, narrowed, limit=AT_ONCE, after=after)
            yield "".join(
                _line([_cell(getattr(one, name)) for name in COLUMNS]) for one in found.items
            )
            if not found.more:
                return
            after = found.items[-1].id


def _line(cells: list[str] | tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: object) -> str:
    """A name may begin like a formula, which a table program would carry out."""
    text = orjson.dumps(value).decode() if isinstance(value, dict) else str(value or "")
    return str(safe(text))
