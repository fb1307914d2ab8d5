"""?limit=50&cursor=… and {"items": […], "next_cursor": …}: keyset paging, newest first."""

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel

from app.services.listing import Slice
from app.services.problems import bad_field

Row = TypeVar("Row")
Shape = TypeVar("Shape")

Limit = Annotated[int, Query(ge=1, le=200, description="How many items to answer with.")]
Cursor = Annotated[
    str | None, Query(max_length=500, description="`next_cursor` of the page before.")
]


class Page(BaseModel, Generic[Shape]):
    items: list[Shape]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which slice is asked for: rows older than `after` (time, id)."""

    limit: int
    after: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, slots=True)
class AskedByNumber:
    """The same for rows with growing numbers."""

    limit: int
    after: int | None = None


@dataclass(frozen=True, slots=True)
class AskedByText:
    """The same where ids are text, as those of workspaces are."""

    limit: int
    after: tuple[datetime, str] | None = None


def _asked_by_text(limit: Limit = 50, cursor: Cursor = None) -> AskedByText:
    if cursor is None:
        return AskedByText(limit)
    try:
        at, name = _read(cursor)
        if not isinstance(name, str) or "\0" in name:
            raise ValueError(name)
        return AskedByText(limit, (datetime.fromisoformat(at).astimezone(UTC), name))
    except (ValueError, TypeError, OverflowError) as error:
        raise _not_ours() from error


def _asked(limit: Limit = 50, cursor: Cursor = None) -> Asked:
    if cursor is None:
        return Asked(limit)
    try:
        at, number = _read(cursor)
        moment = datetime.fromisoformat(at).astimezone(UTC)
        return Asked(limit, (moment, UUID(number)))
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise _not_ours() from error


def _asked_by_number(limit: Limit = 50, cursor: Cursor = None) -> AskedByNumber:
    if cursor is None:
        return AskedByNumber(limit)
    try:
        (number,) = _read(cursor)
        if not isinstance(number, int) or not 0 <= number < 2**63:
            raise ValueError(number)
        return AskedByNumber(limit, number)
    except (ValueError, TypeError) as error:
        raise _not_ours() from error


Paging = Annotated[Asked, Depends(_asked)]
TextPaging = Annotated[AskedByText, Depends(_asked_by_text)]
NumberPaging = Annotated[AskedByNumber, Depends(_asked_by_number)]


def page(rows: Slice[Row], shape: Callable[[Row], Any]) -> dict[str, Any]:
    """The answer to a list of rows that have `created_at` and `id`."""
    last: Any = rows.items[-1] if rows.more else None
    cursor = _write(last.created_at.isoformat(), str(last.id)) if last is not None else None
    return {"items": [shape(row) for row in rows.items], "next_cursor": cursor}


def page_of(
    found: Iterable[Row],
    asked: Asked,
    shape: Callable[[Row], Any],
    number: Callable[[Row], UUID] = attrgetter("id"),
) -> dict[str, Any]:
    """The same of a list that is never long, and so was looked up as a whole."""

    def key(row: Any) -> tuple[datetime, UUID]:
        return row.created_at, number(row)

    newest_first = sorted(found, key=key, reverse=True)
    rest = [row for row in newest_first if asked.after is None or key(row) < asked.after]
    items, more = rest[: asked.limit], len(rest) > asked.limit
    at, last = key(items[-1]) if items else (None, None)
    cursor = _write(at.isoformat(), str(last)) if more and at else None
    return {"items": [shape(row) for row in items], "next_cursor": cursor}


def page_by_number(
    rows: Slice[Row],
    shape: Callable[[Row], Any],
    number: Callable[[Row], int] = attrgetter("id"),
) -> dict[str, Any]:
    cursor = _write(number(rows.items[-1])) if rows.more else None
    return {"items": [shape(row) for row in rows.items], "next_cursor": cursor}


def _write(*key: str | int) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def _read(cursor: str) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, orjson.JSONDecodeError) as error:
        raise ValueError(cursor) from error
    if not isinstance(key, list):
        raise TypeError(cursor)
    return key


def _not_ours() -> Exception:
    return bad_field(
        "cursor",
        "This cursor is not one of ours.",
        hint="Use next_cursor of the page before, unchanged, or leave it out.",
    )
