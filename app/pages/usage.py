"""/usage: what this workspace used: runs, calls, what they cost and what the cache saved."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from fastapi import Request

from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from components.controls import box, choice, row, stack, text
from components.day_bars import Bar, DayBars
from components.frame import frame
from components.listing import Column, Listing, Row
from components.texts import _, day, each, later, money, number
from db.usage import UsageDay

PERIODS: Final = {
    "7": later("Last 7 days"),
    "30": later("Last 30 days"),
    "90": later("Last 90 days"),
}
USUAL: Final = "30"
COLUMNS = (
    Column("day", later("Day")),
    Column("runs", later("Runs"), "number"),
    Column("found", later("Found"), "number"),
    Column("not_found", later("No match"), "number"),
    Column("failed", later("Failed"), "number"),
    Column("calls", later("Calls"), "number"),
    Column("cached", later("Saved by the cache"), "number"),
    Column("cost", later("Cost"), "number"),
)


def add(services: Services) -> None:
    @open_at("/usage")
    async def usage(request: Request, days: str = USUAL) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="usage", title=_("Usage")):
            shown = _Usage(visit, services)
            picked = days if days in PERIODS else USUAL
            choose_period(
                _("Days begin at midnight UTC. Costs are what you entered for each attempt."),
                picked,
                shown.ask,
            )
            shown.draw()
            await shown.load(picked)


def choose_period(words: str, picked: str, ask: Callable[[str], Any]) -> None:
    with row():
        text(words, "soft grow")
        period = choice(
            _("Period"), each(PERIODS), picked, hide_label=True, on_change=ask, testid="period"
        )
        period.style("width: auto")


class _Usage:
    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services

    def draw(self) -> None:
        self.totals = box("numbers-row")
        with box("card"), stack():
            text(_("Runs a day"), tag="h2")
            self.bars = DayBars(_("Runs a day: found, without a match and failed"))
        self.listing = Listing(_("Usage by day"), COLUMNS)

    async def ask(self, days: str) -> None:
        self.visit.remember(days=days)
        await self.load(days)

    async def load(self, days: str) -> None:
        last = datetime.now(UTC).date()
        first = last - timedelta(days=int(days if days in PERIODS else USUAL) - 1)
        found = await self.services.usage.days(await self.visit.me(), first, last)
        self.totals.clear()
        with self.totals:
            for name, value in (
                (_("Runs"), number(sum(one.runs for one in found))),
                (_("Calls"), number(sum(one.calls for one in found))),
                (_("Calls saved by the cache"), number(sum(one.cached for one in found))),
                (_("Cost"), money(float(sum(one.cost for one in found)))),
            ):
                with box("card stack tight"):
                    text(name, "soft small")
                    text(value, "big-number")
        self.bars.show([_bar(one) for one in found])
        self.listing.show([_row(one) for one in reversed(found) if one.runs or one.day == last])


def _bar(one: UsageDay) -> Bar:
    found = one.outcomes.get("found", 0) + one.outcomes.get("partly", 0)
    failed = one.outcomes.get("failed", 0)
    tip = _("{day}: {runs} runs, {found} found, {failed} failed").format(
        day=_said(one.day), runs=number(one.runs), found=number(found), failed=number(failed)
    )
    rest = max(0, one.runs - found - failed)
    return Bar(_said(one.day), (("ok", found), ("none", rest), ("bad", failed)), tip)


def _row(one: UsageDay) -> Row:
    outcomes = one.outcomes
    return Row(
        one.day.isoformat(),
        {
            "day": _said(one.day),
            "runs": number(one.runs),
            "found": number(outcomes.get("found", 0) + outcomes.get("partly", 0)),
            "not_found": number(outcomes.get("not_found", 0)),
            "failed": number(outcomes.get("failed", 0)),
            "calls": number(one.calls),
            "cached": number(one.cached),
            "cost": money(float(one.cost)),
        },
    )


def _said(one: date) -> str:
    return day(one)
