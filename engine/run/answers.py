"""What a service answered, as values: JSON where it is JSON, else text, else nothing."""

import re
from contextlib import suppress
from typing import Any

from engine.effects.egress import Answer
from engine.errors import RunStopped
from engine.model import poison
from engine.record import record

# A service may name one of these; Python knows others that are no charsets at all.
CHARSETS = frozenset({
    "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "iso-8859-2",
    "iso-8859-15", "windows-1250", "windows-1251", "windows-1252", "cp1252", "utf-16", "koi8-r",
    "shift_jis", "euc-jp", "euc-kr", "gb2312", "gbk", "gb18030", "big5",
})  # fmt: skip
_BEGINS = re.compile(rb"\s*[{\[]")
_CHARSET = re.compile(r"(?:charset|encoding)=[\"']?([\w-]{1,40})", re.IGNORECASE)
_ONE_A_LINE = re.compile(r"ndjson|json-?l|json-?seq|stream\+json")


@record
class Reading:
    """An answer as rules, paths and expressions see it."""

    status: int
    headers: dict[str, str]
    body: Any
    is_data: bool = True  # JSON, or nothing at all: a path can be followed into it

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").lower()


class NoData(RunStopped):
    """The service answered, though with something no value can be picked from."""

    code = "no_data"

    def __init__(self, host: str, kind: str) -> None:
        if "html" in kind:
            message = f"{host} answered with a web page instead of data."
            hint = "Often that is a sign-in or an error page: check the address and the key."
        elif "json" in kind:
            message = f"{host} answered with data that is damaged or breaks off."
            hint = "Try again. If it happens each time, tell the service."
        else:
            message = f"{host} answered with plain text where values were to be picked."
            hint = "Pick the whole answer with $, or ask the service for JSON."
        super().__init__(message, hint=hint)


def read(answer: Answer) -> Reading:
    """Never raises: what cannot be read as JSON is text."""
    headers: dict[str, str] = {}
    for name, value in answer.headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if not answer.body or answer.body.isspace():
        return Reading(answer.status, headers, None)
    kind = headers.get("content-type", "").lower()
    # Many services send JSON under a name of their own, or under none; some call it a web page,
    # as their language does by itself.
    if "html" not in kind or _BEGINS.match(answer.body):
        try:
            return Reading(answer.status, headers, _data(answer.body, kind))
        except poison.NotJson:
            pass
    return Reading(answer.status, headers, _text(answer.body, kind), is_data=False)


def _data(raw: bytes, kind: str) -> Any:
    """One value, or a list of those that stand one on a line. Raises NotJson."""
    if _ONE_A_LINE.search(kind):
        with suppress(poison.NotJson):
            return _values(raw)
    try:
        return poison.loads(raw)
    except poison.NotJson:
        text = _text(raw, kind)
    with suppress(poison.NotJson):
        return poison.loads(text)
    if not _BEGINS.match(raw):
        raise poison.NotJson("text")
    return _values(text.encode())


def _values(raw: bytes) -> list[Any]:
    lines = raw.replace(b"\x1e", b"").replace(b"\r\n", b"\n").strip()
    while b"\n\n" in lines:
        lines = lines.replace(b"\n\n", b"\n")
    values: list[Any] = poison.loads(b"[%b]" % lines.replace(b"\n", b","))
    return values


def _text(raw: bytes, kind: str) -> str:
    said = kind if _CHARSET.search(kind) or raw[:1] != b"<" else raw[:1000].decode("latin-1")
    named = _CHARSET.search(said)
    charset = named[1].lower() if named else ""
    if charset not in CHARSETS:
        charset = _guessed(raw)
    return poison.clean_text(raw.decode(charset, "replace").removeprefix("\ufeff"))


def _guessed(raw: bytes) -> str:
    """Of a text that does not say so itself. Old services write in one sign a byte."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if raw[1:2] == b"\0":
        return "utf-16-le"
    if raw[:1] == b"\0":
        return "utf-16-be"
    read = raw.decode("utf-8", "replace")
    return "utf-8" if read.isascii() or any("\x7f" < sign != "�" for sign in read) else "cp1252"
