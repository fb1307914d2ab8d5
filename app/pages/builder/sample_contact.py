"""The sample contact: chosen once in the top bar, used by every test."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from nicegui import ui

from app.pages.builder.bench import Bench, What
from app.services.problems import NotFound
from components.controls import Button, box, button, empty_state, field, sheet, text
from components.fields import field_label
from components.texts import _
from db.contacts import Contact
from engine.model.contact import NAMES, contact_scope

COOKIE = "console_sample"
TYPED = ("email", "phone", "first_name", "last_name", "company", "website", "city", "country")


class SampleContact:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.opener: Button | None = None
        bench.watch(self._say)

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
        elif example := self._example():
            self.bench.test_on(example, _("An example person"))

    def _example(self) -> dict[str, Any]:
        """In a workspace without contacts: the person that a call's own example is about."""
        for place in self.bench.draft.places():
            known = self.bench.services.catalogue.of_step(place.step)
            if known is not None and known.example:
                return dict(known.example)
        return {}

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
        with asked.footer:
            button(
                _("Type one for tests"),
                icon="pencil",
                on_press=lambda: self.type_one(asked.close),
                testid="sample-type",
            )

        async def show(words: str) -> None:
            me = await self.bench.visit.me()
            found = await self.bench.services.contacts.listed(me, q=words or None, limit=30)
            place.clear()
            with place:
                self._list(found.items, asked.close)

        await show("")
        asked.show()

    def type_one(self, close: Any) -> None:
        """Values for tests alone: nobody is added to the contacts."""
        close()
        before = self.bench.samples.contact
        with sheet(_("Type values for tests"), testid="sample-typed") as asked:
            text(_("They are used in tests only, and nobody is added to the contacts."), "soft")
            with box("halves"):
                fields = {
                    name: field(
                        field_label(name),
                        str(before.get(name) or ""),
                        autofocus=number == 0,
                        testid=f"typed-{name}",
                    )
                    for number, name in enumerate(TYPED)
                }

        def use() -> None:
            asked.close()
            given = {name: one.value.strip() for name, one in fields.items() if one.value.strip()}
            self.bench.test_on(given, _name_of(given) or _("Typed values"))

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Test on these"), kind="primary", on_press=use, testid="typed-use")
        asked.show()

    def _say(self, what: What) -> None:
        if what == "sample" and self.opener is not None:
            self.opener.say(self.bench.contact_name)

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
        self.bench.contact, self.bench.contact_id, self.bench.typed = contact, contact.id, {}
        self.bench.contact_name = _name(contact)
        self.bench.samples.contact = contact_scope({name: getattr(contact, name) for name in NAMES})
        self._say("sample")


def _name(contact: Contact) -> str:
    given = {name: getattr(contact, name) for name in TYPED}
    return _name_of(given) or _("A contact without a name")


def _name_of(given: Mapping[str, Any]) -> str:
    name = " ".join(part for part in (given.get("first_name"), given.get("last_name")) if part)
    return str(name or given.get("email") or given.get("company") or "")
