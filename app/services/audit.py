"""What was changed in a workspace, by whom: for its admins to read."""

from app.services.contacts import workspace_of
from app.services.listing import Slice, cut
from db import audit
from db.audit import AuditEntry
from db.session import Actor, Database


class Audit:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(
        self, actor: Actor, *, limit: int = 50, after: int | None = None
    ) -> Slice[AuditEntry]:
        async with self._database.session_for(actor) as session:
            rows = await audit.listed(session, workspace_of(actor), limit=limit, after=after)
        return cut(rows, limit)
