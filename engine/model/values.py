"""Plain JSON values as text, and what counts as empty."""

import json
from typing import Any, Final

import orjson

from engine.errors import ExpressionError
from engine.model.limits import MB, VALUE_BYTES

MAX_TEXT: Final = 1 << 20


class TooLarge(ExpressionError):
    def __init__(self) -> None:
        super().__init__(
            f"These values are larger than {VALUE_BYTES // MB} MB together.",
            hint="Keep only what is needed of an answer, or go through fewer items.",
        )


class Missing:
    """The answer of a path that leads nowhere. There is only one: MISSING."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()

_PLAIN = frozenset({str, int, float, bool, dict, list, type(None)})
# Only what JSON knows: a data class or a date that slipped in must not be spelled out.
_STRICT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_STRICT |= orjson.OPT_PASSTHROUGH_SUBCLASS


def plain(value: Any) -> Any:
    """The value itself, if JSON could hold it."""
    if type(value) not in _PLAIN:
        raise ExpressionError("This value is not plain data.", detail=type(value).__name__)
    return value


def as_text(value: Any) -> str:
    """A value as it reads inside text: null is nothing, the rest is spelled as in JSON."""
    kind = type(value)
    if kind is str:
        text: str = value
    elif value is None:
        return ""
    elif kind is bool:
        return "true" if value else "false"
    elif kind is int:
        if value.bit_length() > 4096:
            raise ExpressionError("This number is too long to be written out.")
        return str(value)
    elif kind is float:
        if value != value or value in (float("inf"), float("-inf")):
            raise ExpressionError("This number has no end, so it cannot be written out.")
        return repr(value)
    else:
        text = as_json(value)
    if len(text) > MAX_TEXT:
        raise ExpressionError("This text is longer than 1 MB.", hint="Cut it with truncate.")
    return text


def as_json(value: Any) -> str:
    """The value as compact JSON text."""
    try:
        return orjson.dumps(plain(value), option=_STRICT).decode()
    except (TypeError, ValueError, RecursionError):
        return _slowly(value)


def _slowly(value: Any) -> str:
    """For whole numbers beyond 64 bits, which is all that orjson refuses and JSON allows."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except (TypeError, ValueError, RecursionError) as problem:
        raise ExpressionError(
            "This value cannot be written as JSON.", detail=str(problem)[:200]
        ) from problem
    return text


def weight(value: Any, most: int = VALUE_BYTES, known: dict[int, int] | None = None) -> int:
    """About how many bytes the value would be as JSON. Raises TooLarge beyond `most`: lists that
    hold each other are small in memory and endless when they are written."""
    try:
        total = _weight(value, most, {} if known is None else known)
    except RecursionError as problem:
        raise TooLarge from problem
    if total > most:
        raise TooLarge
    return total


def _weight(value: Any, most: int, known: dict[int, int]) -> int:
    """What stands in several places is weighed once and counted each time."""
    kind = type(value)
    if kind is str:
        return len(value) + 2
    if kind is not list and kind is not dict:
        return 4
    if (total := known.get(id(value))) is not None:
        return total
    total = 2 + len(value) if kind is list else 2 + 4 * len(value) + sum(map(len, value))
    for one in value if kind is list else value.values():
        total += len(one) + 2 if type(one) is str else _weight(one, most, known)
        if total > most:
            raise TooLarge
    known[id(value)] = total
    return total


def is_empty(value: Any) -> bool:
    """Null, nothing, blank text, an empty list or object. 0 and false are values."""
    if value is None or value is MISSING:
        return True
    if type(value) is str:
        return not value or value.isspace()
    return type(value) in (list, dict) and not value
