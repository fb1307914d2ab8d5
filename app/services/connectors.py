"""Connectors of a workspace: each write is a new published version, checked before it is kept."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.contacts import workspace_of
from app.services.destinations import closed_to
from app.services.listing import Slice, cut
from app.services.problems import Conflict, NotFound
from app.services.roles import must
from db import audit, connectors
from db.connectors import Connector, ConnectorVersion
from db.session import Actor, Database
from engine.effects.policy import Policy
from engine.errors import BadDefinition
from engine.model import definition
from engine.model.parts import Definition
from engine.model.poison import sanitize


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a person says about a connector; the rest is worked out."""

    name: str
    config: dict[str, Any]
    description: str = ""
    icon: str | None = None
    category: str | None = None
    input_schema: dict[str, Any] = field(default_factory=dict)
    field_mappings: list[Any] = field(default_factory=list)
    enabled: bool = True
    timeout_ms: int = 30_000
    max_retries: int = 3
    continue_on_error: bool = False


# What belongs to the definition, as the engine reads it.
DEFINITION = (
    "config",
    "input_schema",
    "field_mappings",
    "timeout_ms",
    "max_retries",
    "continue_on_error",
)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which connectors a list is about."""

    q: str | None = None
    category: str | None = None
    enabled: bool | None = None
    kind: str | None = None


class Connectors:
    def __init__(self, database: Database, policy: Policy | None = None) -> None:
        """`policy`: where runs may call; None: that is only found out when they do."""
        self._database, self._policy = database, policy

    def anywhere(self) -> "Connectors":
        """For what comes from files: it may be meant for a console that may call elsewhere."""
        return Connectors(self._database)

    async def list(
        self,
        actor: Actor,
        narrowed: Narrowed | None = None,
        *,
        limit: int = 50,
        after: Any = None,
    ) -> Slice[Connector]:
        async with self._database.session_for(actor) as session:
            rows = await connectors.newest(
                session,
                workspace_of(actor),
                limit=limit + 1,
                after=after,
                **asdict(narrowed or Narrowed()),
            )
        return cut(rows, limit)

    async def get(self, actor: Actor, connector_id: UUID) -> Connector:
        async with self._database.session_for(actor) as session:
            found = await connectors.find(session, workspace_of(actor), connector_id)
        if found is None:
            raise NotFound("connector")
        return found

    async def names(self, actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
        """Of those that are still there."""
        if not ids:
            return {}
        async with self._database.session_for(actor) as session:
            rows = await connectors.named(session, workspace_of(actor), ids)
        return {row.id: row.name for row in rows}

    async def create(self, actor: Actor, wanted: Wanted) -> Connector:
        async with self._database.session_for(actor) as session:
            return await self.add_to(session, actor, wanted)

    async def add_to(
        self,
        session: AsyncSession,
        actor: Actor,
        wanted: Wanted,
        from_template: UUID | None = None,
    ) -> Connector:
        """The same within a transaction that does more than this."""
        must(actor, "connectors.change")
        connector = Connector(
            workspace_id=workspace_of(actor), created_from_template=from_template, version=1
        )
        self._write(connector, wanted)
        await connectors.add(session, connector, actor.user_id)
        audit.note(session, actor, "connector.made", connector.id, after=_told(connector))
        return connector

    async def replace(
        self, actor: Actor, connector_id: UUID, version: int, wanted: Wanted
    ) -> Connector:
        return await self._publish(actor, connector_id, version, _parts(wanted))

    async def change(
        self, actor: Actor, connector_id: UUID, version: int, changes: dict[str, Any]
    ) -> Connector:
        """Only what is named changes; the whole is checked again."""
        return await self._publish(actor, connector_id, version, changes)

    async def switch(self, actor: Actor, connector_id: UUID, on: bool) -> Connector:
        """Whether it may run. What it does stays the same, so this makes no version."""
        must(actor, "connectors.change")
        async with self._database.session_for(actor) as session:
            connector = await connectors.find(
                session, workspace_of(actor), connector_id, to_change=True
            )
            if connector is None:
                raise NotFound("connector")
            before = _told(connector)
            connector.enabled = on
            audit.note(
                session,
                actor,
                "connector.switched",
                connector.id,
                before=before,
                after=_told(connector),
            )
            await session.flush()
            await session.refresh(connector)
        return connector

    async def restore(self, actor: Actor, connector_id: UUID, version: int) -> Connector:
        """An old version becomes the newest; what came between stays in the history."""
        must(actor, "connectors.change")
        async with self._database.session_for(actor) as session:
            old = await connectors.find_version(session, workspace_of(actor), connector_id, version)
        if old is None:
            raise NotFound("version of this connector")
        return await self._publish(actor, connector_id, None, old.definition)

    async def remove(self, actor: Actor, connector_id: UUID) -> None:
        """Its versions, drafts and runs go with it."""
        must(actor, "connectors.change")
        async with self._database.session_for(actor) as session:
            gone = await connectors.remove(session, workspace_of(actor), connector_id)
            if gone is None:
                raise NotFound("connector")
            audit.note(session, actor, "connector.removed", connector_id, before={"name": gone})

    async def versions(
        self,
        actor: Actor,
        connector_id: UUID,
        *,
        limit: int = 50,
        after: int | None = None,
        whole: bool = False,
    ) -> Slice[ConnectorVersion]:
        async with self._database.session_for(actor) as session:
            if await connectors.find(session, workspace_of(actor), connector_id) is None:
                raise NotFound("connector")
            rows = await connectors.versions(
                session,
                workspace_of(actor),
                connector_id,
                limit=limit + 1,
                after=after,
                whole=whole,
            )
        return cut(rows, limit)

    async def version(self, actor: Actor, connector_id: UUID, version: int) -> ConnectorVersion:
        async with self._database.session_for(actor) as session:
            found = await connectors.find_version(
                session, workspace_of(actor), connector_id, version
            )
        if found is None:
            raise NotFound("version of this connector")
        return found

    async def _publish(
        self, actor: Actor, connector_id: UUID, version: int | None, changes: dict[str, Any]
    ) -> Connector:
        async with self._database.session_for(actor) as session:
            return await self.change_in(session, actor, connector_id, version, changes)

    async def change_in(
        self,
        session: AsyncSession,
        actor: Actor,
        connector_id: UUID,
        version: int | None,
        changes: dict[str, Any],
    ) -> Connector:
        """The same within a transaction that does more than this."""
        must(actor, "connectors.change")
        connector = await connectors.find(
            session, workspace_of(actor), connector_id, to_change=True
        )
        if connector is None:
            raise NotFound("connector")
        if version is not None and version != connector.version:
            raise stale(connector.version, version)
        said = _parts(connector)
        before = _told(connector)
        wanted = Wanted(**{name: changes.get(name, said[name]) for name in said})
        self._write(connector, wanted, moved=wanted.config != connector.config)
        connector.version += 1
        await connectors.add_version(session, connector, actor.user_id)
        audit.note(
            session,
            actor,
            "connector.published",
            connector.id,
            before=before,
            after=_told(connector),
        )
        await session.refresh(connector)
        return connector

    def _write(self, connector: Connector, wanted: Wanted, *, moved: bool = True) -> None:
        """`moved`: its calls may go elsewhere than before."""
        read = load(wanted)
        if moved and self._policy and (closed := closed_to(read, self._policy)):
            raise BadDefinition(closed)
        for name, value in _parts(wanted).items():
            setattr(connector, name, sanitize(value))
        connector.type = definition.kind_of(read)
        if "type" in wanted.config:
            connector.config = {**connector.config, "type": connector.type}


def load(said: Wanted | Connector) -> Definition:
    """The definition in it, checked; raises BadDefinition with everything that is wrong."""
    return definition.load({name: getattr(said, name) for name in DEFINITION})


def stale(newest: int, given: int) -> Conflict:
    return Conflict(
        f"This connector was changed meanwhile: its newest version is {newest}, not {given}.",
        hint="Load it again, repeat your change on what is there now, and save that.",
        code="stale_version",
    )


def _told(connector: Connector) -> dict[str, Any]:
    """What the audit says; the definitions themselves are kept as versions."""
    return {
        "name": connector.name,
        "version": connector.version,
        "enabled": connector.enabled,
    }


def _parts(said: Wanted | Connector) -> dict[str, Any]:
    return {part.name: getattr(said, part.name) for part in fields(Wanted)}
