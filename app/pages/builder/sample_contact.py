"""The sample contact: chosen once in the top bar, used by every test."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from nicegui import ui

from app.pages.builder.bench import Bench
from app.services.problems import NotFound
from components.controls import Button, box, button, empty_state, field, sheet, text
from components.texts import _
from db.contacts import Contact
from engine.model.contact import NAMES, contact_scope

COOKIE = "console_sample"


class SampleContact:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.opener: Button | None = None

    async def begin(self, remembered: str | None) -> None:
        """The one chosen last time, or the newest."""
        me = await self.bench.visit.me()
        contacts = self.bench.services.contacts
        if remembered:
            try:
                self._take(await contacts.get(me, UUID(remembered)))
                return
            except (NotFound, ValueError):
                pass
        newest = (await contacts.listed(me, limit=1)).items
        if newest:
            self._take(newest[0])

    def draw(self) -> None:
        self.opener = button(
            self.bench.contact_name,
            icon="user",
            kind="ghost",
            on_press=self.ask,
            testid="sample",
        )
        self.opener.classes("sample-opener")

    async def ask(self) -> None:
        with sheet(_("Test on which contact?"), testid="sample-sheet") as asked:
            field(
                _("Search contacts"),
                "",
                kind="search",
                icon="search",
                hide_label=True,
                placeholder=_("Name, e-mail, company"),
                autofocus=True,
                on_change=lambda said: show(said),
            )
            place = box("choices")

        async def show(words: str) -> None:
            me = await self.bench.visit.me()
            found = await self.bench.services.contacts.listed(me, q=words or None, limit=30)
            place.clear()
            with place:
                self._list(found.items, asked.close)

        await show("")
        asked.show()

    def _list(self, contacts: Sequence[Contact], close: Any) -> None:
        if not contacts:
            empty_state(
                _("No contact fits"),
                _("Try fewer letters, or add a contact first."),
                icon_name="users",
                action=_("Go to Contacts"),
                href="/contacts",
            )
        for contact in contacts:
            one = box("menu-item", tag="button", type="button")
            with one, box("stack tight", tag="span"):
                text(_name(contact), "strong cut", tag="span")
                text(
                    contact.email or contact.company or _("no e-mail"),
                    "quiet small cut",
                    tag="span",
                )

            def choose(chosen: Contact = contact) -> None:
                close()
                self._take(chosen)
                ui.run_javascript(
                    f"document.cookie = '{COOKIE}={chosen.id};path=/;max-age=31536000;"
                    "samesite=strict'"
                )
                self.bench.tell("sample")

            one.on("click", choose, args=[])

    def _take(self, contact: Contact) -> None:
        self.bench.contact, self.bench.contact_id = contact, contact.id
        self.bench.contact_name = _name(contact)
        self.bench.samples.contact = contact_scope({name: getattr(contact, name) for name in NAMES})
        if self.opener is not None:
            self.opener.say(self.bench.contact_name)


def _name(contact: Contact) -> str:
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return name or contact.email or contact.company or _("A contact without a name")
