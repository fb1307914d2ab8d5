"""Columns of many rows for unnest(), in Postgres' binary form: nothing is quoted, nothing is read
twice. The driver's own lists cost ten times as much.
"""

import re
from collections.abc import Iterable
from struct import Struct
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEAD: Final = Struct("!iiIii")  # dimensions, whether one is null, type, how many, first index
_LENGTH: Final = Struct("!i")
_NULL: Final = _LENGTH.pack(-1)
_INT: Final = Struct("!ii")
_BIGINT: Final = Struct("!iq")

# It may stand in a json text, and no value can ever be made of it.
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Array(bytes):
    """A whole array as it travels. Each type has its own class, so that the server knows it."""


class Uuids(Array):
    pass


class Texts(Array):
    pass


class Ints(Array):
    pass


class Bigints(Array):
    pass


class Jsons(Array):
    pass


class Jsonbs(Array):
    pass


_TYPES: Final[dict[type[Array], tuple[int, int]]] = {  # of an element, of the array
    Uuids: (2950, 2951),
    Texts: (25, 1009),
    Ints: (23, 1007),
    Bigints: (20, 1016),
    Jsons: (114, 199),
    Jsonbs: (3802, 3807),
}


def uuids(values: Iterable[UUID]) -> Uuids:
    return Uuids(_of(Uuids, [b"\0\0\0\x10" + value.bytes for value in values]))


def texts(values: Iterable[str | None]) -> Texts:
    """What stands in many rows is spelled once."""
    values = list(values)
    spelled = {value: _NULL if value is None else _text(value) for value in set(values)}
    return Texts(_of(Texts, [spelled[value] for value in values]))


def ints(values: Iterable[int]) -> Ints:
    return Ints(_of(Ints, [_INT.pack(4, value) for value in values]))


def bigints(values: Iterable[int]) -> Bigints:
    return Bigints(_of(Bigints, [_BIGINT.pack(8, value) for value in values]))


def jsons(values: Iterable[Any]) -> Jsons:
    """None is null, not JSON's null."""
    return Jsons(_of(Jsons, [_NULL if value is None else _json(value) for value in values]))


def jsonbs(values: Iterable[Any]) -> Jsonbs:
    return Jsonbs(_of(Jsonbs, [_NULL if value is None else _jsonb(value) for value in values]))


def _of(kind: type[Array], elements: list[bytes]) -> bytes:
    one, _ = _TYPES[kind]
    if not elements:
        return _HEAD.pack(0, 0, one, 0, 0)[:12]
    return _HEAD.pack(1, 1, one, len(elements), 1) + b"".join(elements)


def _text(value: str) -> bytes:
    raw = value.encode()
    return _LENGTH.pack(len(raw)) + raw


def _json(value: Any) -> bytes:
    raw = orjson.dumps(value)
    if b"\\u0000" in raw and _NUL.search(raw):
        raise psycopg.DataError("a NUL in a json text")
    return _LENGTH.pack(len(raw)) + raw


def _jsonb(value: Any) -> bytes:
    raw = orjson.dumps(value)
    return _LENGTH.pack(len(raw) + 1) + b"\x01" + raw


class _AsItIs(Dumper):
    format = Format.BINARY

    def dump(self, obj: bytes) -> bytes:
        return obj


def _register() -> None:
    for kind, (_, oid) in _TYPES.items():
        dumper = type(f"{kind.__name__}Dumper", (_AsItIs,), {"oid": oid})
        psycopg.adapters.register_dumper(kind, dumper)


_register()
