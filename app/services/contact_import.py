"""Contacts out of a CSV file: good rows go in, broken ones are told, none takes others along."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, Final

import orjson

from app.services.contacts import checked, workspace_of, write_over, writes
from app.services.csv_file import Table, fields_of, open_table
from app.services.csv_rows import Broken
from app.services.problems import BadInput, bad_field
from app.services.roles import must
from db import audit, contacts
from db.session import Actor, Database

BATCH: Final = 1000
ERRORS_TOLD: Final = 1000
ROWS_LOOKED_AT: Final = 200
EXAMPLES: Final = 3

Progress = Callable[["Imported"], bool]  # whether to go on


@dataclass(slots=True)
class RowError:
    row: int
    message: str


@dataclass(slots=True)
class Imported:
    """What came of it. Rows are numbered as a spreadsheet does: the titles are row 1."""

    created: int = 0
    updated: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)
    columns: dict[str, str | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def fail(self, row: int, message: str) -> None:
        self.failed += 1
        if len(self.errors) < ERRORS_TOLD:
            self.errors.append(RowError(row, message))


@dataclass(frozen=True, slots=True)
class Seen:
    """One column before anything is imported: its title, what it holds, where it would go."""

    title: str
    examples: tuple[str, ...]
    field: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    columns: tuple[Seen, ...]
    rows: int
    notes: tuple[str, ...]


Row = tuple[int, dict[str, Any]]


class ContactImport:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, actor: Actor, file: BinaryIO) -> Preview:
        """What is in the file, and which field each column would fill. Nothing is kept."""
        must(actor, "contacts.import")
        return await asyncio.to_thread(_look, file)

    async def run(
        self,
        actor: Actor,
        file: BinaryIO,
        *,
        mapping: str | dict[str, str | None] | None = None,
        match: str | None = None,
        on_progress: Progress | None = None,
    ) -> Imported:
        """`match="email"` changes the contact that has this e-mail; otherwise every row is new.

        What is in when `on_progress` wants no more of it stays in.
        """
        must(actor, "contacts.import")
        workspace_id = workspace_of(actor)
        if match not in (None, "email"):
            raise bad_field("match", "Contacts are matched by email, or not at all.")
        wanted = _mapping(mapping)
        table = await asyncio.to_thread(open_table, file)
        fields = fields_of(table.titles, wanted)
        told = Imported(columns=dict(zip(table.titles, fields, strict=True)))
        told.notes += _notes(table)
        rows = _readable(table, fields, told)
        while batch := await asyncio.to_thread(_next, rows):
            if match is None:
                await self._add(actor, workspace_id, batch, told)
            else:
                await self._merge(actor, workspace_id, batch, told)
            if on_progress and not on_progress(told):
                break
        await self._note(actor, told)
        return told

    async def _add(
        self, actor: Actor, workspace_id: str, batch: Sequence[Row], told: Imported
    ) -> None:
        async with self._database.session_for(actor) as session:
            await contacts.add_many(session, workspace_id, [values for _, values in batch])
        told.created += len(batch)

    async def _merge(
        self, actor: Actor, workspace_id: str, batch: Sequence[Row], told: Imported
    ) -> None:
        """What the file leaves empty stays as it is."""
        updated, created = 0, 0
        emails = [_email(values) for _, values in batch]
        times = Counter(emails)
        async with self._database.session_for(actor) as session:
            known = await contacts.by_email(session, workspace_id, list(filter(None, times)))
            new: list[dict[str, Any]] = []
            rest: list[dict[str, Any]] = []
            for email, (_, values) in zip(emails, batch, strict=True):
                is_new = not email or (email not in known and times[email] == 1)
                (new if is_new else rest).append(values)
            await contacts.add_many(session, workspace_id, new)
            created += len(new)
            for values in rest:
                email = _email(values)
                contact = known.get(email)
                if contact is not None:
                    session.add_all(writes(actor, contact, write_over(contact, values)))
                    updated += 1
                    continue
                contact = await contacts.add(session, workspace_id, values)
                created += 1
                known[email] = contact
        told.updated += updated
        told.created += created

    async def _note(self, actor: Actor, told: Imported) -> None:
        async with self._database.session_for(actor) as session:
            audit.note(
                session,
                actor,
                "contacts.imported",
                after={
                    "created": told.created,
                    "updated": told.updated,
                    "failed": told.failed,
                },
            )


def _email(values: dict[str, Any]) -> str:
    return (values.get("email") or "").lower()


def _look(file: BinaryIO) -> Preview:
    table = open_table(file)
    fields = fields_of(table.titles, None)
    examples: list[list[str]] = [[] for _ in table.titles]
    count = 0
    for row in table.rows:
        if isinstance(row, Broken) or not any(cell.strip() for cell in row):
            count += isinstance(row, Broken)
            continue
        count += 1
        if count <= ROWS_LOOKED_AT:
            for kept, cell in zip(examples, row, strict=False):
                if (text := cell.strip()) and text not in kept and len(kept) < EXAMPLES:
                    kept.append(text[:80])
    columns = tuple(
        Seen(title, tuple(kept), field)
        for title, kept, field in zip(table.titles, examples, fields, strict=True)
    )
    return Preview(columns, count, tuple(_notes(table)))


def _mapping(given: str | dict[str, str | None] | None) -> dict[str, str | None]:
    if isinstance(given, str):
        try:
            given = orjson.loads(given)
        except orjson.JSONDecodeError as error:
            raise bad_field("mapping", "The mapping is not JSON.") from error
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(
        value is None or isinstance(value, str) for value in given.values()
    ):
        raise bad_field("mapping", "The mapping is an object: column title to field or null.")
    return given


def _notes(table: Table) -> Iterator[str]:
    if table.encoding == "cp1252":
        yield (
            "The file is not UTF-8; it was read as Latin-1 (Windows-1252). "
            "Check names with accents."
        )
    elif table.encoding.startswith("utf-16"):
        yield "The file was read as UTF-16."
    if table.delimiter != ",":
        name = {";": "semicolons", "\t": "tabs"}[table.delimiter]
        yield f"The columns are separated by {name}."


def _next(rows: Iterator[Row]) -> list[Row]:
    return list(islice(rows, BATCH))


def _readable(table: Table, fields: list[str | None], told: Imported) -> Iterator[Row]:
    for number, row in enumerate(table.rows, start=2):
        if isinstance(row, Broken):
            told.fail(number, row.message)
        elif any(cell.strip() for cell in row):
            try:
                yield number, _values(row, fields)
            except BadInput as error:
                told.fail(number, error.message)


def _values(row: list[str], fields: list[str | None]) -> dict[str, Any]:
    if len(row) > len(fields):
        extra = len(row) - len(fields)
        raise bad_field("row", f"This row has {extra} more cells than there are columns.")
    values: dict[str, Any] = {"data": {}}
    for name, cell in zip(fields, row, strict=False):
        text = cell.strip()
        if name is None or not text:
            continue
        if "\0" in text or "�" in text:
            raise bad_field(name, f"{name} holds a character that cannot be kept.")
        if name.startswith("data."):
            values["data"][name.removeprefix("data.")] = text
        else:
            values[name] = text
    if len(values) == 1 and not values["data"]:
        raise bad_field("row", "No column of this row fills a field.")
    return checked(values)
