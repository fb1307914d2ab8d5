"""Masks secrets wherever they turn up: in what we show, keep, and hand to the next step."""

import re
from collections.abc import Iterable, Sequence
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
# As JSON, scripts and web pages spell one sign.
_SLASH = re.compile(rb"\\+/")
_ESCAPED = re.compile(
    rb"\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))|&#(?:[xX]0*([0-9a-fA-F]{1,5})|0*([0-9]{1,6}));"
)
_NAMED = {b"&lt;": b"<", b"&gt;": b">", b"&quot;": b'"', b"&apos;": b"'"}
_DEEPEST = 200

Headers = Iterable[tuple[str, str]]
RawHeaders = Sequence[tuple[str, bytes]]


class Redactor:
    """Looks for a few secrets in all their spellings at once. Without secrets it is free."""

    def __init__(self, secrets: Iterable[str]) -> None:
        found: set[bytes] = set()
        for secret in secrets:
            found |= spellings(secret)
        self._pattern: Any = _compiled(found) if found else None

    def __repr__(self) -> str:
        return "Redactor()"

    def finds(self, data: bytes) -> bool:
        """Whether a secret is in there, plain or behind the escapes of JSON, scripts and pages."""
        if self._pattern is None:
            return False
        if self._pattern.search(data):
            return True
        return _is_escaped(data) and bool(self._pattern.search(_unescaped(data)))

    def sees(self, data: bytes) -> bool:
        """The same, and percent signs are undone too: for what is about to leave."""
        return self.finds(data) or (
            self._pattern is not None and b"%" in data and self.finds(unquote_to_bytes(data))
        )

    def body(self, data: bytes) -> bytes:
        """The same data with every secret masked; what was JSON stays JSON."""
        if not self.finds(data):
            return data
        masked = self._masked(data)
        # A masked number is no JSON any more, and a secret may still hide behind escapes.
        if self.finds(masked) or (_reads(data) and not _reads(masked)):
            try:
                return orjson.dumps(self.data(orjson.loads(data)))
            except (ValueError, RecursionError):
                return self._hidden(data)
        return masked

    def text(self, text: str) -> str:
        data = text.encode("utf-8", "surrogatepass")
        if not self.finds(data):
            return text
        return self._hidden(data).decode("utf-8", "replace")

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

    def _hidden(self, data: bytes) -> bytes:
        """Masked; without its escapes where a secret hides behind them."""
        masked = self._masked(data)
        return self._masked(_unescaped(masked)) if self.finds(masked) else masked

    def _masked(self, data: bytes) -> bytes:
        masked: bytes = self._pattern.sub(_MASK, data)
        return masked


class Redactors:
    """Those of all credentials of a run. What holds no secret is looked at once."""

    def __init__(self, each: Sequence[Redactor]) -> None:
        self._each = each

    def first(self, secret: str) -> "Redactors":
        """One more, made for a single call. A key may be a part of it, so it goes first."""
        return Redactors([Redactor([secret]), *self._each])

    def request(
        self, url: str, headers: Headers, body: bytes
    ) -> tuple[str, tuple[tuple[str, str], ...], bytes]:
        """Address, headers and body of a request: masked by name where the name tells."""
        url = _without_telling_members(url)
        named = tuple((name, MASK if _header_tells(name) else text) for name, text in headers)
        if self._each and self._see(
            "\n".join([url, *(text for _, text in named)]).encode() + b"\n" + body
        ):
            url = self.text(url)
            named = tuple((name, self.text(text)) for name, text in named)
            body = self.body(body)
        return url, named, body

    def answer(self, headers: RawHeaders, body: bytes) -> tuple[tuple[tuple[str, str], ...], bytes]:
        """Headers and body of an answer. Its other headers feed the steps that follow."""
        seen = self._each and self._see(b"\n".join([body, *(value for _, value in headers)]))
        if seen:
            headers = [(name, self.body(value)) for name, value in headers]
            body = self.body(body)
        shown = [
            (name, MASK if name in _TELLING_ANSWER_HEADERS else _spelled(value))
            for name, value in headers
        ]
        return tuple(shown), body

    def body(self, data: bytes) -> bytes:
        for redactor in self._each:
            data = redactor.body(data)
        return data

    def text(self, text: str) -> str:
        for redactor in self._each:
            text = redactor.text(text)
        return text

    def url(self, url: str) -> str:
        return self.text(_without_telling_members(url))

    def _see(self, data: bytes) -> bool:
        return any(redactor.finds(data) for redactor in self._each)


def _spelled(value: bytes) -> str:
    """Of a header, which old services write in one byte a sign."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _without_telling_members(url: str) -> str:
    before, mark, query = url.partition("?")
    if not mark:
        return url
    return f"{before}?{'&'.join(map(_shown_member, query.split('&')))}"


def _shown_member(member: str) -> str:
    name, equals, value = member.partition("=")
    return f"{name}={MASK}" if equals and value and _query_tells(name) else member


@lru_cache(maxsize=1024)
def _header_tells(name: str) -> bool:
    return _TELLING_HEADER.fullmatch(name) is not None


@lru_cache(maxsize=1024)
def _query_tells(name: str) -> bool:
    return _TELLING_QUERY.fullmatch(name) is not None


def _reads(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except ValueError:
        return False
    return True


def _is_escaped(data: bytes) -> bool:
    """Said so that data without any costs nothing."""
    if b"\\" in data and (b"\\u" in data or b"\\/" in data or b"\\x" in data):
        return True
    return b"&" in data and (b"&#" in data or b"&amp;" in data)


def _unescaped(data: bytes) -> bytes:
    """The same text, however often its signs were escaped."""
    while b"&amp;" in data:
        data = data.replace(b"&amp;", b"&")
    data = _ESCAPED.sub(_character, _SLASH.sub(b"/", data))
    for name, sign in _NAMED.items():
        data = data.replace(name, sign)
    return data


def _character(found: re.Match[bytes]) -> bytes:
    hexadecimal = found[1] or found[2] or found[3]
    code = int(hexadecimal, 16) if hexadecimal else int(found[4])
    return chr(code).encode("utf-8", "replace") if code < 0x110000 else found[0]


def _compiled(found: set[bytes]) -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    options.log_errors = False
    longest_first = sorted(found, key=len, reverse=True)
    return re2.compile(b"|".join(map(re2.escape, longest_first)), options)
