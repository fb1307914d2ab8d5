"""How long to wait before a call is made again. Pure: the clock and the dice are handed in."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from engine.model import dates

LONGEST_S: Final = 3_600.0
_PLAUSIBLE_EPOCH = 1_000_000_000

_RESET_NAMES = (
    "ratelimit-reset",
    "x-ratelimit-reset",
    "x-rate-limit-reset",
    "x-ratelimit-reset-after",
    "x-ratelimit-reset-requests",
    "x-ratelimit-reset-tokens",
    "x-sib-ratelimit-reset",
    "x-retry-after",
    "anthropic-ratelimit-requests-reset",
    "anthropic-ratelimit-tokens-reset",
)
_IN_MILLISECONDS = (
    "x-ratelimit-interval-milliseconds",
    "x-hubspot-ratelimit-interval-milliseconds",
)


def backoff_s(attempt: int, *, base_ms: int, max_ms: int, random: Callable[[], float]) -> float:
    """Full jitter: anything up to the doubled pause, so that many runs do not come back at once.

    `attempt` is the one that just failed, counted from 1.
    """
    doubled: int = 1 << min(max(attempt, 1) - 1, 40)
    ceiling = min(max_ms, base_ms * doubled)
    return min(random() * ceiling / 1000, LONGEST_S)


def asked_wait_s(headers: Iterable[tuple[str, str]], now: datetime) -> float | None:
    """How long the service asks to wait, at most an hour; None where it does not say."""
    found = {name.lower(): value.strip()[:200] for name, value in headers}
    if (wait := _seconds(found.get("retry-after"), now)) is not None:
        return _clamped(wait)
    if (wait := _thousandths(found.get("retry-after-ms"))) is not None:
        return _clamped(wait)
    if (wait := _draft_header(found.get("ratelimit"))) is not None:
        return _clamped(wait)
    waits = [_seconds(found.get(name), now) for name in _RESET_NAMES]
    waits += [_thousandths(found.get(name)) for name in _IN_MILLISECONDS]
    known = [wait for wait in waits if wait is not None]
    return _clamped(max(known)) if known else None


# What is left, and when there is more. Where no second header says when, the last entry does:
# the length of the window, which may be over sooner.
_LEFT_AND_RESET: Final[tuple[tuple[str, str, float | None], ...]] = (
    ("x-ratelimit-remaining", "x-ratelimit-reset", None),
    ("x-ratelimit-remaining", "x-ratelimit-reset-after", None),
    ("x-ratelimit-remaining", "x-ratelimit-interval-milliseconds", None),
    ("ratelimit-remaining", "ratelimit-reset", None),
    ("x-rate-limit-remaining", "x-rate-limit-reset", None),
    ("x-sib-ratelimit-remaining", "x-sib-ratelimit-reset", None),
    ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", None),
    ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", None),
    ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset", None),
    ("x-hubspot-ratelimit-remaining", "x-hubspot-ratelimit-interval-milliseconds", None),
    ("x-minute-requests-left", "", 60.0),
    ("x-hourly-requests-left", "", 3_600.0),
)
# A day that is used up. When it ends is not said, and many plans allow more than they count:
# calls go on, a few at a time, until the service itself says that it is over.
_LEFT_TODAY: Final = (
    "x-hubspot-ratelimit-daily-remaining",
    "x-daily-ratelimit-token-remaining",
    "x-ratelimit-remaining-day",
)
_USED_TODAY: Final = "sforce-limit-info"
SLOWLY_S: Final = 20.0
_SPEAK_OF_LIMITS: Final = frozenset(
    {"ratelimit", _USED_TODAY, *_LEFT_TODAY, *(left for left, _, _ in _LEFT_AND_RESET)}
)
_USED_OF = re.compile(r"(?<![\w-])api-usage=([0-9]{1,12})/([0-9]{1,12})")
_NONE_LEFT = re.compile(r"0+(?:\.0*)?|\{[^{}]*['\"]\s*:\s*0+\s*[,}].*")


def spent_for_s(headers: Mapping[str, str], now: datetime) -> float:
    """How long nothing is left to call with, as an answer that succeeded says; 0: go on.

    Names in lower case. A month is no pause but a plan: the service shall say itself that it is
    over.
    """
    if _SPEAK_OF_LIMITS.isdisjoint(headers):
        return 0.0
    longest = SLOWLY_S if _day_is_spent(headers) else 0.0
    for left, reset, window_s in _LEFT_AND_RESET:
        said = headers.get(left)
        if said is None or not _NONE_LEFT.fullmatch(said.strip()):
            continue
        wait = window_s if window_s else _seconds(headers.get(reset, "").strip()[:200], now)
        if wait is not None and reset.endswith("-milliseconds"):
            wait /= 1000
        longest = max(longest, _within(wait))
    if (draft := headers.get("ratelimit")) and _DRAFT_SPENT.search(draft):
        longest = max(longest, _within(_draft_header(draft)))
    return longest


def _day_is_spent(headers: Mapping[str, str]) -> bool:
    """api-usage=15000/15000, or nothing left of what a day has."""
    used = _USED_OF.search(headers.get(_USED_TODAY, "")[:200])
    if used is not None and int(used[1]) >= int(used[2]):
        return True
    return any(_NONE_LEFT.fullmatch(headers.get(name, "").strip()) for name in _LEFT_TODAY)


def _within(wait: float | None) -> float:
    return wait if wait is not None and 0 < wait <= LONGEST_S else 0.0


def _clamped(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_S)


_PLAIN = re.compile(r"[0-9]{1,16}(\.[0-9]{1,9})?")
_DURATION = re.compile(
    r"(?:(\d{1,6})h)?(?:(\d{1,6})m(?!s))?(?:(\d{1,6}(?:\.\d{1,9})?)s)?(?:(\d{1,9})ms)?"
)


def _seconds(text: str | None, now: datetime) -> float | None:
    """Seconds, a point in time in seconds or milliseconds, 1m30s, or a date."""
    if not text:
        return None
    if _PLAIN.fullmatch(text):
        number = float(text)
        if number < _PLAUSIBLE_EPOCH:
            return number
        return number / (1000 if number > 100 * _PLAUSIBLE_EPOCH else 1) - now.timestamp()
    if found := _DURATION.fullmatch(text):
        hours, minutes, seconds, thousandths = (float(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
    moment = dates.read(text)
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - now).total_seconds()


def _thousandths(text: str | None) -> float | None:
    return float(text) / 1000 if text and _PLAIN.fullmatch(text) else None


_DRAFT_SPENT = re.compile(r"(?:^|[,;\s])(?:remaining|r)=0(?:$|[,;\s])")


def _draft_header(text: str | None) -> float | None:
    """RateLimit: limit=10, remaining=0, reset=7 (or t=7 in the later draft)."""
    found = re.search(r"(?:^|[,;\s])(?:reset|t)=([0-9]{1,9})(?:$|[,;\s])", text or "")
    return float(found[1]) if found else None
