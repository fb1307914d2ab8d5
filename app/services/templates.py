"""The marketplace: ready-made connectors, found and looked at."""

from uuid import UUID

from app.services.contacts import workspace_of
from app.services.listing import Slice, cut
from app.services.problems import NotFound
from db import templates
from db.session import Actor, Database
from db.templates import Narrowed, Template

__all__ = ["Narrowed", "Templates"]


class Templates:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(
        self,
        actor: Actor,
        narrowed: Narrowed | None = None,
        *,
        limit: int = 50,
        skip: int = 0,
    ) -> Slice[Template]:
        """What is public, and what this workspace keeps to itself."""
        async with self._database.session_for(actor) as session:
            rows = await templates.listed(
                session,
                workspace_of(actor),
                narrowed or Narrowed(),
                limit=limit + 1,
                skip=skip,
            )
        return cut(rows, limit)

    async def get(self, actor: Actor, template_id: UUID) -> Template:
        async with self._database.session_for(actor) as session:
            found = await templates.find(session, workspace_of(actor), template_id)
        if found is None:
            raise NotFound("template")
        return found
