"""What a text would say if one undid the usual disguises: backwards, escaped, or encoded."""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

DEEPEST: Final = 3
_MOST: Final = 200  # readings of one text; who needs more has other plans
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_BASE32: Final = re.compile(r"[A-Z2-7]{16,}|[a-z2-7]{16,}")
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}[: ]?){6,}")
_ESCAPE: Final = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(/))")


def readings(text: str) -> Iterator[str]:
    """The text itself first, and each other reading once."""
    seen, waiting = {text}, [(text, 0)]
    yield text
    while waiting and len(seen) < _MOST:
        here, depth = waiting.pop()
        for other in _undone(here) if depth < DEEPEST else ():
            if other not in seen:
                seen.add(other)
                waiting.append((other, depth + 1))
                yield other


def _undone(text: str) -> Iterator[str]:
    yield text[::-1]
    if "%" in text:
        yield unquote(text)
    if "\\" in text:
        yield _ESCAPE.sub(_character, text)
    if "&" in text:
        yield html.unescape(text)
    for word in _BASE64.findall(text):
        for part in _from_each_slash(word):
            yield from _decoded(part)
    for word in _BASE32.findall(text):
        yield from _printable(_from_base32(word))
    for word in _HEX.findall(text):
        yield from _printable(bytes.fromhex(re.sub(r"[^0-9a-fA-F]", "", word)))


def _from_each_slash(word: str) -> Iterator[str]:
    """In an address the slash before the word is none of its signs."""
    parts = word.split("/")[-8:]
    yield word
    for number in range(1, len(parts)):
        yield "/".join(parts[number:])


def _decoded(word: str) -> Iterator[str]:
    plain = word.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return
    yield from _printable(data)


def _from_base32(word: str) -> bytes:
    """As far as it goes: its last signs may belong to what stands behind it."""
    whole = word[: len(word) - len(word) % 8]
    rest = word[len(whole) :]
    for length in (7, 5, 4, 2, 0):
        if length <= len(rest):
            try:
                return base64.b32decode((whole + rest[:length]).upper() + "=" * (-length % 8))
            except binascii.Error:
                continue
    return b""


def _printable(data: bytes) -> Iterator[str]:
    """Only what somebody could have written: else every long word has a second meaning."""
    try:
        said = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    if said.isprintable():
        yield said


def _character(found: re.Match[str]) -> str:
    return "/" if found[3] else chr(int(found[1] or found[2], 16))
