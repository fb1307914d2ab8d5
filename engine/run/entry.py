"""One line of `steps_executed`: what a step did, as the record keeps it and people read it."""

from datetime import datetime
from itertools import islice
from typing import Any

from engine.errors import RunStopped
from engine.model import poison
from engine.model.limits import MB

# What the record keeps of one body or value; the run itself works with the whole.
KEPT_BYTES = 64 * 1024
# What it keeps of all steps inside loops together, and of each value once that is reached.
RECORD_BYTES = 64 * MB
GLIMPSE_BYTES = 200
# Items of a list and characters of a text that are tried for the record of a big answer.
SHORTER = ((100, 2_000), (30, 500), (10, 200), (3, 100))


def entry(
    *,
    id: str,
    name: str,
    kind: str,
    path: str,
    status: str,
    started_at: str,
    duration_ms: int,
    attempts: int = 0,
    request: dict[str, Any] | None = None,
    response: dict[str, Any] | None = None,
    extracted: dict[str, Any] | None = None,
    cached: bool = False,
    error: RunStopped | None = None,
    timed_out: bool = False,
    note: str | None = None,
) -> dict[str, Any]:
    line = {
        "id": id,
        "name": name,
        "kind": kind,
        "status": status,
        "attempts": attempts,
        "started_at": started_at,
        "duration_ms": duration_ms,
        "request": request,
        "response": response,
        "extracted": extracted or {},
        "cached": cached,
        "error": None if error is None else in_words(error),
    }
    if path != id:
        line["path"] = path
    if note:
        line["note"] = note
    if timed_out:
        line["timed_out"] = True
    return line


def in_words(error: RunStopped) -> dict[str, Any]:
    return {"code": error.code, "message": error.message, "hint": error.hint}


def text_of(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cut_body(raw: bytes, body: Any, size: int) -> tuple[Any, bool]:
    """The body for the record: whole where it is small.

    Else of the same shape with shorter lists and texts, so that people find their way in it; and
    where not even that is small, its beginning as text.
    """
    if size <= KEPT_BYTES:
        return body, False
    if isinstance(body, dict | list):
        for most, longest in SHORTER:
            less = _shorter(body, most, longest)
            if len(poison.dumps(less)) <= KEPT_BYTES:
                return less, True
    text = (raw or poison.dumps(body))[:KEPT_BYTES].decode("utf-8", "replace")
    return poison.clean_text(text), True


def _shorter(value: Any, most: int, longest: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= longest else f"{value[:longest]}…"
    if isinstance(value, list):
        return [_shorter(one, most, longest) for one in value[:most]]
    if isinstance(value, dict):
        some = islice(value.items(), 4 * most)
        return {key: _shorter(one, most, longest) for key, one in some}
    return value


def glimpse(line: dict[str, Any]) -> None:
    """Leave in the line what happened, and of what was sent and found only a beginning."""
    line["extracted"] = cut_values(line["extracted"], GLIMPSE_BYTES)
    if line["request"]:
        line["request"] = {**line["request"], "body": None}
    if line["response"]:
        line["response"] = {**line["response"], "body": None, "truncated": True}


def cut_values(values: dict[str, Any], most: int = KEPT_BYTES) -> dict[str, Any]:
    """The same names; a value too big for the record becomes the beginning of its text."""
    return {name: _cut(value, most) for name, value in values.items()}


def _cut(value: Any, most: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if len(value) <= most else value[:most] + "…"
    try:
        raw = poison.dumps(value)
    except poison.NotJson:
        return "…"
    return value if len(raw) <= most else raw[:most].decode("utf-8", "replace") + "…"
