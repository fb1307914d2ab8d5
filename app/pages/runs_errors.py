"""/runs/errors: failures that are alike, as one line each: mend, run again, resolve, ignore."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from fastapi import Request

from app.pages.open_at import open_at
from app.pages.runs_asked import LASTS, address, narrowed, uuid_or_none
from app.pages.runs_filters import choose_connector, choose_last
from app.pages.runs_many import Many
from app.pages.runs_tabs import runs_tabs
from app.pages.step_names import StepNames
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.error_groups import Found, State
from components.controls import box, button, choice, empty_state, sheet, text
from components.failures import Failure, Failures
from components.frame import frame, notice
from components.sentences import translated
from components.texts import _, each, later

OFFERED: Final = ("24h", "7d", "30d")
USUAL: Final = "7d"
STATES: Final[dict[State, str]] = {
    "open": later("Undecided"),
    "resolved": later("Resolved"),
    "ignored": later("Ignored"),
}
ACTS: Final = {
    "open": ("again", "resolve", "ignore"),
    "resolved": ("open",),
    "ignored": ("open",),
}
HOW_LONG: Final = {
    "1": later("For an hour"),
    "24": later("For a day"),
    "168": later("For a week"),
    "": later("For good"),
}


def add(services: Services) -> None:
    @open_at("/runs/errors")
    async def errors(
        request: Request, connector_id: str = "", last: str = USUAL, state: str = "open"
    ) -> None:
        visit = await begin(request, services)
        asked = {
            "connector_id": connector_id,
            "last": last if last in OFFERED else USUAL,
            "state": state if state in STATES else "open",
        }
        with frame(visit.viewer, here="runs", title=_("Runs")):
            await _Errors(visit, services, asked).draw()


class _Errors:
    def __init__(self, visit: Visit, services: Services, asked: dict[str, str]) -> None:
        self.visit, self.services, self.asked = visit, services, asked
        self.names: dict[UUID, str] = {}
        self.groups: dict[str, Found] = {}
        self.many = Many(visit, services, self.show)

    async def draw(self) -> None:
        found = await self.services.connectors.list(await self.visit.me(), limit=200)
        self.names = {one.id: one.name for one in found.items}
        self.steps = StepNames((one.id, one.config) for one in found.items)
        self.tabs = box()
        with box("filters"):
            choice(
                _("State"),
                each(STATES),
                self.asked["state"],
                hide_label=True,
                on_change=lambda one: self.ask(state=one),
            )
            choose_last(self.asked, OFFERED, self.ask)
            choose_connector(self.asked, self.names, self.ask)
        self.place = box()
        await self.show()

    async def ask(self, **changed: str) -> None:
        self.asked |= changed
        self.visit.remember(**self.asked)
        await self.show()

    async def show(self) -> None:
        self.since = datetime.now(UTC) - LASTS[self.asked["last"]]
        found = await self.services.error_groups.listed(
            await self.visit.me(),
            since=self.since,
            connector_id=uuid_or_none(self.asked["connector_id"]),
        )
        still_open = [one for one in found if one.state == "open"]
        shown = [one for one in found if one.state == self.asked["state"]]
        self.tabs.clear()
        with self.tabs:
            runs_tabs("errors", self.asked, len(still_open))
        self.place.clear()
        with self.place:
            if shown:
                self._list(shown)
            else:
                self._nothing()

    async def act(self, key: str, act: str) -> None:
        group = self.groups[key]
        if act == "again":
            await self.many.again(narrowed(self._filters(group)), "failed_step", "same")
        elif act == "ignore":
            self._ask_how_long(group)
        else:
            await self._decide(group, "resolved" if act == "resolve" else "open")

    async def _decide(self, group: Found, state: State, until: datetime | None = None) -> None:
        await self.services.error_groups.decide(await self.visit.me(), group.alike, state, until)
        said = {
            "resolved": _("Resolved. It comes back here if a run fails like this again."),
            "ignored": _("Ignored. Its runs still show in the list."),
            "open": _("It is open again."),
        }
        notice(said[state], tone="ok")
        await self.show()

    def _ask_how_long(self, group: Found) -> None:
        with sheet(_("Ignore this failure?"), testid="ignore") as asked:
            text(translated(group.message or ""), "soft")
            hours = choice(_("How long"), each(HOW_LONG), "24")
            text(
                _("Runs go on failing, and show in the list; only this line is put aside."), "hint"
            )

        async def ignore() -> None:
            asked.close()
            until = datetime.now(UTC) + timedelta(hours=int(hours.value)) if hours.value else None
            await self._decide(group, "ignored", until)

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Ignore"), kind="primary", on_press=ignore, testid="ignore-go")
        asked.show()

    def _list(self, groups: Sequence[Found]) -> None:
        self.groups = {_key(one): one for one in groups}
        listed = Failures(
            _("Failures"),
            acts=ACTS[self.asked["state"]],
            why=self.visit.why_not("executions.change"),
            on_act=self.act,
        )
        listed.show([self._failure(one) for one in groups])

    def _failure(self, one: Found) -> Failure:
        connector = self.names.get(one.alike.connector_id, _("A deleted connector"))
        at = one.alike.connector_id, one.alike.step_id
        step = self.steps.name(*at) if one.alike.step_id else _("before its first step")
        note, tone = (_("Came back"), "warn") if one.came_back else ("", "")
        if one.state == "ignored" and one.until is None:
            note = _("For good")
        return Failure(
            key=_key(one),
            message=translated(one.message or "") or one.alike.error_code,
            where=f"{connector} · {step}",
            count=one.count,
            first_at=one.first_at,
            last_at=one.last_at,
            activity=one.activity,
            href=address(self._filters(one)),
            example=f"/runs/{one.example_id}",
            note=note,
            tone=tone,
        )

    def _filters(self, one: Found) -> dict[str, str]:
        return {
            "connector_id": str(one.alike.connector_id),
            "error": one.alike.error_code,
            "step": one.alike.step_id,
            "since": self.since.isoformat(timespec="seconds"),
        }

    def _nothing(self) -> None:
        with box("card"):
            if self.asked["state"] == "open":
                empty_state(
                    _("Nothing is open"),
                    _("No run of this time failed in a way that nobody has decided about."),
                    icon_name="circle-check",
                    action=_("See all runs"),
                    href="/runs",
                )
            else:
                empty_state(
                    _("Nothing here"),
                    _("What is resolved or ignored shows here for the time chosen above."),
                    icon_name="search",
                )


def _key(one: Found) -> str:
    return f"{one.alike.connector_id}/{one.alike.step_id}/{one.alike.error_code}"
