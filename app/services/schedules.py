"""Connectors that start by the clock, as people plan them; and the sweep that fires them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.services import choosing, inputs
from app.services.choosing import Chosen
from app.services.contacts import workspace_of
from app.services.listing import Slice
from app.services.problems import NotFound, bad_field
from app.services.roles import must
from app.services.starters import Sweep, listed
from db import audit, connectors, schedules, starters
from db.schedules import Schedule
from db.session import Actor, Database
from db.starters import Due
from engine.queue import clock
from engine.queue.clock import BadCron

SHOWN: Final = 5  # coming times


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a person says about a schedule."""

    connector_id: UUID
    cron: str
    time_zone: str = "UTC"
    contact_ids: list[UUID] | None = None
    filter: dict[str, Any] | None = None
    input: dict[str, Any] = field(default_factory=dict)
    enabled: bool = True


SAID: Final = tuple(Wanted.__dataclass_fields__)


class Schedules:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, actor: Actor, **page: Any) -> Slice[Schedule]:
        """`page`: connector_id, limit, after."""
        return await listed(self._database, actor, Schedule, **page)

    async def get(self, actor: Actor, schedule_id: UUID) -> Schedule:
        async with self._database.session_for(actor) as session:
            found = await starters.find(session, Schedule, workspace_of(actor), schedule_id)
        if found is None:
            raise NotFound("schedule")
        return found

    async def add(self, actor: Actor, wanted: Wanted) -> Schedule:
        must(actor, "schedules.change")
        async with self._database.session_for(actor) as session:
            row = Schedule(id=uuid4(), workspace_id=workspace_of(actor), created_by=actor.user_id)
            await _write(session, actor, row, wanted)
            session.add(row)
            await session.flush()
            audit.note(session, actor, "schedule.made", row.id, after=_told(row))
        return row

    async def change(self, actor: Actor, schedule_id: UUID, changes: Mapping[str, Any]) -> Schedule:
        """Only what is named changes. It acts in the name of whoever changed it last."""
        must(actor, "schedules.change")
        async with self._database.session_for(actor) as session:
            row = await self._to_change(session, actor, schedule_id)
            before = _told(row)
            said = {name: getattr(row, name) for name in SAID}
            if "contact_ids" in changes and "filter" not in changes:
                said["filter"] = None
            if "filter" in changes and "contact_ids" not in changes:
                said["contact_ids"] = None
            await _write(session, actor, row, Wanted(**{**said, **changes}))
            row.reason, row.updated_at = None, datetime.now(UTC)
            await session.flush()
            audit.note(session, actor, "schedule.changed", row.id, before=before, after=_told(row))
            await session.refresh(row)
        return row

    async def remove(self, actor: Actor, schedule_id: UUID) -> None:
        must(actor, "schedules.change")
        async with self._database.session_for(actor) as session:
            row = await self._to_change(session, actor, schedule_id)
            await session.delete(row)
            audit.note(session, actor, "schedule.removed", schedule_id, before=_told(row))

    async def _to_change(self, session: AsyncSession, actor: Actor, schedule_id: UUID) -> Schedule:
        row = await starters.find(
            session, Schedule, workspace_of(actor), schedule_id, to_change=True
        )
        if row is None:
            raise NotFound("schedule")
        return row


def coming(row: Schedule) -> list[datetime]:
    """The next times it will run."""
    if not row.enabled:
        return []
    return clock.next_times(row.cron, row.time_zone, SHOWN, datetime.now(UTC))


def preview(cron: str, time_zone: str) -> list[datetime]:
    """The same for one that is still being thought of. Raises BadInput."""
    try:
        clock.check(cron, time_zone)
    except BadCron as bad:
        raise bad_field(bad.part, str(bad)) from bad
    return clock.next_times(cron, time_zone, SHOWN, datetime.now(UTC))


async def _write(session: AsyncSession, actor: Actor, row: Schedule, wanted: Wanted) -> None:
    preview(wanted.cron, wanted.time_zone)
    connector = await connectors.find(session, row.workspace_id, wanted.connector_id)
    if connector is None:
        raise NotFound("connector")
    chosen = choosing.checked(Chosen(wanted.contact_ids, wanted.filter))
    if chosen.contact_ids is not None:
        await choosing.contacts_of(session, row.workspace_id, chosen)
    again = wanted.enabled and (
        not row.enabled or (row.cron, row.time_zone) != (wanted.cron, wanted.time_zone)
    )
    for name in SAID:
        setattr(row, name, getattr(wanted, name))
    row.input = inputs.checked(connector.input_schema, dict(wanted.input))
    row.acts_as = actor.user_id
    if again:
        row.next_fire_at = _next(row, datetime.now(UTC))
    elif not wanted.enabled:
        row.next_fire_at = None


def _next(row: Schedule, after: datetime) -> datetime | None:
    return next(iter(clock.next_times(row.cron, row.time_zone, 1, after)), None)


def _told(row: Schedule) -> dict[str, Any]:
    return {
        "connector_id": str(row.connector_id),
        "cron": row.cron,
        "time_zone": row.time_zone,
        "enabled": row.enabled,
    }


class ScheduleSweep(Sweep[Schedule]):
    """The lock on the row and the key of the fire let one worker do it."""

    rows = Schedule
    noun = "schedule"

    async def due(self, session: AsyncSession) -> Sequence[Due]:
        return await schedules.due(session)

    async def begin(self, session: AsyncSession, actor: Actor, one: Due) -> None:
        """However many times were missed, it runs once, and goes on from now."""
        taken = await schedules.take(session, one)
        if taken is None:
            return
        row, now = taken
        fire_at = row.next_fire_at
        assert fire_at is not None
        row.next_fire_at, row.last_fire_at = _next(row, now), now
        await session.flush()
        if not await schedules.begin_fire(session, row, fire_at):
            return
        if row.contact_ids is None and row.filter is None:
            run = await self._executions.add_to(
                session, actor, row.connector_id, input=row.input, trigger="schedule"
            )
            await schedules.note_fire(session, row, fire_at, execution_id=run.id)
            return
        batch = await self._bulk.add_to(
            session,
            actor,
            row.connector_id,
            Chosen(row.contact_ids, row.filter),
            input=row.input,
            trigger="schedule",
            those_there=True,
        )
        await schedules.note_fire(session, row, fire_at, bulk_id=batch.id)

    async def switched_off(self, session: AsyncSession, one: Due) -> None:
        row = await starters.find(session, Schedule, one.workspace_id, one.id)
        if row is not None and not row.enabled:
            row.next_fire_at = None
