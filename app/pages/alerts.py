"""/alerts: who is told when something breaks, and what happened lately."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Request
from nicegui import ui

from app.pages.alert_form import EVENTS, ChannelForm
from app.pages.alert_limits import AlertLimits
from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from components.controls import box, button, confirm, empty_state, grow, row, sheet, stack, text
from components.frame import frame, notice
from components.listing import Act, Column, Listing, Row, badge_cell, moment
from components.sentences import translated
from components.texts import _, later, number
from db.alerts import Alert, Channel

WAYS: Final = {"email": later("E-mail"), "slack": later("Slack"), "webhook": later("Webhook")}
CHANNELS = (
    Column("name", later("Way")),
    Column("kind", later("By")),
    Column("to", later("To")),
    Column("events", later("Is told about")),
    Column("state", later("State"), "badge"),
    Column("sent", later("Last sent"), "moment"),
    Column("acts", later("Actions"), "acts", "170px"),
)
HAPPENED = (
    Column("sentence", later("What happened")),
    Column("kind", later("Kind")),
    Column("count", later("Times"), "number"),
    Column("last", later("Last"), "moment"),
    Column("told", later("Told"), "moment"),
)
ACTS = (
    Act("test", later("Send a test"), "send", later("Test")),
    Act("edit", later("Edit"), "pencil"),
    Act("remove", later("Delete"), "trash-2"),
)
LOOKS: Final = 40  # times half a second to wait for a test


def add(services: Services) -> None:
    @open_at("/alerts")
    async def alerts(request: Request) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="alerts", title=_("Alerts")) as page:
            await _Alerts(visit, services).draw(page.side)


class _Alerts:
    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services
        self.refused = visit.why_not("alerts.change")
        self.rows: dict[str, Channel] = {}
        self.limits = AlertLimits(visit, services.alerts)

    async def draw(self, side: ui.element) -> None:
        with side:
            new = button(
                _("Tell somebody"),
                icon="plus",
                kind="primary",
                on_press=lambda: self.ask(),
                testid="new",
            )
            new.because(self.refused)
        text(
            _("The same thing is told at most once in six hours, with how often it happened."),
            "soft",
        )
        with stack():
            text(_("Who is told"), tag="h2")
            self.channels = Listing(_("Who is told"), CHANNELS, on_act=self.act)
            with box("card") as self.none:
                empty_state(
                    _("Nobody is told yet"),
                    self.refused
                    or _("By e-mail, in a Slack channel, or any program by a webhook."),
                    icon_name="bell",
                    action="" if self.refused else _("Tell somebody"),
                    on_action=lambda: self.ask(),
                )
            if not self.refused:
                self.limits.draw()
        with stack():
            with row():
                text(_("What happened lately"), tag="h2")
                grow()
            self.happened = Listing(_("What happened lately"), HAPPENED).classes("wrapped")
            self.quiet = text(_("Nothing broke so far."), "soft")
        if not self.refused:
            await self.limits.load()
        await self.load()

    async def load(self) -> None:
        me = await self.visit.me()
        ways = [] if self.refused else await self.services.alerts.channels(me)
        self.rows = {str(one.id): one for one in ways}
        self.channels.show([_channel(one) for one in ways])
        self.channels.set_visibility(bool(ways))
        self.none.set_visibility(not ways)
        found = await self.services.alerts.newest(me)
        self.happened.show([_alert(one) for one in found])
        self.happened.set_visibility(bool(found))
        self.quiet.set_visibility(not found)

    def ask(self, one: Channel | None = None) -> None:
        title = _("Edit {value}").format(value=one.name) if one else _("New way to be told")
        with sheet(title, testid="channel-sheet") as asked:
            form = ChannelForm(one, has_mail=self.services.alerts.has_mail)

        async def keep(way: Any) -> None:
            me = await self.visit.me()
            if one:
                await self.services.alerts.change(me, one.id, way)
            else:
                await self.services.alerts.add(me, way)

        async def save() -> None:
            if await form.told(keep):
                asked.close()
                await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Save"), kind="primary", on_press=save, testid="save")
        asked.show()

    async def act(self, row_id: str, name: str) -> None:
        one = self.rows.get(row_id)
        if one is None:
            return
        if name == "edit":
            self.ask(one)
        elif name == "test":
            await self.test(one)
        elif await confirm(
            _("Delete “{name}”?").format(name=one.name),
            _("Nobody is told over it any more."),
            yes=_("Delete"),
        ):
            await self.services.alerts.remove(await self.visit.me(), one.id)
            await self.load()

    async def test(self, one: Channel) -> None:
        """A worker sends it; here one waits a while for what became of that."""
        delivery = await self.services.alerts.try_out(await self.visit.me(), one.id)
        notice(_("The test is on its way."))
        looks = 0

        async def look() -> None:
            nonlocal looks
            looks += 1
            found = await self.services.alerts.delivery(await self.visit.me(), delivery)
            if found.state == "sent":
                notice(_("The test arrived."), tone="ok")
            elif found.error:
                notice(_("The test did not arrive."), hint=found.error, tone="bad")
            elif looks < LOOKS:
                return
            else:
                notice(_("No worker has sent the test yet."), tone="warn")
            waiting.cancel()
            await self.load()

        waiting = ui.timer(0.5, look)


def _channel(one: Channel) -> Row:
    return Row(
        str(one.id),
        {
            "name": one.name,
            "kind": _(WAYS[one.kind]),
            "to": _to(one.settings),
            "events": _about(one.events),
            "state": _state(one),
            "sent": moment(one.last_sent_at),
            "acts": ACTS,
        },
        more=translated(one.last_error or ""),
    )


def _about(events: Sequence[str]) -> str:
    known = [_(EVENTS[event]) for event in one_of_each(events)]
    return _("Everything") if len(known) == len(EVENTS) else " · ".join(known)


def one_of_each(events: Sequence[str]) -> list[str]:
    """In the order in which the form shows them."""
    return [event for event in EVENTS if event in events]


def _state(one: Channel) -> dict[str, str]:
    if not one.enabled:
        return badge_cell(_("Off"), "", "circle-dashed")
    if one.failing_since:
        return badge_cell(_("Failing"), "bad", "circle-alert")
    return badge_cell(_("On"), "ok", "circle-check")


def _to(settings: Mapping[str, Any]) -> str:
    return ", ".join(settings.get("to") or [str(settings.get("host") or "")])


def _alert(one: Alert) -> Row:
    return Row(
        str(one.id),
        {
            "sentence": translated(one.sentence),
            "kind": _(EVENTS.get(one.kind, one.kind)),
            "count": number(one.count),
            "last": moment(one.last_at),
            "told": moment(one.told_at),
        },
        href=one.link if one.link.startswith("/") else "",
    )
