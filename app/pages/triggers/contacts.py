"""What starts when a contact comes or changes."""

from collections.abc import Mapping
from uuid import UUID

from app.pages.visit import Visit
from app.services.all import Services
from app.services.contact_triggers import Wanted
from app.services.problems import BadInput, ServiceProblem
from components.controls import (
    box,
    button,
    choice,
    confirm,
    empty_state,
    grow,
    row,
    sheet,
    stack,
    text,
    tick,
)
from components.fields import field_label
from components.frame import notice
from components.listing import Act, Column, Listing, Row, badge_cell
from components.sentences import translated
from components.texts import _, later, listed
from db.contact_triggers import ContactTrigger
from db.contacts import FIELDS

COLUMNS = (
    Column("connector", later("Connector")),
    Column("when", later("Starts when")),
    Column("state", later("State"), "badge"),
    Column("acts", "", "acts", "90px"),
)


class ContactTriggers:
    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services
        self.rows: dict[str, ContactTrigger] = {}

    async def draw(self, connectors: Mapping[str, str]) -> None:
        self.connectors = connectors
        self.refused = self.visit.why_not("schedules.change")
        none = "" if connectors else _("There is no connector to run yet.")
        self.why_not = self.refused or none
        with stack():
            with row():
                text(_("When a contact comes or changes"), tag="h2")
                grow()
                button(
                    _("New trigger"), icon="plus", on_press=self.ask, testid="new-trigger"
                ).because(self.why_not)
            self.listing = Listing(
                _("When a contact comes or changes"),
                COLUMNS,
                on_act=self.act,
                otherwise=self._nothing,
            )
        await self.load()

    def _nothing(self) -> None:
        empty_state(
            _("No contact starts anything yet"),
            _("Look up each new contact at once, or check an address when it changes."),
            icon_name="user-plus",
            action="" if self.why_not else _("Make a trigger"),
            on_action=self.ask,
        )

    async def load(self) -> None:
        found = await self.services.contact_triggers.listed(await self.visit.me(), limit=200)
        self.rows = {str(one.id): one for one in found.items}
        self.listing.show([self._row(key, one) for key, one in self.rows.items()])

    def ask(self) -> None:
        with sheet(_("New trigger"), testid="trigger-sheet") as asked:
            first = next(iter(self.connectors), None)
            connector = choice(_("Connector"), self.connectors, first, testid="connector")
            created = tick(
                _("When a contact comes"),
                True,
                hint=_("By hand, file or program."),
                on_change=lambda _on: show(),
            )
            updated = tick(
                _("When a contact changes"),
                hint=_("What a connector writes does not count."),
                on_change=lambda _on: show(),
            )
            which = box("choices", role="group", aria_label=_("Which fields count"))
            with which:
                text(_("Only a change of these counts; none ticked: any change."), "hint")
                ticks = {name: tick(field_label(name)) for name in FIELDS}
            which.set_visibility(False)
            text(
                _("Each contact makes one run, and its calls may cost money at the service."),
                "hint",
            )
            trouble = text("", "error")
            trouble.props["role"] = "alert"

        def show() -> None:
            which.set_visibility(updated.value)
            maker.because("" if created.value or updated.value else _("Say when it starts."))

        async def save() -> None:
            fields = [name for name, one in ticks.items() if one.value]
            try:
                await self.services.contact_triggers.add(
                    await self.visit.me(),
                    Wanted(UUID(connector.value), created.value, updated.value, fields or None),
                )
            except BadInput as bad:
                trouble.say(" ".join(translated(one.message) for one in bad.problems))
                return
            except ServiceProblem as problem:
                trouble.say(translated(problem.sentence))
                return
            asked.close()
            await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            maker = button(_("Make the trigger"), kind="primary", on_press=save, testid="save")
        asked.show()

    async def act(self, row_id: str, name: str) -> None:
        one = self.rows.get(row_id)
        if one is not None:
            await {"switch": self.switch, "delete": self.delete}[name](one)

    async def switch(self, one: ContactTrigger) -> None:
        try:
            await self.services.contact_triggers.change(
                await self.visit.me(), one.id, {"enabled": not one.enabled}
            )
        except ServiceProblem as problem:
            notice(problem.sentence, tone="bad")
        await self.load()

    async def delete(self, one: ContactTrigger) -> None:
        sure = await confirm(
            _("Delete this trigger?"),
            _("Contacts start nothing by it any more. What has run stays in the list of runs."),
            yes=_("Delete the trigger"),
        )
        if sure:
            await self.services.contact_triggers.remove(await self.visit.me(), one.id)
            await self.load()

    def _row(self, key: str, one: ContactTrigger) -> Row:
        off = badge_cell(_("Off"), "warn" if one.reason else "", "pause")
        word = _("Switch off") if one.enabled else _("Switch on")
        acts = [
            Act("switch", word, "pause" if one.enabled else "zap"),
            Act("delete", _("Delete"), "trash-2"),
        ]
        return Row(
            key,
            {
                "connector": self.connectors.get(
                    str(one.connector_id), _("A connector that is switched off")
                ),
                "when": _when(one),
                "state": badge_cell(_("On"), "ok", "circle-check") if one.enabled else off,
                "acts": [] if self.refused else acts,
            },
            more=one.reason or "",
        )


def _when(one: ContactTrigger) -> str:
    if not one.on_updated:
        return _("A contact comes")
    fields = listed([field_label(name) for name in one.fields or ()])
    if one.on_created:
        return (
            _("A contact comes, or {fields} changes").format(fields=fields)
            if fields
            else _("A contact comes or changes")
        )
    return _("{fields} changes").format(fields=fields) if fields else _("A contact changes")
