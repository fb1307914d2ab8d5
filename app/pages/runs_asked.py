"""Which runs a list is about: the filters as they stand in the address, and what they mean."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from components.texts import later
from db.executions import LIVE, Narrowed

Asked = dict[str, str]

SHOWN: Final = {
    "": later("All results"),
    "live": later("Waiting or running"),
    "held": later("On hold"),
    "found": later("Found"),
    "partly": later("Partly"),
    "not_found": later("No match"),
    "skipped": later("Skipped"),
    "failed": later("Failed"),
    "timeout": later("Timed out"),
    "cancelled": later("Cancelled"),
}
PERIODS: Final = {
    "": later("Any time"),
    "1h": later("Last hour"),
    "24h": later("Last 24 hours"),
    "7d": later("Last 7 days"),
    "30d": later("Last 30 days"),
    "between": later("Between two days"),
}
LASTS: Final = {
    "1h": timedelta(hours=1),
    "24h": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
TRIGGERS: Final = {
    "": later("However started"),
    "manual": later("By hand"),
    "api": later("Through the API"),
    "schedule": later("On schedule"),
    "webhook": later("By a web hook"),
    "contact": later("By a changed contact"),
    "bulk": later("For many contacts"),
    "retry": later("Again"),
}
# In the order in which they stand in the address.
NAMES: Final = (
    *("q", "show", "connector_id", "trigger", "when", "since", "until"),
    *("contact_id", "bulk_id", "error", "step"),
)
_STATUS: Final[Mapping[str, tuple[str, ...]]] = {
    "live": LIVE,
    "failed": ("failed",),
    "timeout": ("timeout",),
    "cancelled": ("cancelled",),
}


def asked_of(query: Mapping[str, str]) -> Asked:
    """Only what is known; whatever else stands in the address says nothing."""
    return {name: query.get(name, "").replace("\0", "")[:300] for name in NAMES}


def address(asked: Mapping[str, str], path: str = "/runs") -> str:
    words = urlencode({name: asked[name] for name in NAMES if asked.get(name)})
    return f"{path}?{words}" if words else path


def narrowed(asked: Mapping[str, str], ids: tuple[UUID, ...] | None = None) -> Narrowed:
    show = asked.get("show", "")
    since, until = _times(asked)
    return Narrowed(
        connector_id=uuid_or_none(asked.get("connector_id", "")),
        contact_id=uuid_or_none(asked.get("contact_id", "")),
        bulk_id=uuid_or_none(asked.get("bulk_id", "")),
        status=_STATUS.get(show, ()),
        outcome=(show,) if show in ("found", "partly", "not_found", "skipped") else (),
        trigger=asked.get("trigger") or None,
        on_hold=show == "held",
        error_code=asked.get("error") or None,
        step_id=asked.get("step") or None,
        q=asked.get("q") or None,
        since=since,
        until=until,
        ids=ids,
    )


def uuid_or_none(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def _times(asked: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """A day that was chosen counts whole. A moment may stand in a link, too."""
    if last := LASTS.get(asked.get("when", "")):
        return datetime.now(UTC) - last, None
    since, until = _moment(asked.get("since", "")), _moment(asked.get("until", ""))
    if until and until.time() == time() and len(asked["until"]) == len("2026-11-22"):
        until += timedelta(days=1)
    return since, until


def _moment(words: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(words) if words else None
        if at is None or not date(1970, 1, 2) < at.date() < date(9999, 1, 1):
            return None
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except ValueError:
        return None
