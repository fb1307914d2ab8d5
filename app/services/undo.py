"""Taking back what a run wrote to its contact, where nobody wrote something else since."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.contacts import workspace_of
from app.services.history import is_over
from app.services.problems import Conflict, NotFound
from app.services.roles import must
from db import audit, contacts, executions
from db.contacts import FIELDS, Contact
from db.executions import FieldWrite
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


class Undo:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def undo(self, actor: Actor, execution_id: UUID) -> Undone:
        """Done once; asked again it tells the same, and tries what was in the way before."""
        must(actor, "executions.change")
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            run = await executions.find(session, workspace_id, execution_id)
            if run is None:
                raise NotFound("execution")
            if not is_over(run):
                raise Conflict(
                    "This execution has not finished yet.",
                    hint="Wait for it, or cancel it first.",
                    code="not_finished",
                )
            if run.contact_id is None:
                return Undone(None, (), ())
            contact = await contacts.find_to_change(session, workspace_id, run.contact_id)
            writes = await executions.writes_of(session, workspace_id, execution_id)
            if contact is None:
                return Undone(None, (), ())
            done = [write for write in writes if write.action == UNDO]
            behind_us = {write.field for write in done}
            open_ones = [write for write in writes if write.field not in behind_us]
            new, conflicts = _take_back(actor, contact, open_ones)
            await _keep(session, actor, execution_id, new)
        return Undone(contact.id, [*done, *new], conflicts)


def _take_back(
    actor: Actor, contact: Contact, writes: Sequence[FieldWrite]
) -> tuple[list[FieldWrite], list[Kept]]:
    """The latest write first, so that a value that was written twice goes all the way back."""
    now = {name: getattr(contact, name) for name in FIELDS}
    now["data"] = copy.deepcopy(contact.data)
    taken: list[FieldWrite] = []
    conflicts: list[Kept] = []
    for write in reversed(writes):
        value = mapping.read(now, write.field)
        if value != write.after:
            conflicts.append(Kept(write.field, write.after, value))
            continue
        _put_back(now, write.field.split("."), write.before)
        taken.append(_undoing(actor, write))
    for name, value in now.items():
        if getattr(contact, name) != value:
            setattr(contact, name, value)
    return taken, conflicts


def _put_back(holder: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """What was not there before is not there afterwards, nor an object made to hold it."""
    first, *rest = keys
    if rest:
        _put_back(holder[first], rest, value)
        if holder[first] == {} and value is None and first != "data":
            del holder[first]
    elif value is None and first not in FIELDS:
        del holder[first]
    else:
        holder[first] = value


def _undoing(actor: Actor, write: FieldWrite) -> FieldWrite:
    return FieldWrite(
        workspace_id=write.workspace_id,
        contact_id=write.contact_id,
        execution_id=write.execution_id,
        connector_id=write.connector_id,
        step_id=write.step_id,
        field=write.field,
        action=UNDO,
        before=write.after,
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
