"""The marketplace: ready-made connectors, found, looked at and installed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.connectors import Connectors, Wanted, load
from app.services.contacts import workspace_of
from app.services.credentials import Credentials, keep
from app.services.listing import Slice, cut
from app.services.problems import Conflict, NotFound
from app.services.roles import must
from app.services.slots import filled
from db import credentials as stored
from db import template_installs, templates
from db.connectors import Connector
from db.session import Actor, Database
from db.template_installs import Install, TemplateVersion
from db.templates import Narrowed, Template
from engine.model.consent import consent

__all__ = ["Narrowed", "Templates"]

PARTS = ("config", "input_schema", "field_mappings")


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
        """What is public, and what this workspace keeps to itself; without the documents."""
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

    async def versions(
        self, actor: Actor, template_id: UUID, *, limit: int = 50, below: int | None = None
    ) -> Slice[TemplateVersion]:
        """What was published, the newest first."""
        async with self._database.session_for(actor) as session:
            if await templates.find(session, workspace_of(actor), template_id) is None:
                raise NotFound("template")
            rows = await template_installs.versions(
                session, template_id, limit=limit + 1, below=below
            )
        return cut(rows, limit)

    async def install(
        self,
        actor: Actor,
        template_id: UUID,
        *,
        name: str | None = None,
        credentials: Mapping[str, Any] | None = None,
        version: int | None = None,
    ) -> Connector:
        """A connector of one's own, with one's own keys: both or neither. `version`: the one that
        was looked at; what was published since is not installed unseen."""
        must(actor, "templates.install")
        template = await self.get(actor, template_id)
        if version is not None and version != template.version:
            raise changed_meanwhile(template)
        try:
            return await self._install(actor, template, name, credentials or {})
        except Conflict as conflict:
            if conflict.code != "service_taken":
                raise
        # Somebody kept a key for the same service in this moment; it may be the very same.
        return await self._install(actor, template, name, credentials or {})

    async def _install(
        self, actor: Actor, template: Template, name: str | None, typed: Mapping[str, Any]
    ) -> Connector:
        async with self._database.session_for(actor) as session:
            there = await stored.services(session, workspace_of(actor))
        given = filled(template.slots, typed, there)
        new = [one for one in given if not await self._credentials.has(actor, one)]
        rows = [await self._credentials.sealed(actor, one) for one in new]
        wanted = Wanted(
            name=name or template.name,
            description=template.description,
            icon=template.icon,
            category=template.category,
            config=template.config,
            input_schema=template.input_schema,
            field_mappings=template.field_mappings,
        )
        # Worked out before: a new connector holds its template's row, which counts it.
        agreed = consent(load(wanted), template.slots)
        async with self._database.session_for(actor) as session:
            for row in rows:
                await keep(session, actor, row)
            made = await self._connectors.add_to(session, actor, wanted, template.id)
            await _remember(session, actor, made, template, agreed)
            return made


async def _remember(
    session: AsyncSession,
    actor: Actor,
    made: Connector,
    template: Template,
    agreed: dict[str, Any],
) -> None:
    await template_installs.keep(
        session,
        Install(
            connector_id=made.id,
            workspace_id=made.workspace_id,
            template_id=template.id,
            version=template.version,
            base={part: getattr(made, part) for part in PARTS},
            consent=agreed,
            agreed_by=actor.user_id,
        ),
    )


def changed_meanwhile(template: Template) -> Conflict:
    return Conflict(
        f"“{template.name}” was changed meanwhile: its newest version is {template.version}.",
        hint="Look at it again before you agree to it.",
        code="stale_template",
    )
