"""Ticks, and the calendar of cron. The only user of APScheduler, which says when, never what."""

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

# It reports every tick that found the last one still at work, which is no news here.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


class Clock:
    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def every(self, seconds: float, name: str, do: Callable[[], Awaitable[None]]) -> None:
        """`do` never overlaps itself; ticks missed while it worked are dropped."""

        async def tick() -> None:  # a coroutine stays in the loop; a plain function would not
            await do()

        self._scheduler.add_job(
            tick, "interval", seconds=seconds, id=name,
            max_instances=1, coalesce=True, misfire_grace_time=None,
        )  # fmt: skip

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


class BadCron(ValueError):
    """A cron expression or a time zone that cannot be meant; its text is for people."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part = part  # cron or time_zone


DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMED: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
YEARS: Final = 8  # the 29th of February is at most so far away; what is not found by then never is


def check(cron: str, zone: str) -> None:
    """Raises BadCron, also where it would never come."""
    if not next_times(cron, zone, 1, datetime.now(UTC)):
        raise BadCron("cron", "There is no such day, so this would never run.")


def next_times(cron: str, zone: str, number: int, after: datetime) -> list[datetime]:
    """The next times later than `after`, in UTC.

    Where the clock is put back, a schedule with a fixed hour comes once, one that comes every
    hour or every few minutes goes on. Where it is put forward, a time that is left out comes at
    the new time.
    """
    place = _zone(zone)
    fields = _fields(cron)
    every_hour = fields[1].startswith("*")
    triggers = _triggers(fields, place, after.astimezone(place).year)
    found: list[datetime] = []
    while len(found) < number:
        # Added in UTC: in a place, the hour that comes twice would begin again.
        start = (after.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)).astimezone(
            place
        )
        coming = [trigger.get_next_fire_time(None, start) for trigger in triggers]
        there = [time for time in coming if time is not None]
        if not there:
            break
        first = min(there, key=lambda time: time.astimezone(UTC))
        after = first.astimezone(UTC)
        if every_hour or not _a_second_time(first, place):
            found.append(after)
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadCron(
            "time_zone", "There is no such time zone. Use a name such as Europe/Berlin or UTC."
        ) from error


def _fields(cron: str) -> list[str]:
    fields = NAMED.get(cron.strip().lower(), cron).lower().split()
    if len(fields) != 5:
        raise BadCron(
            "cron", "Five parts are needed: minute, hour, day of month, month, day of week."
        )
    for field in fields:
        if not re.fullmatch(r"[0-9a-z*/,-]{1,100}", field):
            raise BadCron("cron", f"“{field[:40]}” cannot be read.")
    return [*fields[:4], _days(fields[4])]


def _days(field: str) -> str:
    """By their names: cron counts from Sunday, our calendar from Monday."""
    named: list[str] = []
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*" and not step:
            return "*"
        if span == "*":
            first, last = "0", "6"
        first, last = [str(DAYS.index(one)) if one in DAYS else one for one in (first, last)]
        if not all(re.fullmatch("[0-7]", one) for one in (first, last or first)):
            raise BadCron("cron", "A day of the week is 0 to 7 or sun to sat.")
        if step and not re.fullmatch("[1-7]", step):
            raise BadCron("cron", "Days of the week go in steps of 1 to 7.")
        begin, end = int(first), int(last or (6 if step else first))
        if end < begin:  # fri-mon
            end += 7
        named += [DAYS[day % 7] for day in range(begin, end + 1, int(step or 1))]
    return ",".join(dict.fromkeys(named))


def _triggers(fields: list[str], zone: ZoneInfo, year: int) -> list[CronTrigger]:
    """As in cron: where day of month and day of week are both given, either of them counts."""
    minute, hour, day, month, weekday = fields
    either = not day.startswith("*") and weekday != "*"
    pairs = [(day, "*"), ("*", weekday)] if either else [(day, weekday)]
    try:
        return [
            CronTrigger(
                year=f"{year}-{year + YEARS}",
                month=month,
                day=one,
                day_of_week=other,
                hour=hour,
                minute=minute,
                second=0,
                timezone=zone,
            )
            for one, other in pairs
        ]
    except ValueError as error:
        raise BadCron("cron", f"This cannot be read: {error}.") from error


def _a_second_time(time: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock was put back, and showed this before."""
    local = time.astimezone(zone)
    return local.fold == 1 and local.utcoffset() != local.replace(fold=0).utcoffset()
