"""Turns what runs did into rows, workspace by workspace, all in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from db import held as held_runs
from db import pages as read_pages
from db import records
from db.records import Connection
from engine.model import mapping
from engine.queue.shelf import Claim, Current, Ended, HandedBack, Page, Paused, Record, Step, Told
from engine.run.events import Mark, StepFinished
from engine.run.task import End

Row = dict[str, Any]
Contacts = Mapping[UUID | None, Row]  # as they are now


async def keep(
    connection: Connection, owner: str, apart: Mapping[str, Sequence[Record]]
) -> set[UUID]:
    """Write everything of the executions still held; answers with those that are not.

    The transaction is inside the first workspace already. One wait in each: for what is still
    ours, and how its contacts are now.
    """
    lost: set[UUID] = set()
    events: dict[str, list[Row]] = {}
    inside = next(iter(apart))
    for workspace_id, written in apart.items():
        inside = await records.go_to(connection, workspace_id, inside)
        held, contacts = await _held(connection, owner, written)
        if gone := {one.claim.execution_id for one in written if one.claim not in held}:
            lost |= gone
            written = [one for one in written if one.claim in held]
        await _write(connection, workspace_id, written, contacts)
        events[workspace_id] = list(_events(written))
    for workspace_id, rows in events.items():
        if rows:
            inside = await records.go_to(connection, workspace_id, inside)
            await records.tell(connection, workspace_id, rows)
    return lost


async def _held(
    connection: Connection, owner: str, written: Sequence[Record]
) -> tuple[set[Claim], Contacts]:
    claims = {record.claim for record in written}
    fences = {claim.execution_id: claim.fence for claim in claims}
    asked = await records.hold(connection, owner, fences)
    contacts = await _to_change(connection, written)
    held = {row[0] for row in await asked.fetchall()}
    ours = {one for one in claims if one.execution_id in held}
    return {one for one in ours if fences[one.execution_id] == one.fence}, contacts


async def _to_change(connection: Connection, written: Sequence[Record]) -> Contacts:
    found = {
        one.claim.contact_id
        for one in written
        if type(one) is Ended and one.end.mapped and one.claim.contact_id
    }
    if not found:
        return {}
    return dict(await (await records.contacts_to_change(connection, found)).fetchall())


async def _write(
    connection: Connection, workspace_id: str, ours: Sequence[Record], contacts: Contacts
) -> None:
    if steps := list(_steps(ours)):
        await records.add_steps(connection, workspace_id, steps)
    if pages := [_page(one) for one in ours if type(one) is Page]:
        await read_pages.add(connection, workspace_id, pages)
    if current := {one.claim.execution_id: one.step_id for one in ours if type(one) is Current}:
        await records.show_current(connection, current)
    if released := [_released(one) for one in ours if isinstance(one, Paused | HandedBack)]:
        await records.release(connection, workspace_id, released)
        if on_hold := [row for row in released if "held_for" in row]:
            await held_runs.hold(connection, on_hold)
    if ended := [record for record in ours if isinstance(record, Ended)]:
        await _map(connection, workspace_id, ended, contacts)
        await records.finish(
            connection, [final_row(one.claim.execution_id, one.end, one.current) for one in ended]
        )


async def _map(
    connection: Connection, workspace_id: str, ended: Sequence[Ended], contacts: Contacts
) -> None:
    """Write what runs found to their contacts as these are now, not as they were at the start.
    Of two runs on one contact that end in one group, the second sees what the first wrote."""
    writes: list[Row] = []
    for one in ended:
        contact = contacts.get(one.claim.contact_id)
        if contact is None or not one.end.mapped:  # without one, or it was deleted meanwhile
            continue
        changes = mapping.apply(contact, one.end.mapped)
        contact.update(mapping.written(contact, changes))
        writes += [_field_write(one.claim, change) for change in changes if change.action != "keep"]
    if writes:
        changed = {write["contact_id"] for write in writes}
        fresh = [contacts[contact_id] for contact_id in changed]
        await records.change_contacts(connection, workspace_id, fresh, writes)


def _field_write(claim: Claim, change: mapping.Change) -> Row:
    return {
        "contact_id": claim.contact_id,
        "execution_id": claim.execution_id,
        "connector_id": claim.connector_id,
        "step_id": change.step_id,
        "field": change.field,
        "action": change.action,
        "before": change.before,
        "after": change.after,
    }


def _steps(ours: Sequence[Record]) -> Iterator[Row]:
    for record in ours:
        if isinstance(record, Step):
            yield _step(record.claim, record.mark)
        elif isinstance(record, Ended) and record.last and _may_go_on(record.end):
            yield _step(record.claim, record.last)


def _may_go_on(end: End) -> bool:
    """Another attempt may want to know the last step, too; of a success the record says all."""
    return end.status != "success" or end.outcome == "partly"


def _step(claim: Claim, mark: StepFinished) -> Row:
    return {
        "execution_id": claim.execution_id,
        "path": mark.path,
        "position": mark.position,
        "entry": mark.entry,
        "result": mark.result,
    }


def _page(record: Page) -> Row:
    mark = record.mark
    return {
        "execution_id": record.claim.execution_id,
        "path": mark.path,
        "number": mark.number,
        "items": mark.items,
        "next": mark.next,
    }


def _released(record: Paused | HandedBack) -> Row:
    pause = record.pause if isinstance(record, Paused) else None
    row: Row = {
        "execution_id": record.claim.execution_id,
        "after_s": pause.after_s if pause else 0,
        "state": pause.state if pause else None,
    }
    if pause and (held := pause.held):
        row |= {
            "held_for": held.why,
            "held_by": held.credential_id,
            "error_code": held.code,
            "error_message": held.message,
            "error_hint": held.hint,
        }
    return row


def final_row(execution_id: UUID, end: End, current: str | None = None) -> Row:
    return {
        "execution_id": execution_id,
        "status": end.status,
        "outcome": end.outcome,
        "entries": end.entries or None,
        "output": end.output,
        "current": current,
        "error_code": end.error_code,
        "error_message": end.error_message,
        "error_hint": end.error_hint,
    }


def _events(ours: Sequence[Record]) -> Iterator[Row]:
    for record in ours:
        claim = record.claim
        match record:
            case Told(_, mark) | Step(_, mark):
                yield _told(claim, mark)
            case Paused(_, pause, told=False):
                yield {
                    "execution_id": claim.execution_id,
                    "connector_id": claim.connector_id,
                    "type": "step.retry",
                    "sentence": pause.sentence,
                }
            case Ended(_, end, last):
                if last is not None:
                    yield _told(claim, last)
                yield finished_event(claim.execution_id, claim.connector_id, end)


def _told(claim: Claim, mark: Mark) -> Row:
    return {
        "execution_id": claim.execution_id,
        "connector_id": claim.connector_id,
        "type": mark.type,
        "step_id": mark.step_id,
        "status": mark.status if type(mark) is StepFinished else None,
        "sentence": mark.sentence,
    }


def finished_event(execution_id: UUID, connector_id: UUID | None, end: End) -> Row:
    return {
        "execution_id": execution_id,
        "connector_id": connector_id,
        "type": "execution.finished",
        "status": end.status,
        "outcome": end.outcome,
        "sentence": end.sentence,
    }
