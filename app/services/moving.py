"""Moves all connectors from one credential to another, in one transaction."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.connectors import Connectors
from app.services.contacts import workspace_of
from app.services.credentials import Credentials
from app.services.problems import bad_field
from app.services.roles import must
from db import audit, connectors, credentials
from db.connectors import ConnectorDraft
from db.credentials import Credential
from db.session import Actor, Database
from engine.effects.hosts import Hosts
from engine.effects.urls import parse_origin


class Moving:
    def __init__(self, database: Database, kept: Credentials, connectors_: Connectors) -> None:
        self._database, self._kept, self._connectors = database, kept, connectors_

    async def move(self, actor: Actor, old_id: UUID, new_id: UUID) -> int:
        """Each connector gets a new version; runs under way end with what they began with.
        Answers with how many it were."""
        must(actor, "credentials.change")
        old, new = await self._kept.get(actor, old_id), await self._kept.get(actor, new_id)
        _check(old, new)
        async with self._database.session_for(actor) as session:
            used = await credentials.used_by(session, old.workspace_id, old.service_name)
            versions = {}
            for connector_id, _ in sorted(used):
                versions[connector_id] = await self._move(session, actor, connector_id, old, new)
            await _move_drafts(session, actor, old, new, versions)
            audit.note(
                session,
                actor,
                "credential.moved",
                old.id,
                before={"service_name": old.service_name},
                after={"service_name": new.service_name, "connectors": len(used)},
            )
        return len(used)

    async def _move(
        self,
        session: AsyncSession,
        actor: Actor,
        connector_id: UUID,
        old: Credential,
        new: Credential,
    ) -> int:
        connector = await connectors.find(session, workspace_of(actor), connector_id)
        if connector is None:
            return 0
        config = renamed(connector.config, old.service_name, new.service_name)
        changed = await self._connectors.change_in(
            session, actor, connector_id, None, {"config": config}
        )
        return changed.version


async def _move_drafts(
    session: AsyncSession, actor: Actor, old: Credential, new: Credential, versions: dict[UUID, int]
) -> None:
    """Whoever has one open is told, as after every change by somebody else."""
    for draft in await connectors.drafts_with(session, old.workspace_id, old.service_name):
        await connectors.save_draft(
            session,
            ConnectorDraft(
                connector_id=draft.connector_id,
                workspace_id=draft.workspace_id,
                draft=renamed(draft.draft, old.service_name, new.service_name),
                base_version=versions.get(draft.connector_id) or draft.base_version,
                revision=draft.revision + 1,
                updated_by=actor.user_id,
                updated_at=datetime.now(UTC),
            ),
            after=draft.revision,
        )


def renamed(value: Any, old: str, new: str) -> Any:
    """The same with every step's `credential` that was the old one; a body may have such a
    member, too, but no request beside it."""
    if isinstance(value, list):
        return [renamed(one, old, new) for one in value]
    if not isinstance(value, dict):
        return value
    step = "request" in value
    return {
        name: new if step and name == "credential" and one == old else renamed(one, old, new)
        for name, one in value.items()
    }


def _check(old: Credential, new: Credential) -> None:
    if old.id == new.id:
        raise bad_field("to", "Choose another credential.")
    there = Hosts(tuple(new.allowed_hosts))
    missing = [
        host
        for host in old.allowed_hosts
        if host not in new.allowed_hosts
        and (host.startswith("*.") or not there.allow(parse_origin("https", host)))
    ]
    if missing:
        raise bad_field(
            "to",
            f"That credential does not go to {', '.join(missing)}.",
            hint="Add the host to it first, if it opens that service, too.",
        )
