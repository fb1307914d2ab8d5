"""A newer version of a template, brought together with what a workspace made of the older one.

Three documents meet: the version that was installed, the workspace's own, and the newest one. What
both changed is settled by a person; where data may go is agreed to again before anything is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.connectors import Connectors, stale
from app.services.contacts import workspace_of
from app.services.credentials import Credentials, Prepared, keep
from app.services.drafts import document_of
from app.services.problems import BadInput, Conflict, NotFound, Wrong, bad_field
from app.services.roles import must
from app.services.slots import changed_fields, filled
from app.services.templates import PARTS, changed_meanwhile
from db import audit, connectors, template_installs, templates
from db import credentials as stored
from db.connectors import Connector
from db.session import Actor, Database
from db.template_installs import Install, Newer
from db.templates import Template
from engine.model import definition
from engine.model.consent import Ask, asked_anew, consent
from engine.model.merge import Merged, Side, differences, merge

MOST_SLOTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Update:
    """What an update would do. `template` None: there is none to bring, now or ever."""

    connector: Connector
    template: Template | None = None
    installed: int = 0
    base: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)
    merged: Merged = field(default_factory=lambda: Merged({}))
    asks: tuple[Ask, ...] = ()
    there: frozenset[str] = frozenset()  # services the workspace has access to

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        return differences(self.base, self.theirs)

    @property
    def mine(self) -> dict[str, Any]:
        return {part: getattr(self.connector, part) for part in PARTS}

    @property
    def needed(self) -> list[dict[str, Any]]:
        """Slots to fill in: new ones, and those with another way to sign in."""
        if self.template is None:
            return []
        again = {one.service for one in self.asks if one.kind in ("auth", "fields")}
        return [
            slot
            for slot in self.template.slots
            if slot["service_name"] not in self.there or slot["service_name"] in again
        ]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says to it. `agree`: the id of everything that is asked anew."""

    version: int
    template_version: int
    choices: Mapping[str, Side] = field(default_factory=dict)
    agree: tuple[str, ...] = ()
    credentials: Mapping[str, Any] = field(default_factory=dict)


class Updates:
    def __init__(
        self, database: Database, connectors: Connectors, credentials: Credentials
    ) -> None:
        self._database, self._connectors, self._credentials = database, connectors, credentials

    async def outdated(self, actor: Actor) -> dict[UUID, Newer]:
        """The connectors of this workspace whose template has something newer."""
        async with self._database.session_for(actor) as session:
            return await template_installs.outdated(session, workspace_of(actor))

    async def made_from(self, actor: Actor, template_id: UUID) -> list[tuple[UUID, str, int]]:
        """(connector, name, version of the template) in this workspace."""
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            found = await template_installs.connectors_of(session, workspace_id, template_id)
            names = [await connectors.find(session, workspace_id, one) for one, _ in found]
        return [
            (row.id, row.name, version)
            for row, (_, version) in zip(names, found, strict=True)
            if row is not None
        ]

    async def look(self, actor: Actor, connector_id: UUID) -> Update:
        async with self._database.session_for(actor) as session:
            return await self._look(session, workspace_of(actor), connector_id)

    async def apply(self, actor: Actor, connector_id: UUID, said: Decision) -> Connector:
        """All of it in one transaction: connector, keys, and what was agreed to."""
        must(actor, "templates.install")
        workspace_id = workspace_of(actor)
        seen = await self.look(actor, connector_id)
        _must_be_agreed(seen, said)
        new, changed = await self._keys(actor, seen, said)
        async with self._database.session_for(actor) as session:
            now = await self._look(session, workspace_id, connector_id, said.choices)
            parts = _settled(now, said)
            await _must_have_no_draft(session, now.connector)
            for row in new:
                await keep(session, actor, row)
            for one in changed:
                await self._credentials.write(session, actor, one)
            made = await self._connectors.change_in(
                session, actor, connector_id, said.version, parts
            )
            install = await template_installs.of_connector(session, workspace_id, connector_id)
            assert install is not None
            await self._remember(session, actor, install, now)
        return made

    async def _look(
        self,
        session: AsyncSession,
        workspace_id: str,
        connector_id: UUID,
        choices: Mapping[str, Side] | None = None,
    ) -> Update:
        connector = await connectors.find(
            session, workspace_id, connector_id, to_change=choices is not None
        )
        if connector is None:
            raise NotFound("connector")
        install = await template_installs.of_connector(session, workspace_id, connector_id)
        template = (
            await templates.find(session, workspace_id, install.template_id) if install else None
        )
        if install is None or template is None or not _newer(template, install):
            return Update(connector, None, install.version if install else 0)
        theirs = {part: getattr(template, part) for part in PARTS}
        wanted = consent(definition.load(theirs), template.slots)
        mine = {part: getattr(connector, part) for part in PARTS}
        return Update(
            connector,
            template,
            install.version,
            install.base,
            theirs,
            merge(install.base, mine, theirs, choices),
            asked_anew(install.consent, wanted),
            frozenset(await stored.services(session, workspace_id)),
        )

    async def _keys(
        self, actor: Actor, seen: Update, said: Decision
    ) -> tuple[list[stored.Credential], list[Prepared]]:
        """New ones sealed, and what has to change about those that are there."""
        assert seen.template is not None
        asked = {one.service for one in seen.asks if one.service and one.service in seen.there}
        slots = [one for one in seen.template.slots if one["service_name"] not in asked]
        typed, again = _sorted(seen.template.slots, said.credentials, asked)
        new = [
            await self._credentials.sealed(actor, one)
            for one in filled(slots, typed, set(seen.there))
        ]
        changed = []
        for slot in seen.template.slots:
            service = str(slot["service_name"])
            if service in asked:
                row = await self._row(actor, service)
                asks = [one for one in seen.asks if one.service == service]
                values = changed_fields(slot, again.get(service, {}), asks, row)
                changed.append(await self._credentials.prepared(actor, row.id, values))
        return new, changed

    async def _row(self, actor: Actor, service: str) -> stored.Credential:
        async with self._database.session_for(actor) as session:
            rows = await stored.listed(session, workspace_of(actor), limit=MOST_SLOTS)
        return next(row for row in rows if row.service_name == service)

    async def _remember(
        self, session: AsyncSession, actor: Actor, install: Install, now: Update
    ) -> None:
        assert now.template is not None
        agreed = consent(definition.load(now.theirs), now.template.slots)
        values = {"version": now.template.version, "base": now.theirs, "consent": agreed}
        await template_installs.renew(session, install, values, actor.user_id)
        audit.note(
            session,
            actor,
            "connector.updated",
            install.connector_id,
            before={"template_version": install.version, "agreed": install.consent},
            after={
                "name": now.connector.name,
                "template_version": now.template.version,
                "agreed": agreed,
            },
        )


def _newer(template: Template, install: Install) -> bool:
    return template.version > install.version and (
        template.is_public or template.workspace_id == install.workspace_id
    )


def _must_be_agreed(seen: Update, said: Decision) -> None:
    if seen.template is None:
        raise Conflict(
            "There is no newer version of this connector's template.",
            hint="It is as new as it can be, or its template was taken back.",
            code="no_update",
        )
    if said.template_version != seen.template.version:
        raise changed_meanwhile(seen.template)
    if said.version != seen.connector.version:
        raise stale(seen.connector.version, said.version)
    missing = [one.id for one in seen.asks if one.id not in said.agree]
    if missing:
        raise Conflict(
            "This version wants more than was agreed to: " + ", ".join(missing) + ".",
            hint="Look at what is new, and name in `agree` what is fine with you.",
            code="consent_needed",
        )


def _settled(now: Update, said: Decision) -> dict[str, Any]:
    """The merged parts. Everything is looked at once more: it may have changed since."""
    _must_be_agreed(now, said)
    if now.merged.unknown:
        raise BadInput(
            [Wrong(f"choices.{one}", "Nothing is open here.") for one in now.merged.unknown]
        )
    if now.merged.conflicts:
        raise Conflict(
            "Both you and the template changed: "
            + ", ".join(one.path for one in now.merged.conflicts)
            + ".",
            hint="Choose “mine” or “theirs” for each of them in `choices`.",
            code="conflicts",
        )
    return dict(now.merged.value)


async def _must_have_no_draft(session: AsyncSession, connector: Connector) -> None:
    """A draft began from what is about to be replaced."""
    draft = await connectors.draft_of(session, connector.workspace_id, connector.id)
    if draft is None:
        return
    if draft.draft != document_of(connector):
        raise Conflict(
            "This connector has a draft with changes that are not published.",
            hint="Publish or discard the draft first; then update.",
            code="draft_open",
        )
    await connectors.drop_draft(session, connector.workspace_id, connector.id)


def _sorted(
    slots: list[Any], typed: Mapping[str, Any], asked: set[str]
) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """What was typed for slots that are new, and for those of `asked`, by service."""
    new: dict[str, Any] = {}
    again: dict[str, dict[str, str]] = {}
    flat = {
        f"{slot['service_name']}_{one['name']}": (slot["service_name"], one["name"])
        for slot in slots
        for one in slot.get("fields") or ()
        if slot["service_name"] in asked
    }
    for name, value in typed.items():
        if name in asked and isinstance(value, Mapping):
            again.setdefault(name, {}).update(value)
        elif name in flat:
            service, field_name = flat[name]
            again.setdefault(service, {})[field_name] = value
        else:
            new[name] = value
    for service, fields in again.items():
        for field_name, value in fields.items():
            if not isinstance(value, str):
                raise bad_field(f"credentials.{service}.{field_name}", "This must be text.")
    return new, again
