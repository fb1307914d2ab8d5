"""Connectors that start by the clock, as people plan them; and the sweep that fires them."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.services import choosing, inputs
from app.services.bulk import Bulk
from app.services.choosing import Chosen
from app.services.contacts import workspace_of
from app.services.executions import Executions
from app.services.feeding import may_edit
from app.services.listing import Slice, cut
from app.services.problems import NotFound, ServiceProblem, bad_field
from app.services.roles import must
from db import audit, connectors, schedules
from db.refusals import NotPermitted
from db.schedules import Due, Schedule
from db.session import Actor, Database, DatabaseAway, Engine, Runner
from engine.queue import clock
from engine.queue.clock import BadCron

logger = logging.getLogger(__name__)

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

    async def listed(
        self,
        actor: Actor,
        *,
        connector_id: UUID | None = None,
        limit: int = 50,
        after: tuple[datetime, UUID] | None = None,
    ) -> Slice[Schedule]:
        async with self._database.session_for(actor) as session:
            rows = await schedules.newest(
                session,
                workspace_of(actor),
                connector_id=connector_id,
                limit=limit + 1,
                after=after,
            )
        return cut(rows, limit)

    async def get(self, actor: Actor, schedule_id: UUID) -> Schedule:
        async with self._database.session_for(actor) as session:
            found = await schedules.find(session, workspace_of(actor), schedule_id)
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
            await schedules.remove(session, row.workspace_id, row.id)
            audit.note(session, actor, "schedule.removed", schedule_id, before=_told(row))

    async def _to_change(self, session: AsyncSession, actor: Actor, schedule_id: UUID) -> Schedule:
        row = await schedules.find(session, workspace_of(actor), schedule_id, to_change=True)
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


class Sweep:
    """Every worker looks; the lock on the row and the key of the fire let one of them do it."""

    def __init__(self, database: Database, executions: Executions, bulk: Bulk) -> None:
        self._database, self._executions, self._bulk = database, executions, bulk

    async def look(self) -> None:
        async with self._database.session_for(Engine()) as session:
            found = await schedules.due(session)
        for one in found:
            try:
                await self._fire(one)
            except DatabaseAway:
                raise
            except Exception:
                # Our own mistake. The other schedules shall not wait for it.
                logger.exception("the schedule %s could not be fired", one.id)

    async def _fire(self, one: Due) -> None:
        if one.acts_as is None or not await may_edit(self._database, one.acts_as, one.workspace_id):
            await self._switch_off(
                one, "Whoever planned it may not run connectors here any more. Switch it on again."
            )
            return
        actor = Actor(one.acts_as, one.workspace_id, "editor")
        try:
            async with self._database.session_for(actor) as session:
                await self._begin(session, actor, one)
        except (ServiceProblem, NotPermitted) as problem:
            await self._switch_off(one, str(problem) or "This is not allowed any more.")

    async def _begin(self, session: AsyncSession, actor: Actor, one: Due) -> None:
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

    async def _switch_off(self, one: Due, reason: str) -> None:
        async with self._database.session_for(Runner(one.workspace_id)) as session:
            row = await schedules.find(session, one.workspace_id, one.id, to_change=True)
            if row is not None and row.enabled:
                row.enabled, row.reason, row.next_fire_at = False, reason, None
                logger.info("the schedule %s was switched off", one.id)
