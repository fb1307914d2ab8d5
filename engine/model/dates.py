"""Points in time as services write them: ISO 8601, seconds or milliseconds, mail headers."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

# Widths such as %1000000d would let a short text ask for gigabytes, so the list is closed.
_SIGNS = "YmdHMSyjBbAapIfs%"
_FORMAT = re.compile(rf"(?:[^%\0]|%[{_SIGNS}])*")


def can_format(pattern: str) -> bool:
    return len(pattern) <= 100 and bool(_FORMAT.fullmatch(pattern))


def write(moment: datetime, pattern: str) -> str:
    seconds = str(int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()))
    return moment.strftime(pattern.replace("%s", seconds))


def read(value: Any) -> datetime | None:
    """The moment a value stands for, or None. A text without a zone stays without one."""
    try:
        if type(value) in (int, float):
            return _from_seconds(value)
        if type(value) is str and len(value) <= 80:
            return _from_text(value.strip())
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None
    return None


def _from_seconds(value: float) -> datetime:
    seconds = value / 1000 if abs(value) > 100_000_000_000 else value
    return datetime.fromtimestamp(seconds, UTC)


def _from_text(text: str) -> datetime:
    if re.fullmatch(r"[0-9]{9,10}(\.[0-9]+)?|[0-9]{13}", text):
        return _from_seconds(float(text))
    if re.match(r"[0-9]{4}/[0-9]{2}/[0-9]{2}", text):
        text = text.replace("/", "-")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)
