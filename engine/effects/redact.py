"""Masks secrets wherever they turn up: in what we show, keep, and hand to the next step."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
import re2

from engine.effects.secret import MASK
from engine.effects.variants import spellings

_MASK = MASK.encode()
_MEMORY = 64 << 20  # for key files; a pattern takes what it needs

_TELLING_HEADER = re.compile(
    r"(?!.*idempotency)(?:(?:proxy-)?authorization|(?:set-)?cookie2?|(?:.*[-_])?"
    r"(?:token|secret|key|apikey|password|passwd|signature|credentials?|authorization|auth))",
    re.I,
)
_TELLING_QUERY = re.compile(
    r"(?!.*(?:page|next|sync|continuation|idempotency))(?:.*[-_.])?"
    r"(?:token|secret|key|apikey|accesskey|password|passwd|pwd|signature|sig|auth|authorization"
    r"|access_?token|client_?secret)",
    re.I,
)
# Only what opens something: an answer's other headers feed the steps that follow.
# fmt: off
_TELLING_ANSWER_HEADERS = frozenset({
    "authorization", "proxy-authorization", "authentication-info", "set-cookie", "set-cookie2",
    "cookie", "x-api-key", "api-key", "x-auth-token", "x-access-token", "x-refresh-token",
    "x-session-token", "x-amz-security-token",
})
# fmt: on
_ESCAPED = re.compile(rb"\\+u([0-9a-fA-F]{4})")
_DEEPEST = 200

Headers = Iterable[tuple[str, str]]


class Redactor:
    """Looks for a few secrets in all their spellings at once. Without secrets it is free."""

    def __init__(self, secrets: Iterable[str]) -> None:
        found: set[bytes] = set()
        for secret in secrets:
            found |= spellings(secret)
        self._pattern: Any = _compiled(found) if found else None

    def __repr__(self) -> str:
        return "Redactor()"

    def sees(self, data: bytes) -> bool:
        """Whether a secret is in there, however it is escaped."""
        if self._pattern is None:
            return False
        if self._pattern.search(data):
            return True
        if b"\\" in data and self._pattern.search(_unescaped(data)):
            return True
        return b"%" in data and bool(self._pattern.search(unquote_to_bytes(data)))

    def body(self, data: bytes) -> bytes:
        """The same data with every secret masked."""
        if self._pattern is None:
            return data
        if self._pattern.search(data):
            data = self._pattern.sub(_MASK, data)
        if (b"\\u" in data or b"\\/" in data) and self._pattern.search(_unescaped(data)):
            data = self._masked_inside(data)
        return data

    def text(self, text: str) -> str:
        if self._pattern is None:
            return text
        data = text.encode("utf-8", "surrogatepass")
        masked = self.body(data)
        return text if masked is data else masked.decode("utf-8", "surrogatepass")

    def data(self, value: Any, depth: int = 0) -> Any:
        """The same JSON value, masked leaf by leaf, keys too."""
        if self._pattern is None:
            return value
        if depth > _DEEPEST:
            return MASK
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.data(member, depth + 1) for key, member in value.items()}
        if isinstance(value, list | tuple):
            return [self.data(member, depth + 1) for member in value]
        if isinstance(value, int | float) and self._pattern.search(str(value).encode()):
            return MASK
        return value

    def _masked_inside(self, data: bytes) -> bytes:
        """A secret hides behind escapes: it is read as JSON, masked and written anew."""
        try:
            return orjson.dumps(self.data(orjson.loads(data)))
        except (ValueError, RecursionError):
            return bytes(self._pattern.sub(_MASK, _unescaped(data)))


def shown_headers(headers: Headers, redactors: Iterable[Redactor]) -> tuple[tuple[str, str], ...]:
    """Headers of a request: masked by name where the name tells, else by value."""
    return tuple(
        (name, MASK if _header_tells(name) else _text(value, redactors)) for name, value in headers
    )


def answer_header(name: str, value: str, redactors: Iterable[Redactor]) -> str:
    return MASK if name in _TELLING_ANSWER_HEADERS else _text(value, redactors)


def shown_url(url: str, redactors: Iterable[Redactor]) -> str:
    """An address with its telling query members and its secrets masked."""
    before, mark, query = url.partition("?")
    if mark:
        members = [_shown_member(member) for member in query.split("&")]
        url = f"{before}?{'&'.join(members)}"
    return _text(url, redactors)


def _shown_member(member: str) -> str:
    name, equals, value = member.partition("=")
    return f"{name}={MASK}" if equals and value and _query_tells(name) else member


@lru_cache(maxsize=1024)
def _header_tells(name: str) -> bool:
    return _TELLING_HEADER.fullmatch(name) is not None


@lru_cache(maxsize=1024)
def _query_tells(name: str) -> bool:
    return _TELLING_QUERY.fullmatch(name) is not None


def _text(text: str, redactors: Iterable[Redactor]) -> str:
    for redactor in redactors:
        text = redactor.text(text)
    return text


def _unescaped(data: bytes) -> bytes:
    r"""Text with `\u0041` and `\/` undone, however often they were escaped."""
    data = re.sub(rb"\\+/", b"/", data)
    return _ESCAPED.sub(_character, data)


def _character(found: re.Match[bytes]) -> bytes:
    return chr(int(found[1], 16)).encode("utf-8", "replace")


def _compiled(found: set[bytes]) -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    options.log_errors = False
    longest_first = sorted(found, key=len, reverse=True)
    return re2.compile(b"|".join(map(re2.escape, longest_first)), options)
