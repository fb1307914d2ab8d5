"""Runs that fail alike, seen as one thing: mended, not worth a look, or open."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from app.services.contacts import workspace_of
from app.services.problems import NotFound, bad_field
from app.services.roles import must
from db import audit, connectors, error_groups
from db.error_groups import Alike, Found
from db.session import Actor, Database

State = Literal["open", "resolved", "ignored"]
USUAL: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=92)

__all__ = ["Alike", "ErrorGroups", "Found", "State"]


class ErrorGroups:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(
        self,
        actor: Actor,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        connector_id: UUID | None = None,
        state: State | None = None,
    ) -> Sequence[Found]:
        """Of the last seven days, unless asked otherwise; the latest failure first."""
        until = until or datetime.now(UTC)
        since = since or until - USUAL
        if since >= until:
            raise bad_field("since", "This is not earlier than until.")
        if until - since > LONGEST:
            raise bad_field("since", f"At most {LONGEST.days} days fit into one answer.")
        async with self._database.session_for(actor) as session:
            groups = await error_groups.found(
                session, workspace_of(actor), since=since, until=until, connector_id=connector_id
            )
        return [one for one in groups if state in (None, one.state)]

    async def decide(
        self, actor: Actor, alike: Alike, state: State, until: datetime | None = None
    ) -> None:
        """Resolved: until one fails again. Ignored: until then, or for good. Open: neither."""
        must(actor, "executions.change")
        if until is not None and (state != "ignored" or until <= datetime.now(UTC)):
            raise bad_field("until", "Only what is ignored has an end, and it lies ahead.")
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            if await connectors.find(session, workspace_id, alike.connector_id) is None:
                raise NotFound("connector")
            if state == "open":
                await error_groups.reopen(session, workspace_id, alike)
            else:
                await error_groups.decide(session, workspace_id, actor.user_id, alike, state, until)
            what = {"step_id": alike.step_id, "error_code": alike.error_code, "state": state}
            audit.note(session, actor, "error_group.decided", alike.connector_id, after=what)
