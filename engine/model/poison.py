"""Values that would break a row, a page or a later step, made harmless where they come in.

Postgres refuses NUL and half characters, browsers choke on endless numbers, and everything
chokes on JSON a thousand levels deep. Whatever passes here can be stored and read back.
"""

import json
import math
import re
from typing import Any, Final, NoReturn

import orjson

MAX_DEPTH: Final = 64
_MARK: Final = "�"
_BAD_TEXT = re.compile("[\0\ud800-\udfff]")
_AS_ZERO = bytes.maketrans(b"123456789", b"000000000")
_LONG = b"0" * 20
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class NotJson(ValueError):
    """These bytes are no JSON, or are nested deeper than 64 levels."""


def loads(raw: bytes | str) -> Any:
    """Parse JSON and leave nothing harmful in it. A long id keeps its digits, as text."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return sanitize(_forgiving(raw))
    data = raw.encode() if isinstance(raw, str) else raw
    if _LONG in data.translate(_AS_ZERO):  # orjson would round it
        return sanitize(_forgiving(raw))
    harmless = b"\\u0000" not in data and not _may_be_deep(data)
    return value if harmless else sanitize(value)


def dumps(value: Any) -> bytes:
    """A value as JSON bytes. Raises NotJson for what JSON cannot hold."""
    try:
        return orjson.dumps(value, option=_STRICT)
    except (TypeError, ValueError, RecursionError) as problem:
        raise NotJson(str(problem)) from problem


_STRICT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS


def sanitize(value: Any, *, max_depth: int = MAX_DEPTH) -> Any:
    """The same value without NUL, half characters and numbers that have no end."""
    kind = type(value)
    if kind is str:
        return clean_text(value)
    if kind is dict or kind is list:
        if max_depth <= 0:
            raise NotJson(f"nested deeper than {MAX_DEPTH} levels")
        if kind is list:
            return [sanitize(item, max_depth=max_depth - 1) for item in value]
        return {
            clean_text(key if type(key) is str else str(key)): sanitize(
                item, max_depth=max_depth - 1
            )
            for key, item in value.items()
        }
    if kind is int:
        return value if -(2**63) <= value < 2**64 else _long_number(value)
    if kind is float:
        return value if math.isfinite(value) else None
    if value is None or kind is bool:
        return value
    raise NotJson(f"{kind.__name__} is no JSON")


def clean_text(text: str) -> str:
    """NUL and half characters become the replacement sign."""
    return _BAD_TEXT.sub(_MARK, text) if _BAD_TEXT.search(text) else text


def _long_number(value: int) -> str | None:
    # As text it keeps its digits; no number type on the way to the browser would.
    return str(value) if value.bit_length() <= 4096 else None


def _may_be_deep(data: bytes) -> bool:
    """Peel off the innermost brackets until none are left: quicker than walking the value."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return False
    brackets = data.translate(None, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if not brackets:
            return False
    return True


def _forgiving(raw: bytes | str) -> Any:
    """For the few that are strange, not wrong: half characters, 1e5000, a byte order mark."""
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8-sig")
        return json.loads(
            text.removeprefix("\ufeff"),
            parse_int=_whole,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError) as problem:
        raise NotJson(str(problem)[:200]) from problem


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= 1200 else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
