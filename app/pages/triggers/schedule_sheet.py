"""A schedule made or changed: which connector, how often, on whom; with its next times shown."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from app.pages.triggers.rhythm import Rhythm, kinds, read, weekdays
from app.pages.visit import Visit
from app.pages.whom import Whom, as_said
from app.services.all import Services
from app.services.problems import BadInput, ServiceProblem
from app.services.schedules import Wanted, preview
from components.controls import box, button, choice, field, sheet, stack, text
from components.frame import notice
from components.sentences import translated
from components.texts import _, day_and_time
from db.schedules import Schedule

HALF: Final = "flex: 1 1 200px; width: auto"


class ScheduleSheet:
    def __init__(
        self,
        visit: Visit,
        services: Services,
        connectors: Mapping[str, str],
        done: Callable[[], Awaitable[None]],
        *,
        row: Schedule | None = None,
        zone: str = "UTC",
    ) -> None:
        """`connectors`: {id: name} of those that may run."""
        self.visit, self.services, self.done, self.row = visit, services, done, row
        self.connectors = dict(connectors)
        self.rhythm = read(row.cron) if row else Rhythm()
        self.zone = row.time_zone if row else zone

    def ask(self) -> None:
        title = _("Change the schedule") if self.row else _("New schedule")
        now = as_said(self.row.contact_ids, self.row.filter) if self.row else as_said(None, {})
        with sheet(title, testid="schedule-sheet") as self.asked:
            first = str(self.row.connector_id) if self.row else next(iter(self.connectors), None)
            self.connector = choice(_("Connector"), self.connectors, first, testid="connector")
            self._when()
            self.whom = Whom(now, self._nothing, may_be_nobody=True)
            with box("promise", role="group", aria_label=_("The next times")):
                text(_("The next times"), "strong")
                self.coming = stack("tight")
                self.coming.props["data-testid"] = "coming"
            self.trouble = text("", "error")
            self.trouble.props["role"] = "alert"
        with self.asked.footer:
            button(_("Cancel"), on_press=self.asked.close)
            word = _("Save") if self.row else _("Make the schedule")
            self.go = button(word, kind="primary", on_press=self.save, testid="save")
        self._show_coming()
        self.asked.show()

    async def save(self) -> None:
        self.trouble.say("")
        if trouble := self.whom.trouble:
            self.trouble.say(trouble)
            return
        try:
            await self._keep()
        except BadInput as bad:
            self.trouble.say(translated(" ".join(one.message for one in bad.problems)))
        except ServiceProblem as problem:
            self.trouble.say(translated(problem.sentence))
        else:
            self.asked.close()
            notice(_("The schedule was saved."), tone="ok")
            await self.done()

    async def _keep(self) -> None:
        me, chosen = await self.visit.me(), self.whom.chosen
        ids = None if chosen.contact_ids is None else list(chosen.contact_ids)
        given: dict[str, Any] = {
            "connector_id": UUID(self.connector.value),
            "cron": self.rhythm.as_cron(),
            "time_zone": self.zone,
            "contact_ids": ids,
            "filter": None if chosen.filter is None else dict(chosen.filter),
        }
        if self.row is None:
            await self.services.schedules.add(me, Wanted(**given))
        else:
            await self.services.schedules.change(me, self.row.id, given)

    def _when(self) -> None:
        rhythm = self.rhythm
        with box("row wrap"):
            choice(
                _("How often"),
                kinds(),
                rhythm.kind,
                on_change=lambda kind: self._take(kind=kind),
                testid="how-often",
            ).style(HALF)
            self.at = field(
                _("At"), rhythm.at, kind="time", on_change=lambda at: self._take(at=at), testid="at"
            ).style(HALF)
            self.weekday = choice(
                _("On"), weekdays(), rhythm.weekday, on_change=lambda on: self._take(weekday=on)
            ).style(HALF)
            self.day = field(
                _("Day of the month"),
                rhythm.day,
                kind="number",
                min=1,
                max=31,
                on_change=lambda day: self._take(day=int(day or 1)),
            ).style(HALF)
            self.cron = field(
                _("Cron rule"),
                rhythm.cron,
                mono=True,
                hint=_("Minute, hour, day of month, month, day of week."),
                on_change=lambda cron: self._take(cron=cron),
                testid="cron",
            ).style(HALF)
            zones = {zone: zone.replace("_", " ") for zone in _zones(self.zone)}
            choice(
                _("Time zone"), zones, self.zone, on_change=self._take_zone, testid="zone"
            ).style(HALF)
        self._show_parts()

    def _take(self, **changed: str | int) -> None:
        known = {name: getattr(self.rhythm, name) for name in Rhythm.__slots__}
        self.rhythm = Rhythm(**{**known, **changed})
        self._show_parts()
        self._show_coming()

    def _take_zone(self, zone: str) -> None:
        self.zone = zone
        self._show_coming()

    def _show_parts(self) -> None:
        kind = self.rhythm.kind
        self.at.set_visibility(kind not in ("hour", "cron"))
        self.weekday.set_visibility(kind == "week")
        self.day.set_visibility(kind == "month")
        self.cron.set_visibility(kind == "cron")

    def _show_coming(self) -> None:
        self.cron.failed("")
        self.coming.clear()
        try:
            times = preview(self.rhythm.as_cron(), self.zone)
        except ValueError:
            self.go.because(_("Say at which time, such as 09:00."))
            return
        except BadInput as bad:
            words = bad.problems[0].message
            self.cron.failed(words)
            self.go.because(words)
            return
        self.go.because("" if self.connectors else _("There is no connector to run yet."))
        with self.coming:
            for at in times:
                text(day_and_time(at.astimezone(ZoneInfo(self.zone))), "small")

    async def _nothing(self) -> None:
        """Whom it is about changes no time."""


def _zones(now: str) -> list[str]:
    """Places, and UTC; the old names of single countries would only hide them."""
    places = {zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")}
    return sorted(places | {"UTC", now})
