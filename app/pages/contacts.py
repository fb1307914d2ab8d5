"""/contacts: the people of this workspace; search, add, import from a CSV file."""

from collections.abc import Sequence
from io import BytesIO

from fastapi import Request
from nicegui import events, ui

from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.contact_import import Imported
from app.services.problems import BadInput, ServiceProblem
from components.controls import box, button, empty_state, error_card, field, row, sheet, text
from components.frame import Frame, frame, notice
from components.listing import Column, Listing, Row, moment
from db.contacts import Contact

COLUMNS = (
    Column("name", "Contact"),
    Column("company", "Company"),
    Column("job_title", "Job title"),
    Column("phone", "Phone"),
    Column("city", "City"),
    Column("changed", "Changed", "moment"),
)
FIRST_FIELDS = {
    "email": "E-mail",
    "first_name": "First name",
    "last_name": "Last name",
    "company": "Company",
}
LARGEST = 64 << 20


def add(services: Services) -> None:
    @ui.page("/contacts")
    async def contacts(request: Request, q: str = "") -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="contacts", title="Contacts") as page:
            await _Contacts(visit, services, q).draw(page)


class _Contacts:
    def __init__(self, visit: Visit, services: Services, q: str) -> None:
        self.visit, self.services, self.q = visit, services, q
        self.rows: list[Contact] = []

    async def draw(self, page: Frame) -> None:
        with page.side:
            bring = button("Import", icon="upload", on_press=self.ask_for_file, testid="import")
            bring.because(self.visit.why_not("contacts.import"))
            new = button(
                "New contact",
                icon="plus",
                kind="primary",
                on_press=self.ask_for_contact,
                testid="new",
            )
            new.because(self.visit.why_not("contacts.change"))
        with box("filters", role="search"):
            field(
                "Search contacts",
                self.q,
                kind="search",
                placeholder="Name, e-mail or company",
                icon="search",
                hide_label=True,
                on_change=self.search,
            ).classes("search")
        self.listing = Listing("Contacts", COLUMNS, on_more=self.more)
        self.nothing = box("card")
        await self.load()

    async def search(self, words: str) -> None:
        self.q = words.strip()
        self.visit.remember(q=self.q)
        await self.load()

    async def load(self) -> None:
        found = await self.services.contacts.listed(await self.visit.me(), q=self.q or None)
        self.rows = list(found.items)
        self.listing.show([_row(one) for one in self.rows], more=found.more)
        self.listing.set_visibility(bool(self.rows))
        self._say_nothing()

    async def more(self) -> None:
        last = self.rows[-1]
        found = await self.services.contacts.listed(
            await self.visit.me(), q=self.q or None, after=(last.created_at, last.id)
        )
        self.rows += found.items
        self.listing.append([_row(one) for one in found.items], more=found.more)

    def ask_for_contact(self) -> None:
        with sheet("New contact", testid="new-contact") as asked:
            fields = {
                name: field(label, kind="email" if name == "email" else "text", name=name)
                for name, label in FIRST_FIELDS.items()
            }
            text("Everything else can be filled in afterwards, by hand or by a connector.", "hint")

        async def save() -> None:
            for one in fields.values():
                one.failed("")
            try:
                made = await self.services.contacts.add(
                    await self.visit.me(),
                    {name: one.value for name, one in fields.items() if one.value},
                )
            except BadInput as bad:
                for problem in bad.problems:
                    fields.get(problem.path, fields["email"]).failed(problem.message)
                return
            ui.navigate.to(f"/contacts/{made.id}")

        with asked.footer:
            button("Cancel", on_press=asked.close)
            button("Add the contact", kind="primary", on_press=save, testid="save")
        asked.show()

    def ask_for_file(self) -> None:
        with sheet("Import contacts", testid="import-contacts") as asked:
            text(
                "A CSV file with one contact a line and titles in the first: E-mail, First name, … "
                "Columns we do not know are kept as other data. Broken lines lose no other ones.",
                "soft",
            )
            told = box("stack", role="status")
            picker = ui.upload(
                auto_upload=True, max_file_size=LARGEST, on_upload=lambda one: self.bring(one, told)
            )
            picker.props('accept=".csv,text/csv"').classes("unseen").props("aria-hidden=true")
            with row():
                button(
                    "Choose a file",
                    icon="upload",
                    kind="primary",
                    testid="choose-file",
                    on_press=lambda: picker.run_method("pickFiles"),
                )
        with asked.footer:
            button("Close", on_press=asked.close)
        asked.show()

    async def bring(self, upload: events.UploadEventArguments, told: ui.element) -> None:
        content = await upload.file.read()
        told.clear()
        with told:
            line = text("Reading the file…")
        if len(content) > LARGEST:
            line.say("This file is larger than 64 MB. Split it and import the parts.")
            return

        def progress(so_far: Imported) -> None:
            line.say(f"{so_far.created + so_far.updated:,} contacts so far…")

        try:
            done = await self.services.imports.run(
                await self.visit.me(), BytesIO(content), on_progress=progress
            )
        except ServiceProblem as problem:
            told.clear()
            with told:
                error_card(problem.message, problem.hint)
            return
        _tell(done, told)
        await self.load()

    def _say_nothing(self) -> None:
        self.nothing.clear()
        self.nothing.set_visibility(not self.rows)
        if self.rows:
            return
        with self.nothing:
            if self.q:
                empty_state(
                    "Nobody fits",
                    "Try fewer letters of the name, e-mail or company.",
                    icon_name="search",
                )
            else:
                empty_state(
                    "No contact yet",
                    "Add one by hand, or bring your list as a CSV file.",
                    icon_name="users",
                    action="Import a list",
                    on_action=self.ask_for_file,
                )


def _tell(done: Imported, told: ui.element) -> None:
    told.clear()
    with told:
        words = f"{done.created:,} contacts were added."
        if done.failed:
            words += f" {done.failed:,} lines could not be read."
        text(words, "strong")
        for note in done.notes:
            text(note, "hint")
        for error in done.errors[:20]:
            text(f"Line {error.row}: {error.message}", "small")
    notice(f"{done.created:,} contacts were added.", tone="warn" if done.failed else "ok")


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


def name_of(one: Contact) -> str:
    return " ".join(_there([one.first_name, one.last_name])) or one.email or "Without a name"


def _there(parts: Sequence[str | None]) -> list[str]:
    return [part for part in parts if part]
