"""The schedules of a workspace: what starts by itself, when next, on whom."""

from collections.abc import Mapping
from uuid import UUID

from nicegui import ui

from app.pages.triggers.rhythm import in_words
from app.pages.triggers.schedule_sheet import ScheduleSheet
from app.pages.visit import Visit
from app.pages.whom import as_said, words_of
from app.services.all import Services
from app.services.problems import ServiceProblem
from components.controls import button, confirm, empty_state, grow, row, stack, text
from components.frame import notice
from components.listing import Act, Column, Listing, Row, badge_cell, moment
from components.texts import _, later
from db.schedules import Schedule

COLUMNS = (
    Column("connector", later("Connector")),
    Column("rhythm", later("How often")),
    Column("whom", later("On whom")),
    Column("state", later("State"), "badge"),
    Column("next", later("Next"), "moment"),
    Column("last", later("Last"), "moment"),
    Column("acts", "", "acts", "120px"),
)


class Schedules:
    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services
        self.rows: list[Schedule] = []

    async def draw(self, connectors: Mapping[str, str]) -> None:
        self.connectors = connectors
        self.refused = self.visit.why_not("schedules.change")
        with stack():
            with row():
                text(_("Schedules"), tag="h2")
                grow()
                button(
                    _("New schedule"), icon="plus", on_press=self.ask, testid="new-schedule"
                ).because(self.refused)
            self.listing = Listing(
                _("Schedules"),
                COLUMNS,
                on_act=self.act,
                on_more=self.more,
                otherwise=self._nothing,
            )
        await self.load()

    def _nothing(self) -> None:
        empty_state(
            _("Nothing starts by itself yet"),
            _("A schedule runs a connector every night, on Mondays, or whenever you say."),
            icon_name="calendar-clock",
            action="" if self.refused else _("Make a schedule"),
            on_action=self.ask,
        )

    async def load(self) -> None:
        found = await self.services.schedules.listed(await self.visit.me())
        self.rows = list(found.items)
        self.listing.show([self._row(one) for one in self.rows], more=found.more)

    async def more(self) -> None:
        last = self.rows[-1]
        found = await self.services.schedules.listed(
            await self.visit.me(), after=(last.created_at, last.id)
        )
        self.rows += found.items
        self.listing.append([self._row(one) for one in found.items], more=found.more)

    async def ask(self) -> None:
        try:
            zone = await ui.run_javascript("Intl.DateTimeFormat().resolvedOptions().timeZone")
        except TimeoutError:
            zone = "UTC"
        ScheduleSheet(
            self.visit, self.services, self.connectors, self.load, zone=str(zone or "UTC")
        ).ask()

    async def act(self, row_id: str, name: str) -> None:
        one = next((row for row in self.rows if str(row.id) == row_id), None)
        if one is not None:
            acts = {"switch": self.switch, "change": self.change, "delete": self.delete}
            await acts[name](one)

    async def switch(self, one: Schedule) -> None:
        try:
            await self.services.schedules.change(
                await self.visit.me(), one.id, {"enabled": not one.enabled}
            )
        except ServiceProblem as problem:
            notice(problem.sentence, tone="bad")
        await self.load()

    async def change(self, one: Schedule) -> None:
        key = str(one.connector_id)
        there = {key: self.connectors.get(key, _("A connector that is switched off"))}
        ScheduleSheet(
            self.visit, self.services, {**there, **self.connectors}, self.load, row=one
        ).ask()

    async def delete(self, one: Schedule) -> None:
        sure = await confirm(
            _("Delete this schedule?"),
            _("It starts nothing any more. What it has run stays in the list of runs."),
            yes=_("Delete the schedule"),
        )
        if sure:
            await self.services.schedules.remove(await self.visit.me(), UUID(str(one.id)))
            await self.load()

    def _row(self, one: Schedule) -> Row:
        return Row(
            str(one.id),
            {
                "connector": self.connectors.get(
                    str(one.connector_id), _("A connector that is switched off")
                ),
                "rhythm": in_words(one.cron),
                "whom": words_of(as_said(one.contact_ids, one.filter)),
                "state": badge_cell(_("On"), "ok", "circle-check")
                if one.enabled
                else badge_cell(_("Off"), "warn" if one.reason else "", "pause"),
                "next": moment(one.next_fire_at),
                "last": moment(one.last_fire_at),
                "acts": [] if self.refused else _acts(one),
            },
            more=one.reason or one.time_zone,
        )


def _acts(one: Schedule) -> list[Act]:
    word = _("Switch off") if one.enabled else _("Switch on")
    return [
        Act("switch", word, "pause" if one.enabled else "zap"),
        Act("change", _("Change"), "pencil"),
        Act("delete", _("Delete"), "trash-2"),
    ]
