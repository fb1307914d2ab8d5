"""Taking back what a run wrote to its contact; what was written since stays, unless one says so."""

import copy
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.contacts import workspace_of
from app.services.history import is_over
from app.services.problems import Conflict, NotFound
from app.services.roles import must
from db import audit, contact_triggers, contacts, executions, field_writes
from db.contacts import FIELDS, Contact
from db.executions import Execution
from db.field_writes import FieldWrite
from db.session import Actor, Database
from engine.model import mapping

UNDO = "undo"  # the action under which it stands in a contact's provenance


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that is not what the run wrote any more, and stays."""

    field: str
    written: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Undone:
    contact_id: UUID | None
    restored: Sequence[FieldWrite]  # before: what the run wrote; after: what was there before it
    conflicts: Sequence[Kept]


@dataclass(frozen=True, slots=True)
class Line:
    """One field that a run wrote: what is there now, and what was there before the run."""

    field: str
    written: Any
    now: Any
    back_to: Any
    taken_back: bool = False

    @property
    def changed_since(self) -> bool:
        return not self.taken_back and self.now != self.written


class Undo:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, actor: Actor, execution_id: UUID) -> Sequence[Line]:
        """What an undo would do, field by field; nothing is changed."""
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            run = await _ended(session, workspace_id, execution_id)
            if run.contact_id is None:
                return ()
            contact = await contacts.find(session, workspace_id, run.contact_id)
            if contact is None:
                return ()
            writes = await field_writes.of_execution(session, workspace_id, execution_id)
            return _lines(_values_of(contact), writes)

    async def undo(
        self,
        actor: Actor,
        execution_id: UUID,
        *,
        only: Collection[str] | None = None,
        over: Collection[str] = (),
    ) -> Undone:
        """Done once; asked again it tells the same, and tries what was in the way before.

        `only`: these fields, not all; `over`: these even where somebody wrote something since.
        """
        must(actor, "executions.change")
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            run = await _ended(session, workspace_id, execution_id)
            if run.contact_id is None:
                return Undone(None, (), ())
            await contact_triggers.quietly(session)
            contact = await contacts.find_to_change(session, workspace_id, run.contact_id)
            writes = await field_writes.of_execution(session, workspace_id, execution_id)
            if contact is None:
                return Undone(None, (), ())
            done = [write for write in writes if write.action == UNDO]
            behind_us = {write.field for write in done}
            open_ones = [
                write
                for write in writes
                if write.field not in behind_us and (only is None or write.field in only)
            ]
            new, conflicts = _take_back(actor, contact, open_ones, over)
            await _keep(session, actor, execution_id, new)
        return Undone(contact.id, [*done, *new], conflicts)


async def _ended(session: AsyncSession, workspace_id: str, execution_id: UUID) -> Execution:
    run = await executions.find(session, workspace_id, execution_id)
    if run is None:
        raise NotFound("execution")
    if not is_over(run):
        raise Conflict(
            "This run has not finished yet.",
            hint="Wait for it, or cancel it first.",
            code="not_finished",
        )
    return run


def _values_of(contact: Contact) -> dict[str, Any]:
    now = {name: getattr(contact, name) for name in FIELDS}
    return now | {"data": copy.deepcopy(contact.data)}


def _lines(now: dict[str, Any], writes: Sequence[FieldWrite]) -> list[Line]:
    """Each field once: the first write knows what was there, the last what it became."""
    behind_us = {write.field for write in writes if write.action == UNDO}
    lines: dict[str, Line] = {}
    for write in writes:
        if write.action == UNDO:
            continue
        first = lines.get(write.field)
        lines[write.field] = Line(
            write.field,
            written=write.after,
            now=mapping.read(now, write.field),
            back_to=first.back_to if first else write.before,
            taken_back=write.field in behind_us,
        )
    return list(lines.values())


def _take_back(
    actor: Actor, contact: Contact, writes: Sequence[FieldWrite], over: Collection[str]
) -> tuple[list[FieldWrite], list[Kept]]:
    """The latest write first, so that a value that was written twice goes all the way back."""
    now = _values_of(contact)
    taken: list[FieldWrite] = []
    conflicts: list[Kept] = []
    for write in reversed(writes):
        value = mapping.read(now, write.field)
        if value != write.after and write.field not in over:
            conflicts.append(Kept(write.field, write.after, value))
            continue
        if value != write.before:
            _put_back(now, write.field.split("."), write.before)
        taken.append(_undoing(actor, write, value))
    for name, value in now.items():
        if getattr(contact, name) != value:
            setattr(contact, name, value)
    return taken, conflicts


def _put_back(holder: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """What was not there before is not there afterwards, nor an object made to hold it."""
    first, *rest = keys
    if rest:
        if not isinstance(holder.get(first), dict):  # something else was written in its place
            holder[first] = {}
        _put_back(holder[first], rest, value)
        if holder[first] == {} and value is None and first != "data":
            del holder[first]
    elif value is None and first not in FIELDS:
        holder.pop(first, None)
    else:
        holder[first] = value


def _undoing(actor: Actor, write: FieldWrite, now: Any) -> FieldWrite:
    return FieldWrite(
        workspace_id=write.workspace_id,
        contact_id=write.contact_id,
        execution_id=write.execution_id,
        connector_id=write.connector_id,
        step_id=write.step_id,
        field=write.field,
        action=UNDO,
        before=now,
        after=write.before,
        written_by=actor.user_id,
    )


async def _keep(
    session: AsyncSession, actor: Actor, execution_id: UUID, new: Sequence[FieldWrite]
) -> None:
    if not new:
        return
    session.add_all(new)
    await session.flush()
    fields = sorted({write.field for write in new})
    audit.note(session, actor, "execution.undone", execution_id, after={"fields": fields})
