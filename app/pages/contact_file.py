"""Bringing contacts from a CSV file: choose it, see where each column goes, then import."""

from collections.abc import Awaitable, Callable
from io import BytesIO

from nicegui import events, ui

from app.pages.visit import Visit
from app.services.all import Services
from app.services.contact_import import Imported, Preview, Seen
from app.services.csv_file import data_name
from app.services.problems import BadInput, ServiceProblem
from components.controls import (
    Choice,
    Sheet,
    box,
    button,
    choice,
    error_card,
    sheet,
    stack,
    text,
)
from components.fields import WORDS, field_label
from components.frame import notice
from components.sentences import translated
from components.texts import _, each, later, ngettext, number

LARGEST = 64 << 20
LEFT_OUT = ""
MATCHES = {"": later("Add another contact"), "email": later("Change the one that is there")}
ERRORS_SHOWN = 50


class ContactFile:
    def __init__(
        self, visit: Visit, services: Services, on_done: Callable[[], Awaitable[None]]
    ) -> None:
        self.visit, self.services, self.on_done = visit, services, on_done
        self.content = b""
        self.columns: dict[str, Choice] = {}
        self.under_way, self.stopped = False, False

    def ask(self) -> None:
        with sheet(_("Import contacts"), wide=True, testid="import-contacts") as asked:
            self.place = stack()
            picker = ui.upload(auto_upload=True, max_file_size=LARGEST, on_upload=self.look)
            picker.on("rejected", self._too_large, args=[])
            picker.props('accept=".csv,text/csv"').classes("unseen").props("inert")
        with asked.footer:
            self.closer = button(_("Cancel"), on_press=self.end, testid="end")
            self.chooser = button(
                _("Choose a file"),
                icon="upload",
                kind="primary",
                testid="choose-file",
                on_press=lambda: picker.run_method("pickFiles"),
            )
            self.starter = button(_("Import"), kind="primary", on_press=self.bring, testid="start")
        self.sheet: Sheet = asked
        self.starter.set_visibility(False)
        with self.place:
            text(
                _(
                    "A CSV file with one contact a line, and titles in the first line: E-mail, "
                    "First name, … You see where each column goes before anything is imported."
                ),
                "soft",
            )
        asked.show()

    async def look(self, upload: events.UploadEventArguments) -> None:
        """The browser's limit is a courtesy: who asks, and how much, counts here again."""
        me = await self.visit.me()
        if upload.file.size() > LARGEST:
            self._too_large()
            return
        self.content = await upload.file.read()
        try:
            preview = await self.services.imports.look(me, BytesIO(self.content))
        except ServiceProblem as problem:
            self._refuse(problem.message, problem.hint)
            return
        self._show_columns(upload.file.name, preview)

    async def bring(self) -> None:
        self.under_way, self.stopped = True, False
        self.starter.working(True)
        self.chooser.set_visibility(False)
        self.closer.say(_("Stop"))
        try:
            done = await self.services.imports.run(
                await self.visit.me(),
                BytesIO(self.content),
                mapping={title: one.value or None for title, one in self.columns.items()},
                match=self.match.value or None,
                on_progress=self._progress,
            )
        except BadInput as bad:
            self._say_what_is_wrong(bad)
        except ServiceProblem as problem:
            self._refuse(problem.message, problem.hint)
        else:
            self._tell(done)
            await self.on_done()
        finally:
            self.under_way = False
            self.starter.working(False)

    def end(self) -> None:
        """What is under way ends after the rows in hand; what is not is only closed."""
        if not self.under_way:
            self.sheet.close()
            return
        self.stopped = True
        self.closer.because(_("It ends after the rows in hand."))

    def _show_columns(self, name: str, preview: Preview) -> None:
        self.place.clear()
        with self.place:
            self.rows = preview.rows
            rows = ngettext("{n} row", "{n} rows", preview.rows).format(n=number(preview.rows))
            text(f"{name}: {rows}", "strong")
            for note in preview.notes:
                text(translated(note), "hint")
            with box("column-map", tag="table", data_testid="columns"):
                _head(_("Column"), _("For example"), _("Goes to"))
                with box(tag="tbody"):
                    self.columns = {seen.title: _column(seen) for seen in preview.columns}
            self.match = choice(_("If somebody has this e-mail already"), each(MATCHES), "email")
            self.wrong = text("", "error")
            self.wrong.props["role"] = "alert"
            self.line = text("", "soft")
            self.line.props["role"] = "status"
        self.chooser.say(_("Choose another file"), kind="")
        self.starter.say(_("Import {rows}").format(rows=rows))
        self.starter.because("" if preview.rows else _("The file has titles, but no contacts."))
        self.starter.set_visibility(True)

    def _progress(self, so_far: Imported) -> bool:
        done = so_far.created + so_far.updated + so_far.failed
        self.line.say(_("{done} of {total}").format(done=number(done), total=number(self.rows)))
        return not self.stopped

    def _say_what_is_wrong(self, bad: BadInput) -> None:
        self._back()
        for one in self.columns.values():
            one.failed("")
        for problem in bad.problems:
            title = problem.path.removeprefix("mapping.")
            if title in self.columns:
                self.columns[title].failed(problem.message)
            else:
                self.wrong.say(translated(problem.message))

    def _tell(self, done: Imported) -> None:
        words = _summary(done)
        self.place.clear()
        with self.place:
            text(words, "strong").props["data-testid"] = "imported"
            if self.stopped:
                text(_("You stopped it: the rest of the file was not imported."), "hint")
            for note in done.notes:
                text(translated(note), "hint")
            if done.errors:
                _errors(done)
        self.content = b""
        self.chooser.set_visibility(False)
        self.starter.set_visibility(False)
        self.closer.because("")
        self.closer.say(_("Done"), kind="primary")
        notice(words, tone="warn" if done.failed else "ok")

    def _refuse(self, message: str, hint: str) -> None:
        self.place.clear()
        with self.place:
            error_card(message, hint)
        self.starter.set_visibility(False)
        self._back()

    def _back(self) -> None:
        """Another file, or none."""
        self.chooser.set_visibility(True)
        self.closer.say(_("Cancel"))
        self.closer.because("")

    def _too_large(self) -> None:
        self._refuse(
            _("This file cannot be taken."),
            _("It must be a CSV file of at most 64 MB. Split a larger one, and import the parts."),
        )


def _column(seen: Seen) -> Choice:
    other = (
        seen.field if (seen.field or "").startswith("data.") else f"data.{data_name(seen.title)}"
    )
    goes = {
        **each(WORDS),
        str(other): _("Other data: {field}").format(field=field_label(str(other))),
        LEFT_OUT: _("Leave it out"),
    }
    with box(tag="tr"):
        text(seen.title or _("(no title)"), "strong", tag="th").props["scope"] = "row"
        with box(tag="td"):
            text(", ".join(seen.examples) or _("empty"), "quiet small cut")
        with box(tag="td"):
            return choice(
                _("{title} goes to").format(title=seen.title),
                goes,
                seen.field or LEFT_OUT,
                hide_label=True,
                testid=f"column-{seen.title}",
            )


def _head(*titles: str) -> None:
    with box(tag="thead"), box(tag="tr"):
        for title in titles:
            text(title, tag="th").props["scope"] = "col"


def _summary(done: Imported) -> str:
    parts = []
    if done.created or not done.updated:
        added = ngettext("{n} contact was added.", "{n} contacts were added.", done.created)
        parts.append(added.format(n=number(done.created)))
    if done.updated:
        changed = ngettext("{n} contact was changed.", "{n} contacts were changed.", done.updated)
        parts.append(changed.format(n=number(done.updated)))
    if done.failed:
        failed = ngettext("{n} row could not be read.", "{n} rows could not be read.", done.failed)
        parts.append(failed.format(n=number(done.failed)))
    return " ".join(parts)


def _errors(done: Imported) -> None:
    with box("row-errors", tag="ul", data_testid="row-errors"):
        for error in done.errors[:ERRORS_SHOWN]:
            text(
                _("Row {row}: {message}").format(row=error.row, message=translated(error.message)),
                "small",
                tag="li",
            )
        if done.failed > ERRORS_SHOWN:
            text(
                _("… and {n} more.").format(n=number(done.failed - ERRORS_SHOWN)),
                "small quiet",
                tag="li",
            )
