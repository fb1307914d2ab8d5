"""The contacts of a workspace: look, add, change, remove, and where each value came from."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from app.services.listing import Slice, cut
from app.services.problems import BadInput, Complaint, NotFound, Wrong, bad_field
from app.services.roles import must
from db import contacts, field_writes
from db.contacts import FIELDS, Contact
from db.field_writes import FieldWrite
from db.session import Actor, Database

LONGEST: Final = 4000
LARGEST_DATA: Final = 4 * 2**20
# What is behind the @ may be anything a mail server takes; this only catches the wrong column.
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: Any
    after: Any

    @property
    def action(self) -> str:
        return "clear" if self.after is None else "overwrite"


class Contacts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(
        self,
        actor: Actor,
        *,
        q: str | None = None,
        limit: int = 50,
        after: tuple[datetime, UUID] | None = None,
    ) -> Slice[Contact]:
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            rows = await contacts.listed(session, workspace_id, q=q, limit=limit, after=after)
        return cut(rows, limit)

    async def get(self, actor: Actor, contact_id: UUID) -> Contact:
        async with self._database.session_for(actor) as session:
            contact = await contacts.find(session, workspace_of(actor), contact_id)
        if contact is None:
            raise NotFound("contact")
        return contact

    async def names(self, actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
        """What to call these people in a list."""
        if not ids:
            return {}
        async with self._database.session_for(actor) as session:
            rows = await contacts.named(session, workspace_of(actor), ids)
        return {
            key: " ".join(filter(None, (first, last))) or email or "Without a name"
            for key, first, last, email in rows
        }

    async def add(self, actor: Actor, values: Mapping[str, Any]) -> Contact:
        must(actor, "contacts.change")
        given = checked(values)
        given["data"] = {k: v for k, v in given.get("data", {}).items() if v is not None}
        async with self._database.session_for(actor) as session:
            contact = await contacts.add(session, workspace_of(actor), given)
            session.add_all(writes(actor, contact, changes_of({}, given)))
        return contact

    async def change(self, actor: Actor, contact_id: UUID, values: Mapping[str, Any]) -> Contact:
        """Merges, data member by member; null empties a field and takes a member away."""
        must(actor, "contacts.change")
        given = checked(values)
        async with self._database.session_for(actor) as session:
            contact = await contacts.find_to_change(session, workspace_of(actor), contact_id)
            if contact is None:
                raise NotFound("contact")
            session.add_all(writes(actor, contact, write_over(contact, given)))
            await session.flush()
            await session.refresh(contact)
        return contact

    async def remove(self, actor: Actor, contact_id: UUID) -> None:
        must(actor, "contacts.change")
        async with self._database.session_for(actor) as session:
            if not await contacts.remove(session, workspace_of(actor), contact_id):
                raise NotFound("contact")

    async def provenance(
        self, actor: Actor, contact_id: UUID, *, limit: int = 50, after: int | None = None
    ) -> Slice[FieldWrite]:
        """Every write to this contact, newest first."""
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            if await contacts.find(session, workspace_id, contact_id) is None:
                raise NotFound("contact")
            rows = await field_writes.of_contact(
                session, workspace_id, contact_id, limit=limit, after=after
            )
        return cut(rows, limit)


def workspace_of(actor: Actor) -> str:
    """The one workspace this is about; without one there is nothing to be found."""
    if actor.workspace_id is None:
        raise NotFound("workspace")
    return actor.workspace_id


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only columns there are, only texts in them; an empty text is no value."""
    given: dict[str, Any] = {}
    wrong: list[Complaint] = []
    for name, value in values.items():
        if name == "data":
            if isinstance(value, dict):
                given["data"] = value
            else:
                wrong.append(Wrong("data", "This must be an object."))
        elif name not in FIELDS:
            wrong.append(Wrong(name, "There is no such field. Anything else belongs into data."))
        elif value is not None and not isinstance(value, str):
            wrong.append(Wrong(name, "This must be text or null."))
        elif value and len(value) > LONGEST:
            wrong.append(Wrong(name, f"This is longer than {LONGEST} characters."))
        elif value and "\0" in value:
            wrong.append(Wrong(name, "A text may not hold the character U+0000."))
        elif name == "email" and value and not EMAIL.fullmatch(value):
            wrong.append(Wrong(name, "This is not an e-mail address."))
        else:
            given[name] = value or None
    if wrong:
        raise BadInput(wrong)
    return given


def changes_of(before: Mapping[str, Any], given: Mapping[str, Any]) -> list[Change]:
    """What would be different afterwards; data counts member by member."""
    now = [(name, before.get(name), value) for name, value in given.items() if name != "data"]
    data = before.get("data") or {}
    now += [
        (f"data.{name}", data.get(name), value) for name, value in given.get("data", {}).items()
    ]
    return [Change(name, old, new) for name, old, new in now if old != new]


def write_over(contact: Contact, given: Mapping[str, Any]) -> list[Change]:
    """Writes into the row, and says what changed."""
    before = {name: getattr(contact, name) for name in (*FIELDS, "data")}
    changes = changes_of(before, given)
    for change in changes:
        if not change.field.startswith("data."):
            setattr(contact, change.field, change.after)
    merged = {**contact.data, **given.get("data", {})}
    merged = {name: value for name, value in merged.items() if value is not None}
    if len(orjson.dumps(merged)) > LARGEST_DATA:
        raise bad_field("data", f"All of data together may take {LARGEST_DATA // 2**20} MB.")
    if merged != contact.data:
        contact.data = merged
    return changes


def writes(actor: Actor, contact: Contact, changes: list[Change]) -> list[FieldWrite]:
    return [
        FieldWrite(
            workspace_id=contact.workspace_id,
            contact_id=contact.id,
            field=change.field,
            action=change.action,
            before=change.before,
            after=change.after,
            written_by=actor.user_id,
        )
        for change in changes
    ]
