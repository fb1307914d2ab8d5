"""How often, in words: the few rhythms people mean, and cron for everything else."""

import re
from dataclasses import dataclass, replace
from typing import Final

from components.texts import _, day_names

WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AT: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`kind`: hour, day, workdays, week, month, or cron for one that only cron can say."""

    kind: str = "day"
    at: str = "09:00"
    weekday: str = "mon"
    day: int = 1
    cron: str = "0 9 * * *"

    def as_cron(self) -> str:
        """Five fields. Raises ValueError where the time is none."""
        if self.kind == "cron":
            return self.cron
        if self.kind == "hour":
            return "0 * * * *"
        hour, minute = _time(self.at)
        last = {
            "day": "* * *",
            "workdays": "* * 1-5",
            "week": f"* * {self.weekday}",
            "month": f"{self.day} * *",
        }
        return f"{minute} {hour} {last[self.kind]}"


def read(cron: str) -> Rhythm:
    """What a cron expression means, as far as it is one of the few."""
    other = Rhythm("cron", cron=cron)
    fields = cron.lower().split()
    if fields == ["0", "*", "*", "*", "*"]:
        return replace(other, kind="hour")
    if len(fields) != 5 or not all(one.isdigit() for one in fields[:2]) or fields[3] != "*":
        return other
    minute, hour, day, _month, weekday = fields
    at = f"{int(hour):02}:{int(minute):02}"
    if AT.fullmatch(at) is None:
        return other
    if (day, weekday) == ("*", "*"):
        return replace(other, kind="day", at=at)
    if day == "*" and weekday in ("1-5", "mon-fri"):
        return replace(other, kind="workdays", at=at)
    if day == "*" and (named := _weekday(weekday)):
        return replace(other, kind="week", at=at, weekday=named)
    if weekday == "*" and day.isdigit() and 1 <= int(day) <= 31:
        return replace(other, kind="month", at=at, day=int(day))
    return other


def in_words(cron: str) -> str:
    rhythm = read(cron)
    return {
        "hour": _("Every hour"),
        "day": _("Every day at {at}"),
        "workdays": _("Monday to Friday at {at}"),
        "week": _("Every {weekday} at {at}"),
        "month": _("On day {day} of each month at {at}"),
        "cron": _("By the rule {cron}"),
    }[rhythm.kind].format(
        at=rhythm.at, weekday=weekdays()[rhythm.weekday], day=rhythm.day, cron=cron
    )


def kinds() -> dict[str, str]:
    return {
        "hour": _("Every hour"),
        "day": _("Every day"),
        "workdays": _("Monday to Friday"),
        "week": _("Once a week"),
        "month": _("Once a month"),
        "cron": _("By a cron rule"),
    }


def weekdays() -> dict[str, str]:
    return dict(zip(WEEK, day_names(), strict=True))


def _weekday(field: str) -> str | None:
    if field in WEEK:
        return field
    return WEEK[(int(field) - 1) % 7] if re.fullmatch("[0-7]", field) else None


def _time(at: str) -> tuple[int, int]:
    found = AT.fullmatch(at.strip())
    if found is None:
        raise ValueError(f"{at!r} is no time")
    return int(found[1]), int(found[2])
