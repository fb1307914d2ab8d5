"""/contacts/{id}: one person: each field with where its value came from, and their runs."""

import json
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.launch import Launch
from app.pages.open_at import open_at
from app.pages.people import name_of
from app.pages.run_words import words_for
from app.pages.step_names import StepNames
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import BadInput, NotFound
from components.controls import (
    Field,
    badge,
    box,
    button,
    confirm,
    empty_state,
    field,
    icon,
    moment,
    row,
    stack,
    text,
)
from components.fields import WORDS, field_label
from components.frame import Frame, frame, notice
from components.story import Line, Story
from components.texts import _
from db.contacts import FIELDS, Contact
from db.executions import Narrowed
from db.field_writes import FieldWrite


def add(services: Services) -> None:
    @open_at("/contacts/{contact_id}")
    async def contact(request: Request, contact_id: str) -> None:
        visit = await begin(request, services)
        try:
            found = await services.contacts.get(await visit.me(), UUID(contact_id))
        except (NotFound, ValueError):
            return _not_there(visit)
        crumbs = [(_("Contacts"), "/contacts")]
        with frame(visit.viewer, here="contacts", title=name_of(found), crumbs=crumbs) as page:
            await _Contact(visit, services, found).draw(page)
        return None


class _Contact:
    def __init__(self, visit: Visit, services: Services, contact: Contact) -> None:
        self.visit, self.services, self.contact = visit, services, contact

    async def draw(self, page: Frame) -> None:
        refused = self.visit.why_not("contacts.change")
        with page.side:
            button(
                _("Run a connector"),
                icon="play",
                kind="fold-label",
                on_press=self.run,
                testid="run",
                why=self.visit.why_not("executions.start"),
            )
            button(
                _("Delete"), icon="trash-2", kind="danger fold-label", on_press=self.delete
            ).because(refused)
            button(_("Save"), kind="primary", on_press=self.save, testid="save").because(refused)
        page.on_key("save", self.save)
        writes = await self.services.contacts.provenance(
            await self.visit.me(), self.contact.id, limit=200
        )
        await self._learn_names()
        latest = {one.field: one for one in reversed(writes.items)}
        with box("columns"):
            with box("card"):
                self._draw_fields(latest)
            with stack("wide"):
                await self._draw_runs()
                with box("card"):
                    self._draw_history(list(writes.items))

    def _draw_fields(self, latest: dict[str, FieldWrite]) -> None:
        with box("two"):
            self.fields = {name: self._draw_field(name, latest.get(name)) for name in FIELDS}
        text(_("Other data"), tag="h2")
        with box("facts", tag="dl", data_testid="other-data"):
            for name, value in sorted(self.contact.data.items()):
                text(field_label(name), tag="dt")
                with box(tag="dd"):
                    text(_short(value))
                    self._from(latest.get(f"data.{name}"))
        if not self.contact.data:
            text(_("Nothing yet. Connectors keep here what has no field of its own."), "hint")

    def _draw_field(self, name: str, write: FieldWrite | None) -> Field:
        with stack("tight"):
            made = field(
                _(WORDS[name]),
                getattr(self.contact, name) or "",
                name=name,
                readonly=bool(self.visit.why_not("contacts.change")),
                testid=f"field-{name}",
            )
            self._from(write)
        return made

    def _from(self, write: FieldWrite | None) -> None:
        """Where a value came from: a person, or a run one can open."""
        if write is None or (write.written_by and not write.execution_id):
            return
        with box("from", data_testid=f"from-{write.field}"):
            icon("corner-down-right")
            name = self.names.get(write.connector_id) if write.connector_id else None
            words = name or _("a connector")
            if write.execution_id:
                text(words, "cut", tag="a").props["href"] = f"/runs/{write.execution_id}"
            else:
                text(words, "cut", tag="span")
            moment(write.at)

    async def _learn_names(self) -> None:
        found = await self.services.connectors.list(await self.visit.me(), limit=200)
        self.names = {one.id: one.name for one in found.items}
        self.steps = StepNames((one.id, one.config) for one in found.items)

    async def _draw_runs(self) -> None:
        me = await self.visit.me()
        found = await self.services.history.list(me, Narrowed(contact_id=self.contact.id), limit=8)
        waits = await self.services.history.waits(me, found.items)
        with box("card"):
            with row():
                text(_("Runs about this contact"), "grow", tag="h2")
                if found.more:
                    button(_("All"), href=f"/runs?contact_id={self.contact.id}", kind="small ghost")
            if not found.items:
                text(_("None yet. Run a connector to fill in what is missing."), "hint")
                return
            with box("links", tag="ul"):
                for one in found.items:
                    with box("row", tag="li"):
                        name = self.names.get(one.connector_id, _("A deleted connector"))
                        text(name, "grow cut", tag="a").props["href"] = f"/runs/{one.id}"
                        moment(one.created_at).classes("quiet small")
                        badge(*words_for(one, waits))

    def _draw_history(self, writes: list[FieldWrite]) -> None:
        text(_("Where values came from"), tag="h2")
        if not writes:
            text(_("Nothing was written to this contact yet."), "hint")
            return
        story = Story(_("Where values came from"), how="ago", testid="history")
        story.add(
            Line(
                one.at,
                f"{field_label(one.field)}: {_short(one.before)} → {_short(one.after)}",
                more=self._by(one),
                tone="brand" if one.execution_id else "",
            )
            for one in writes[:60]
        )

    def _by(self, write: FieldWrite) -> str:
        if write.execution_id is None and write.connector_id is None:
            return _("by hand")
        name = self.names.get(write.connector_id) if write.connector_id else None
        return (
            _("{value}: {step}").format(
                value=name or _("a connector"),
                step=self.steps.name(write.connector_id, write.step_id),
            )
            if write.step_id
            else str(name)
        )

    async def run(self) -> None:
        await Launch(self.visit, self.services, contact=self.contact).ask()

    async def save(self) -> None:
        changed = {
            name: one.value or None
            for name, one in self.fields.items()
            if (one.value or None) != (getattr(self.contact, name) or None)
        }
        for one in self.fields.values():
            one.failed("")
        try:
            self.contact = await self.services.contacts.change(
                await self.visit.me(), self.contact.id, changed
            )
        except BadInput as bad:
            for problem in bad.problems:
                if problem.path in self.fields:
                    self.fields[problem.path].failed(problem.message)
            return
        notice(_("Saved.") if changed else _("Nothing was changed."), tone="ok")

    async def delete(self) -> None:
        sure = await confirm(
            _("Delete {contact}?").format(contact=name_of(self.contact)),
            _("What runs wrote here is forgotten, too. This cannot be undone."),
            yes=_("Delete the contact"),
        )
        if sure:
            await self.services.contacts.remove(await self.visit.me(), self.contact.id)
            ui.navigate.to("/contacts")


def _short(value: Any) -> str:
    if value is None:
        return _("empty")
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= 120 else f"{words[:120]}…"


def _not_there(visit: Visit) -> None:
    with frame(
        visit.viewer, here="contacts", title=_("Contact"), crumbs=[(_("Contacts"), "/contacts")]
    ):
        empty_state(
            _("There is no such contact"),
            _("It may have been deleted, or belong to another workspace."),
            icon_name="search",
            action=_("See all contacts"),
            href="/contacts",
        )
