"""/contacts: the people of this workspace; search, add, import from a CSV file."""

from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.contact_file import ContactFile
from app.pages.launch_many import LaunchMany
from app.pages.open_at import open_at
from app.pages.people import name_of
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.choosing import Chosen
from app.services.problems import BadInput
from components.controls import box, button, empty_state, field, row, sheet, text
from components.frame import Frame, frame
from components.listing import Column, Listing, Row, moment
from components.texts import _, each, later, ngettext, number
from db.contacts import Contact

COLUMNS = (
    Column("name", later("Contact")),
    Column("company", later("Company")),
    Column("job_title", later("Job title")),
    Column("phone", later("Phone"), spare=True),
    Column("city", later("City")),
    Column("changed", later("Changed"), "moment"),
)
FIRST_FIELDS = {
    "email": later("E-mail"),
    "first_name": later("First name"),
    "last_name": later("Last name"),
    "company": later("Company"),
}


def add(services: Services) -> None:
    @open_at("/contacts")
    async def contacts(request: Request, q: str = "") -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="contacts", title=_("Contacts")) as page:
            await _Contacts(visit, services, q).draw(page)


class _Contacts:
    def __init__(self, visit: Visit, services: Services, q: str) -> None:
        self.visit, self.services, self.q = visit, services, q
        self.rows: list[Contact] = []
        self.picked: list[str] = []

    async def draw(self, page: Frame) -> None:
        with page.side:
            bring = button(_("Import"), icon="upload", on_press=self.ask_for_file, testid="import")
            bring.because(self.visit.why_not("contacts.import"))
            new = button(
                _("New contact"),
                icon="plus",
                kind="primary",
                on_press=self.ask_for_contact,
                testid="new",
            )
            new.because(self.visit.why_not("contacts.change"))
        with box("filters", role="search"):
            field(
                _("Search contacts"),
                self.q,
                kind="search",
                placeholder=_("Name, e-mail or company"),
                icon="search",
                hide_label=True,
                on_change=self.search,
            ).classes("search")
        with row() as self.chosen_row:
            self.chosen_words = text("", "strong")
            button(
                _("Run a connector on them"),
                icon="play",
                on_press=self.run_on_chosen,
                testid="run-on",
            ).because(self.visit.why_not("bulk.change"))
        self.chosen_row.set_visibility(False)
        self.listing = Listing(
            _("Contacts"), COLUMNS, on_more=self.more, on_pick=self.pick, otherwise=self._nothing
        )
        await self.load()

    async def search(self, words: str) -> None:
        self.q = words.strip()
        self.visit.remember(q=self.q)
        await self.load()

    async def load(self) -> None:
        found = await self.services.contacts.listed(await self.visit.me(), q=self.q or None)
        self.rows = list(found.items)
        self.listing.show([_row(one) for one in self.rows], more=found.more)

    async def more(self) -> None:
        last = self.rows[-1]
        found = await self.services.contacts.listed(
            await self.visit.me(), q=self.q or None, after=(last.created_at, last.id)
        )
        self.rows += found.items
        self.listing.append([_row(one) for one in found.items], more=found.more)

    def pick(self, picked: list[str]) -> None:
        self.picked = picked
        n = len(picked)
        self.chosen_words.say(
            ngettext("{n} contact chosen", "{n} contacts chosen", n).format(n=number(n))
        )
        self.chosen_row.set_visibility(bool(picked))

    async def run_on_chosen(self) -> None:
        chosen = Chosen(contact_ids=[UUID(one) for one in self.picked])
        await LaunchMany(self.visit, self.services, chosen=chosen).ask()

    def ask_for_contact(self) -> None:
        with sheet(_("New contact"), testid="new-contact") as asked:
            fields = {
                name: field(label, kind="email" if name == "email" else "text", name=name)
                for name, label in each(FIRST_FIELDS).items()
            }
            text(
                _("Everything else can be filled in afterwards, by hand or by a connector."), "hint"
            )

        async def save() -> None:
            for one in fields.values():
                one.failed("")
            given = {name: one.value.strip() for name, one in fields.items()}
            if not any(given.values()):
                fields["email"].failed(_("Fill in at least one of these."))
                return
            try:
                made = await self.services.contacts.add(
                    await self.visit.me(),
                    {name: value for name, value in given.items() if value},
                )
            except BadInput as bad:
                for problem in bad.problems:
                    fields.get(problem.path, fields["email"]).failed(problem.message)
                return
            ui.navigate.to(f"/contacts/{made.id}")

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Add the contact"), kind="primary", on_press=save, testid="save")
        asked.show()

    def ask_for_file(self) -> None:
        ContactFile(self.visit, self.services, self.load).ask()

    def _nothing(self) -> None:
        if self.q:
            empty_state(
                _("Nobody fits"),
                _("Try fewer letters of the name, e-mail or company."),
                icon_name="search",
            )
        else:
            empty_state(
                _("No contact yet"),
                _("Add one by hand, or bring your list as a CSV file."),
                icon_name="users",
                action=_("Import a list"),
                on_action=self.ask_for_file,
            )


def _row(one: Contact) -> Row:
    name = name_of(one)
    return Row(
        str(one.id),
        {
            "name": name,
            "company": one.company or "",
            "job_title": one.job_title or "",
            "phone": one.phone or "",
            "city": one.city or "",
            "changed": moment(one.updated_at),
        },
        href=f"/contacts/{one.id}",
        more=one.email if one.email and one.email != name else "",
    )
