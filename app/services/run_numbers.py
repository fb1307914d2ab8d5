"""Runs as numbers, for charts: bars of a time, slow steps, cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.services.contacts import workspace_of
from db import run_numbers
from db.run_numbers import Asked, Slow
from db.session import Actor, Database

HOUR_S: Final = 3_600
SAMPLE: Final = 2_000  # runs of which steps and cost are looked at
# A chart has some thirty bars, whatever time it is about.
BARS: Final = (
    (timedelta(hours=2), 300),
    (timedelta(days=2), HOUR_S),
    (timedelta(days=10), 6 * HOUR_S),
)
A_DAY_S: Final = 24 * HOUR_S


@dataclass(frozen=True, slots=True)
class Numbers:
    """`bars`: (begin, {outcome: runs}), without a gap; `cost`: the same by connector."""

    bucket_s: int
    bars: Sequence[tuple[datetime, Mapping[str, int]]]
    slowest: Sequence[Slow]
    cost: Sequence[tuple[datetime, Mapping[UUID, Decimal]]]

    @property
    def total(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for _, bar in self.bars:
            for how, n in bar.items():
                found[how] = found.get(how, 0) + n
        return found


class RunNumbers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, actor: Actor, last: timedelta, connector_id: UUID | None = None) -> Numbers:
        """Of the time that ends now."""
        bucket_s = next((s for longest, s in BARS if last <= longest), A_DAY_S)
        until = datetime.now(UTC)
        since = _begin(until - last, bucket_s)
        asked = Asked(since, until, bucket_s, connector_id)
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            counted = await run_numbers.by_time(session, workspace_id, asked)
            slowest = await run_numbers.slowest(session, workspace_id, asked, most=SAMPLE)
            paid = await run_numbers.cost(session, workspace_id, asked, most=SAMPLE)
        bars: dict[datetime, dict[str, int]] = {at: {} for at in _times(asked)}
        for at, how, n in counted:
            bars.setdefault(at, {})[how] = n
        cost: dict[datetime, dict[UUID, Decimal]] = {at: {} for at in bars}
        for connector, at, amount in paid:
            cost.setdefault(at, {})[connector] = amount
        return Numbers(bucket_s, sorted(bars.items()), slowest, sorted(cost.items()))


def _begin(at: datetime, bucket_s: int) -> datetime:
    """Bars begin at full hours and days, in UTC."""
    return datetime.fromtimestamp(at.timestamp() // bucket_s * bucket_s, UTC)


def _times(asked: Asked) -> list[datetime]:
    step = timedelta(seconds=asked.bucket_s)
    return [asked.since + n * step for n in range(-(-(asked.until - asked.since) // step))]
