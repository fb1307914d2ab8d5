"""/contacts/{id}: one person: each field with where its value came from, and their runs."""

import json
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.contacts import name_of
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import BadInput, NotFound
from components.controls import box, button, confirm, empty_state, field, run_badge, stack, text
from components.frame import Frame, frame, notice
from db.contacts import FIELDS, Contact
from db.executions import FieldWrite, Narrowed

WORDS = {
    "email": "E-mail",
    "phone": "Phone",
    "first_name": "First name",
    "last_name": "Last name",
    "company": "Company",
    "job_title": "Job title",
    "website": "Website",
    "linkedin_url": "LinkedIn",
    "street": "Street",
    "city": "City",
    "state": "State",
    "postal_code": "Postal code",
    "country": "Country",
}


def add(services: Services) -> None:
    @ui.page("/contacts/{contact_id}")
    async def contact(request: Request, contact_id: str) -> None:
        visit = await begin(request, services)
        try:
            found = await services.contacts.get(await visit.me(), UUID(contact_id))
        except (NotFound, ValueError):
            return _not_there(visit)
        crumbs = [("Contacts", "/contacts")]
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
                "Delete", icon="trash-2", kind="danger fold-label", on_press=self.delete
            ).because(refused)
            button("Save", kind="primary", on_press=self.save, testid="save").because(refused)
        page.on_key("save", self.save)
        writes = await self.services.contacts.provenance(
            await self.visit.me(), self.contact.id, limit=200
        )
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
            self.fields = {
                name: field(
                    WORDS[name],
                    getattr(self.contact, name) or "",
                    name=name,
                    hint=_from(latest.get(name)),
                    testid=f"field-{name}",
                )
                for name in FIELDS
            }
        text("Other data", tag="h3")
        with box("facts", tag="dl", data_testid="other-data"):
            for name, value in sorted(self.contact.data.items()):
                text(name, tag="dt")
                text(_short(value), tag="dd")
        if not self.contact.data:
            text("Nothing yet. Connectors keep here what has no field of its own.", "hint")

    async def _draw_runs(self) -> None:
        me = await self.visit.me()
        found = await self.services.history.list(me, Narrowed(contact_id=self.contact.id), limit=8)
        names = {
            one.id: one.name for one in (await self.services.connectors.list(me, limit=200)).items
        }
        with box("card"):
            text("Runs about this contact", tag="h2")
            if not found.items:
                text("None yet.", "hint")
                return
            with box("links", tag="ul"):
                for one in found.items:
                    with box("row", tag="li"):
                        name = names.get(one.connector_id, "A deleted connector")
                        text(name, "grow cut", tag="a").props["href"] = f"/runs/{one.id}"
                        run_badge(one.status, one.outcome)

    def _draw_history(self, writes: list[FieldWrite]) -> None:
        text("Where values came from", tag="h2")
        if not writes:
            text("Nothing was written to this contact yet.", "hint")
        with box("story", tag="ol"):
            for one in writes[:30]:
                with box("story-line", tag="li"):
                    text(one.at.strftime("%d %b %H:%M"), "quiet numbers", tag="time").props[
                        "datetime"
                    ] = one.at.isoformat()
                    change = f"{_short(one.before)} → {_short(one.after)}"
                    text(f"{WORDS.get(one.field, one.field)}: {change} ({_by(one)})", tag="span")

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
        notice("Saved." if changed else "Nothing was changed.", tone="ok")

    async def delete(self) -> None:
        sure = await confirm(
            f"Delete {name_of(self.contact)}?",
            "What runs wrote here is forgotten, too. This cannot be undone.",
            yes="Delete the contact",
        )
        if sure:
            await self.services.contacts.remove(await self.visit.me(), self.contact.id)
            ui.navigate.to("/contacts")


def _from(write: FieldWrite | None) -> str:
    return f"{_by(write).capitalize()}, {write.at.strftime('%d %b %H:%M')}" if write else ""


def _by(write: FieldWrite) -> str:
    return f"from step {write.step_id or 'of a run'}" if write.execution_id else "by hand"


def _short(value: Any) -> str:
    if value is None:
        return "empty"
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= 120 else f"{words[:120]}…"


def _not_there(visit: Visit) -> None:
    with frame(visit.viewer, here="contacts", title="Contact", crumbs=[("Contacts", "/contacts")]):
        empty_state(
            "There is no such contact",
            "It may have been deleted, or belong to another workspace.",
            icon_name="search",
            action="See all contacts",
            href="/contacts",
        )
