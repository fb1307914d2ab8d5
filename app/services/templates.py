"""The marketplace: ready-made connectors, found, looked at and installed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.services.connectors import Connectors, Wanted
from app.services.contacts import workspace_of
from app.services.credentials import Credentials, keep
from app.services.listing import Slice, cut
from app.services.problems import NotFound
from app.services.roles import must
from app.services.slots import filled
from db import credentials as stored
from db import templates
from db.connectors import Connector
from db.session import Actor, Database
from db.templates import Narrowed, Template

__all__ = ["Narrowed", "Templates"]


class Templates:
    def __init__(
        self, database: Database, connectors: Connectors, credentials: Credentials
    ) -> None:
        self._database, self._connectors, self._credentials = database, connectors, credentials

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

    async def install(
        self,
        actor: Actor,
        template_id: UUID,
        *,
        name: str | None = None,
        credentials: Mapping[str, Any] | None = None,
    ) -> Connector:
        """A connector of one's own, with one's own keys: both or neither."""
        must(actor, "templates.install")
        template = await self.get(actor, template_id)
        async with self._database.session_for(actor) as session:
            there = await stored.services(session, workspace_of(actor))
        given = filled(template.slots, credentials or {}, there)
        rows = [await self._credentials.sealed(actor, one) for one in given]
        wanted = Wanted(
            name=name or template.name,
            description=template.description,
            icon=template.icon,
            category=template.category,
            config=template.config,
            input_schema=template.input_schema,
            field_mappings=template.field_mappings,
        )
        async with self._database.session_for(actor) as session:
            for row in rows:
                await keep(session, actor, row)
            return await self._connectors.add_to(session, actor, wanted, template.id)
