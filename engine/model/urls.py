"""Addresses with expressions: each value is written the way its place in the address asks for.

>>> compile_url("https://x.test/people/{{ who }}")({"who": "ada/../admin"})
'https://x.test/people/ada%2F..%2Fadmin'
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from engine.errors import ExpressionError
from engine.model.expressions import Hole, Scope, Text, answer, parse
from engine.model.values import MAX_TEXT, as_text

Piece = Callable[[Scope], str]

_HOLE = "\0"
_PARTS = re.compile(r"(\0|https?://[^/?#]*)([^?#]*)(.*)", re.DOTALL | re.IGNORECASE)
_HOST_PART = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_WITH_PORT = re.compile(_HOST_PART.pattern + r"(:[0-9]{1,5})?")
_GIVEN_PATH = re.compile(r"/[^\s\\#]*")
_ENDING = re.compile(f"{_WITH_PORT.pattern}|{_GIVEN_PATH.pattern}")
_WITH_PATH = re.compile(_WITH_PORT.pattern + r"(/[^\s\\?#/]+)*")
_BASE = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)


_WRITTEN = re.compile(r"((?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*)?([^?#]*)(.*)", re.DOTALL)
_ODD = re.compile('[ "<>^`{|}\u0080-\ud7ff\ue000-\U0010ffff]')
_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]*")
_PLACE = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[^\s@%:\\\[\]]{1,253})(?::([0-9]{1,5}))?")
_UNSENDABLE = re.compile(r"[\x01-\x20\x7f\\\x85\xa0\u2028\u2029\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Shape:
    """An address cut into where it goes, its path, and the rest, with its holes in order."""

    base: str
    path: str
    rest: str
    holes: tuple[Hole, ...]

    @property
    def host(self) -> str | None:
        """The host and port as written, or None where an expression has a say in it."""
        return None if _HOLE in self.base else self.base.partition("://")[2].lower()

    @property
    def has_a_possible_host(self) -> bool:
        """Whether it could be one at all; whether it may be called is decided at the call."""
        found = _PLACE.fullmatch(self.host) if self.host is not None else None
        if self.host is None or found is None:
            return self.host is None
        labels = found[1].removesuffix(".").split(".") if found[1][0] != "[" else ["ip"]
        named = all(0 < len(label) < 64 and label.strip("-") == label for label in labels)
        return named and (found[2] is None or 0 < int(found[2]) < 65536)

    @property
    def is_sendable(self) -> bool:
        """Without the signs that only encoded may stand in an address."""
        return not _UNSENDABLE.search(self.path + self.rest)

    @property
    def host_holes(self) -> tuple[Hole, ...]:
        return self.holes[: self.base.count(_HOLE)]


def shape(text: str) -> Shape:
    """How an address is built. Raises where it does not begin like one."""
    parsed = parse(text)
    if _HOLE in text:
        raise ExpressionError("An address cannot hold this character.")
    found = _PARTS.fullmatch(_skeleton(parsed))
    if not found or found[1].endswith("://"):
        raise ExpressionError(
            "An address begins with https:// and a host.",
            hint="Such as https://api.example.com/people",
        )
    return Shape(found[1], found[2], found[3], tuple(parsed.holes))


def _skeleton(parsed: Text) -> str:
    return "".join(_HOLE if type(part) is Hole else str(part) for part in parsed.parts)


def as_sent(written: str) -> str:
    """An address that a service wrote, whole or relative, the way a browser would send it.

    >>> as_sent(" /people?q=Ada Lovelace&in=[é] ")
    '/people?q=Ada%20Lovelace&in=[%C3%A9]'

    The host stays as it is, for whoever judges it; and so does what a browser would drop.
    """
    found = _WRITTEN.fullmatch(written.strip(" "))
    if found is None:
        return written
    host, path, rest = found[1] or "", found[2], found[3].replace("\\", "%5C")
    return host + _ODD.sub(lambda odd: quote(odd[0]), path + rest)


def compile_url(text: str) -> Piece:
    """Values in the path and query are percent-encoded. A whole path segment must not come out
    empty, since the call would then mean something else."""
    address = shape(text)
    holes = iter(address.holes)
    pieces = _base(address.base, holes)
    for place, segment in enumerate(address.path.split("/")):
        parts = _filled(segment, holes, _encoded)
        pieces += [_constant("/")] if place else []
        pieces += [_segment(parts)] if _HOLE in segment and place else parts
    pieces += _filled(address.rest, holes, _encoded)

    def url(scope: Scope) -> str:
        made = "".join([piece(scope) for piece in pieces])
        if len(made) > MAX_TEXT:
            raise ExpressionError("The address is longer than 1 MB.")
        return made

    return url


def _base(base: str, holes: Iterator[Hole]) -> list[Piece]:
    """Where the call goes. Only the end of a host may bring a port: eu.example.com:8443. A setting
    of the credential may be the host and the path an account has there: acme.example.com/crm. What
    follows a host may be a path that a service gave: /jobs/7?view=full."""
    if base == _HOLE:
        return [_whole(next(holes))]
    before, mark, after = base.rpartition(_HOLE)
    pieces = _filled(before, holes, lambda hole: _in_host(hole, _HOST_PART))
    if mark:
        last = next(holes)
        pieces.append(_in_host(last, _HOST_PART if after else _end(before, last)))
    return [*pieces, _constant(after)]


def _end(before: str, hole: Hole) -> re.Pattern[str]:
    host = before.partition("://")[2]
    if not host:
        told = all(name.keys[0] == "credential" for name in hole.names)
        return _WITH_PATH if told else _WITH_PORT
    return _GIVEN_PATH if ":" in host else _ENDING


def _filled(text: str, holes: Iterator[Hole], write: Callable[[Hole], Piece]) -> list[Piece]:
    return [
        write(next(holes)) if part == _HOLE else _constant(part)
        for part in re.split(f"({_HOLE})", text)
        if part
    ]


def _constant(text: str) -> Piece:
    return lambda scope: text


def percent_encoded(text: str, *, errors: str = "strict") -> str:
    """The text as it may stand in a path or query: most of it is plain, and stays."""
    return text if _UNRESERVED.fullmatch(text) else quote(text, safe="", errors=errors)


def encoded(value: Any) -> str:
    """A value as it may stand in a path or query."""
    try:
        return percent_encoded(as_text(value))
    except UnicodeEncodeError as problem:
        raise ExpressionError("The address would hold half a character.") from problem


def _encoded(hole: Hole) -> Piece:
    if hole.filters[-1:] == ("urlencode",):  # whoever wrote it meant once, not twice
        return lambda scope: as_text(answer(hole, scope))
    return lambda scope: encoded(answer(hole, scope))


def _segment(parts: list[Piece]) -> Piece:
    def value(scope: Scope) -> str:
        made = "".join([part(scope) for part in parts])
        if not made:
            raise ExpressionError(
                "A part of the address came out empty.",
                hint="Skip the step where the value is missing, or give it a default.",
            )
        if made in (".", ".."):  # would go up, to another call
            raise ExpressionError(f"A part of the address came out as “{made}”.")
        return made

    return value


def _in_host(hole: Hole, shaped: re.Pattern[str]) -> Piece:
    def value(scope: Scope) -> str:
        text = as_text(answer(hole, scope))
        text = as_sent(text) if text[:1] == "/" else text
        if not shaped.fullmatch(text):
            raise ExpressionError("A value in the host name is no part of a host name.")
        return text

    return value


def _whole(hole: Hole) -> Piece:
    def value(scope: Scope) -> str:
        found = answer(hole, scope)
        address = as_sent(found) if type(found) is str else ""
        if not _BASE.fullmatch(address):
            raise ExpressionError("The address does not begin with https:// and a host.")
        return address

    return value
