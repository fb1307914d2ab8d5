"""/runs/charts: how runs ended over time, which steps are slow, what was paid."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from fastapi import Request

from app.pages.open_at import open_at
from app.pages.runs_asked import LASTS, uuid_or_none
from app.pages.runs_filters import choose_connector, choose_last
from app.pages.runs_tabs import runs_tabs
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.run_numbers import SAMPLE, Numbers
from components.charts import Kind, Lengths, Span, TimeBars
from components.controls import FILLS, box, empty_state, stack, text
from components.frame import frame
from components.texts import _, duration, later, money, number, percent

USUAL: Final = "24h"
KINDS: Final = (
    ("found", later("Found")),
    ("partly", later("Partly")),
    ("not_found", later("No match")),
    ("skipped", later("Skipped")),
    ("failed", later("Failed")),
    ("cancelled", later("Cancelled")),
    ("live", later("Waiting or running")),
)
COLOURS: Final = 6


def add(services: Services) -> None:
    @open_at("/runs/charts")
    async def charts(request: Request, connector_id: str = "", last: str = USUAL) -> None:
        visit = await begin(request, services)
        asked = {"connector_id": connector_id, "last": last if last in LASTS else USUAL}
        with frame(visit.viewer, here="runs", title=_("Runs")):
            await _Charts(visit, services, asked).draw()


class _Charts:
    def __init__(self, visit: Visit, services: Services, asked: dict[str, str]) -> None:
        self.visit, self.services, self.asked = visit, services, asked
        self.names: dict[UUID, str] = {}

    async def draw(self) -> None:
        me = await self.visit.me()
        found = await self.services.connectors.list(me, limit=200)
        self.names = {one.id: one.name for one in found.items}
        groups = await self.services.error_groups.listed(me, state="open")
        runs_tabs("charts", self.asked, len(groups))
        with box("filters"):
            choose_last(self.asked, LASTS, self.ask)
            choose_connector(self.asked, self.names, self.ask)
        self.place = stack("wide")
        await self.show()

    async def ask(self, **changed: str) -> None:
        self.asked |= changed
        self.visit.remember(**self.asked)
        await self.show()

    async def show(self) -> None:
        connector = uuid_or_none(self.asked["connector_id"])
        last = LASTS[self.asked["last"]]
        numbers = await self.services.run_numbers.of(await self.visit.me(), last, connector)
        self.place.clear()
        with self.place:
            if not numbers.total:
                with box("card"):
                    empty_state(
                        _("Nothing ran in this time"),
                        _("Choose a longer time, or another connector."),
                        icon_name="activity",
                    )
                return
            _tiles(numbers)
            with box("card"):
                text(_("How runs ended"), tag="h2")
                bars = TimeBars(_("Runs by outcome over time"), testid="by-time")
                kinds = [Kind(key, _(name), FILLS[key]) for key, name in KINDS]
                bars.show(kinds, numbers.bars, step_s=numbers.bucket_s)
            with box("columns even"):
                self._slowest(numbers)
                self._cost(numbers)

    def _slowest(self, numbers: Numbers) -> None:
        with box("card"):
            text(_("Slowest steps"), tag="h2")
            if not numbers.slowest:
                text(_("No step called a service."), "hint")
                return
            Lengths(_("Slowest steps"), testid="slowest").show(
                [
                    Span(
                        name=one.name or one.step_id,
                        value=one.slow_ms or 0,
                        words=_("{slow}, usually {usual}").format(
                            slow=duration(one.slow_ms), usual=duration(one.usual_ms)
                        ),
                        more=self._name(one.connector_id),
                        href=f"/connectors/{one.connector_id}",
                    )
                    for one in numbers.slowest
                ]
            )
            text(
                _("One call of twenty takes longer. Of the newest {n} runs.").format(
                    n=number(SAMPLE)
                ),
                "hint",
            )

    def _cost(self, numbers: Numbers) -> None:
        paid: dict[UUID, Decimal] = {}
        for _at, bar in numbers.cost:
            for connector, amount in bar.items():
                paid[connector] = paid.get(connector, Decimal(0)) + amount
        with box("card"):
            text(_("Cost"), tag="h2")
            if not paid:
                text(_("No step of these runs says what it costs."), "hint")
                return
            most = sorted(paid, key=lambda one: -paid[one])[:COLOURS]
            bars = TimeBars(_("Cost by connector over time"), digits=2, testid="cost")
            kinds = [Kind(str(one), self._name(one), str(n)) for n, one in enumerate(most, start=1)]
            bars.show(kinds, [_cost_bar(bar) for bar in numbers.cost], step_s=numbers.bucket_s)
            text(_("As the steps say it. Of the newest {n} runs.").format(n=number(SAMPLE)), "hint")

    def _name(self, connector_id: UUID) -> str:
        return self.names.get(connector_id, _("A deleted connector"))


def _cost_bar(
    bar: tuple[datetime, Mapping[UUID, Decimal]],
) -> tuple[datetime, dict[str, float]]:
    at, amounts = bar
    return at, {str(connector): float(amount) for connector, amount in amounts.items()}


def _tiles(numbers: Numbers) -> None:
    total = numbers.total
    runs = sum(total.values())
    ended = runs - total.get("live", 0) - total.get("cancelled", 0)
    found = total.get("found", 0) + total.get("partly", 0)
    with box("numbers-row"):
        _tile(number(runs), _("Runs"))
        _tile(percent(found / ended) if ended else "–", _("Found something"))
        _tile(number(total.get("failed", 0)), _("Failed"))
        paid = sum(float(amount) for _at, bar in numbers.cost for amount in bar.values())
        if paid and runs <= SAMPLE:
            _tile(money(paid), _("Cost"))


def _tile(value: str, words: str) -> None:
    with box("card stack tight"):
        text(words, "soft small")
        text(value, "big-number")
