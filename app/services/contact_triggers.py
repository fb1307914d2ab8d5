"""Connectors that start when a contact comes or changes, as people set them up; and their sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.services import inputs
from app.services.choosing import Chosen
from app.services.contacts import workspace_of
from app.services.listing import Slice
from app.services.problems import BadInput, NotFound, Wrong, bad_field
from app.services.roles import must
from app.services.starters import Sweep, listed
from db import audit, connectors, contact_triggers, starters
from db.contact_triggers import ContactTrigger
from db.contacts import FIELDS
from db.session import Actor, Database
from db.starters import Due

AT_ONCE: Final = 10_000  # contacts of one trigger that one look takes


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a person says about one. `fields`: only updates of these count; None: of any."""

    connector_id: UUID
    on_created: bool = True
    on_updated: bool = False
    fields: list[str] | None = None
    input: dict[str, Any] = field(default_factory=dict)
    enabled: bool = True


SAID: Final = tuple(Wanted.__dataclass_fields__)


class ContactTriggers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, actor: Actor, **page: Any) -> Slice[ContactTrigger]:
        """`page`: connector_id, limit, after."""
        return await listed(self._database, actor, ContactTrigger, **page)

    async def add(self, actor: Actor, wanted: Wanted) -> ContactTrigger:
        must(actor, "schedules.change")
        async with self._database.session_for(actor) as session:
            row = ContactTrigger(
                id=uuid4(), workspace_id=workspace_of(actor), created_by=actor.user_id
            )
            await _write(session, actor, row, wanted)
            session.add(row)
            await session.flush()
            audit.note(session, actor, "contact_trigger.made", row.id, after=_told(row))
        return row

    async def change(
        self, actor: Actor, trigger_id: UUID, changes: Mapping[str, Any]
    ) -> ContactTrigger:
        """Only what is named changes. It acts in the name of whoever changed it last."""
        must(actor, "schedules.change")
        async with self._database.session_for(actor) as session:
            row = await _to_change(session, actor, trigger_id)
            before = _told(row)
            said = {name: getattr(row, name) for name in SAID}
            await _write(session, actor, row, Wanted(**{**said, **changes}))
            row.reason, row.updated_at = None, datetime.now(UTC)
            await session.flush()
            after = _told(row)
            audit.note(
                session, actor, "contact_trigger.changed", row.id, before=before, after=after
            )
            await session.refresh(row)
        return row

    async def remove(self, actor: Actor, trigger_id: UUID) -> None:
        must(actor, "schedules.change")
        async with self._database.session_for(actor) as session:
            row = await _to_change(session, actor, trigger_id)
            await session.delete(row)
            audit.note(session, actor, "contact_trigger.removed", trigger_id, before=_told(row))


async def _to_change(session: AsyncSession, actor: Actor, trigger_id: UUID) -> ContactTrigger:
    row = await starters.find(
        session, ContactTrigger, workspace_of(actor), trigger_id, to_change=True
    )
    if row is None:
        raise NotFound("contact trigger")
    return row


async def _write(session: AsyncSession, actor: Actor, row: ContactTrigger, wanted: Wanted) -> None:
    connector = await connectors.find(session, row.workspace_id, wanted.connector_id)
    if connector is None:
        raise NotFound("connector")
    if not (wanted.on_created or wanted.on_updated):
        raise bad_field("on_created", "Say when it starts: on_created, on_updated or both.")
    known = {*FIELDS, "data"}
    if strange := [one for one in wanted.fields or () if one not in known]:
        raise BadInput([Wrong("fields", f"Contacts have no field {one}.") for one in strange])
    for name in SAID:
        setattr(row, name, getattr(wanted, name))
    row.fields = wanted.fields or None
    row.input = inputs.checked(connector.input_schema, dict(wanted.input))
    row.acts_as = actor.user_id


def _told(row: ContactTrigger) -> dict[str, Any]:
    return {
        "connector_id": str(row.connector_id),
        "on_created": row.on_created,
        "on_updated": row.on_updated,
        "fields": row.fields,
        "enabled": row.enabled,
    }


class ContactSweep(Sweep[ContactTrigger]):
    """Whoever takes a contact out of the queue starts the run in the same transaction."""

    rows = ContactTrigger
    noun = "contact trigger"

    async def due(self, session: AsyncSession) -> Sequence[Due]:
        return await contact_triggers.due(session)

    async def begin(self, session: AsyncSession, actor: Actor, one: Due) -> None:
        """One contact is a run; many, as after an import, are a batch that can be paused."""
        row = await starters.find(session, ContactTrigger, one.workspace_id, one.id)
        ids = await contact_triggers.take(session, one, AT_ONCE)
        if row is None or not row.enabled or not ids:
            return
        if len(ids) == 1:
            await self._executions.add_to(
                session, actor, row.connector_id, ids[0], row.input, trigger="contact"
            )
            return
        await self._bulk.add_to(
            session,
            actor,
            row.connector_id,
            Chosen(ids),
            input=row.input,
            trigger="contact",
            those_there=True,
        )

    async def switched_off(self, session: AsyncSession, one: Due) -> None:
        await contact_triggers.forget(session, one)
