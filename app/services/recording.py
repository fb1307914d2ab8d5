"""Turns what runs did into rows, workspace by workspace, all in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from db import records
from db.records import Connection
from engine.model import mapping
from engine.queue.shelf import Ended, HandedBack, Paused, Record, Step, Told
from engine.run.events import StepStarted
from engine.run.task import End

Row = dict[str, Any]


async def keep(
    connection: Connection, owner: str, apart: Mapping[str, Sequence[Record]]
) -> set[UUID]:
    """Write everything of the executions still held; answers with those that are not.

    The transaction is inside the first workspace already; statements that need no answer travel
    together.
    """
    lost: set[UUID] = set()
    events: dict[str, list[Row]] = {}
    inside = next(iter(apart))
    async with connection.pipeline():
        for workspace_id, written in apart.items():
            inside = await _enter(connection, workspace_id, inside)
            claims = {record.claim.execution_id: record.claim.fence for record in written}
            held = await records.hold(connection, owner, claims)
            if len(held) < len(claims):
                lost |= claims.keys() - held.keys()
                written = [one for one in written if one.claim.execution_id in held]
            await _write(connection, workspace_id, written, held)
            events[workspace_id] = list(_events(written, held))
        for workspace_id, rows in events.items():
            if rows:
                inside = await _enter(connection, workspace_id, inside)
                await records.tell(connection, workspace_id, rows)
    return lost


async def _enter(connection: Connection, workspace_id: str, inside: str) -> str:
    if workspace_id != inside:
        await records.enter(connection, workspace_id)
    return workspace_id


async def _write(
    connection: Connection, workspace_id: str, ours: Sequence[Record], held: Mapping[UUID, UUID]
) -> None:
    if steps := [_step(record) for record in ours if isinstance(record, Step)]:
        await records.add_steps(connection, workspace_id, steps)
    if current := _current(ours):
        await records.show_current(connection, current)
    if released := [_released(one) for one in ours if isinstance(one, Paused | HandedBack)]:
        await records.release(connection, workspace_id, released)
    if ended := [record for record in ours if isinstance(record, Ended)]:
        await _map(connection, workspace_id, ended, held)
        await records.finish(
            connection, [final_row(one.claim.execution_id, one.end) for one in ended]
        )


async def _map(
    connection: Connection, workspace_id: str, ended: Sequence[Ended], held: Mapping[UUID, UUID]
) -> None:
    """Write what runs found to their contacts as these are now, not as they were at the start."""
    mapped = {one.claim.execution_id: one.end.mapped for one in ended if one.end.mapped}
    if not mapped:
        return
    found = await records.lock_contacts(connection, list(mapped))
    # Two runs on one contact end in one group: the second sees what the first wrote.
    fresh: dict[str, Row] = {contact["id"]: contact for contact in found.values()}
    writes: list[Row] = []
    for execution_id, stale in found.items():
        contact = fresh[stale["id"]]
        changes = mapping.apply(contact, mapped[execution_id])
        contact.update(mapping.written(contact, changes))
        writes += [
            _field_write(execution_id, held[execution_id], contact["id"], change)
            for change in changes
            if change.action != "keep"
        ]
    if writes:
        changed = {write["contact_id"] for write in writes}
        contacts = [fresh[contact_id] for contact_id in changed]
        await records.change_contacts(connection, workspace_id, contacts, writes)


def _field_write(
    execution_id: UUID, connector_id: UUID, contact_id: str, change: mapping.Change
) -> Row:
    return {
        "contact_id": contact_id,
        "execution_id": execution_id,
        "connector_id": connector_id,
        "step_id": change.step_id,
        "field": change.field,
        "action": change.action,
        "before": change.before,
        "after": change.after,
    }


def _step(record: Step) -> Row:
    mark = record.mark
    return {
        "execution_id": record.claim.execution_id,
        "path": mark.path,
        "position": mark.position,
        "entry": mark.entry,
        "result": mark.result,
    }


def _current(ours: Sequence[Record]) -> dict[UUID, str]:
    """Steps begun in this group and not finished in it: short ones are never shown as current."""
    current: dict[UUID, str] = {}
    for record in ours:
        if isinstance(record, Told) and isinstance(record.mark, StepStarted):
            current[record.claim.execution_id] = record.mark.step_id
        elif (
            isinstance(record, Step)
            and current.get(record.claim.execution_id) == record.mark.step_id
        ):
            del current[record.claim.execution_id]
    return current


def _released(record: Paused | HandedBack) -> Row:
    pause = record.pause if isinstance(record, Paused) else None
    return {
        "execution_id": record.claim.execution_id,
        "after_s": pause.after_s if pause else 0,
        "state": pause.state if pause else None,
    }


def final_row(execution_id: UUID, end: End) -> Row:
    return {
        "execution_id": execution_id,
        "status": end.status,
        "outcome": end.outcome,
        "entries": end.entries or None,
        "output": end.output,
        "error_code": end.error_code,
        "error_message": end.error_message,
        "error_hint": end.error_hint,
    }


def _events(ours: Sequence[Record], held: Mapping[UUID, UUID]) -> Iterator[Row]:
    said: dict[UUID, str] = {}  # a step says itself that it waits
    for record in ours:
        execution_id = record.claim.execution_id
        event: Row = {"execution_id": execution_id, "connector_id": held[execution_id]}
        match record:
            case Told(_, mark):
                said[execution_id] = mark.sentence
                yield event | {
                    "type": mark.type,
                    "step_id": mark.step_id,
                    "sentence": mark.sentence,
                }
            case Step(_, mark):
                yield event | {
                    "type": mark.type,
                    "step_id": mark.step_id,
                    "status": mark.status,
                    "sentence": mark.sentence,
                }
            case Paused(_, pause) if said.get(execution_id) != pause.sentence:
                yield event | {"type": "step.retry", "sentence": pause.sentence}
            case Ended(_, end):
                yield finished_event(execution_id, held[execution_id], end)


def finished_event(execution_id: UUID, connector_id: UUID, end: End) -> Row:
    return {
        "execution_id": execution_id,
        "connector_id": connector_id,
        "type": "execution.finished",
        "status": end.status,
        "outcome": end.outcome,
        "sentence": end.sentence,
    }
