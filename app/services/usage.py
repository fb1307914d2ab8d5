"""What a workspace used: runs by outcome and calls, a day at a time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from app.services.contacts import workspace_of
from app.services.problems import NotAllowed, bad_field
from db import admins, usage
from db.session import Actor, Database, Engine, Runner
from db.usage import OfWorkspace, UsageDay

MOST_DAYS: Final = 92


class Usage:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def days(self, actor: Actor, first: date | None, last: date | None) -> list[UsageDay]:
        """Every day of the span, oldest first. Days that are over are counted once and kept."""
        today = datetime.now(UTC).date()
        last = last or today
        first = first or last - timedelta(days=29)
        if first > last:
            raise bad_field("since", "This is later than until.")
        if (last - first).days >= MOST_DAYS:
            raise bad_field("since", f"At most {MOST_DAYS} days fit into one answer.")
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            known = {
                row.day: row for row in await usage.counted(session, workspace_id, first, last)
            }
            missing = [day for day in span(first, min(last, today)) if day not in known]
            for begin, end in stretches(missing):
                found = await usage.count(session, workspace_id, midnight(begin), midnight(end))
                known |= {row.day: row for row in found}
        # Runs of yesterday may still be under way; then that day is counted again tomorrow.
        over = [known[day] for day in missing if day < today and day in known]
        final = [row for row in over if "unfinished" not in row.outcomes]
        if final:
            async with self._database.session_for(Runner(workspace_id)) as session:
                await usage.keep(session, final)
        return [known.get(day) or usage.nothing(workspace_id, day) for day in span(first, last)]

    async def of_workspaces(self, actor: Actor, first: date, last: date) -> list[OfWorkspace]:
        """For those who run the service: numbers of each workspace, of days that are over."""
        async with self._database.session_for(actor) as session:
            if await admins.role_of_caller(session) not in ("admin", "owner"):
                raise NotAllowed("This is for the marketplace's admins and owners.")
            return await usage.of_workspaces(session, first, last)

    async def count_yesterday(self) -> None:
        """So that the numbers are there although nobody of that workspace looks at them."""
        day = datetime.now(UTC).date() - timedelta(days=1)
        async with self._database.session_for(Engine()) as session:
            places = await usage.to_count(session, day)
        for workspace_id in places:
            async with self._database.session_for(Runner(workspace_id)) as session:
                found = await usage.count(
                    session, workspace_id, midnight(day), midnight(day + timedelta(days=1))
                )
                await usage.keep(
                    session, [row for row in found if "unfinished" not in row.outcomes]
                )


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def stretches(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days in a row as (first, the day after the last)."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + timedelta(days=1))
        else:
            found.append((day, day + timedelta(days=1)))
    return found


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
