"""The spellings in which a secret may come back from a service."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from engine.effects.secret import SHORTEST

# What PHP and Go, Python, Java, and JavaScript in its two ways leave as it is.
_LEFT_ALONE = ("", "/", "*", "!'()*", ";,/?:@&=+$!'()*#")
_RANDOM = re.compile(r"(?=.*[0-9])[\w.+/=-]{16,}", re.ASCII)
_TELLING_NAME = re.compile(r"key|token|secret|password", re.I)


def spellings(secret: str) -> set[bytes]:
    """Everything to look for; pieces too short to tell anything are left out."""
    found: set[bytes] = set()
    for piece in _pieces(secret):
        found.update(_spelled(piece))
    return {text for text in found if len(text) >= SHORTEST}


def _pieces(secret: str) -> Iterator[str]:
    """The whole secret, the lines of a key file, the telling members of a JSON key."""
    whole = secret.strip()
    yield secret
    yield whole
    if "\n" in whole:
        yield from (line for line in whole.split() if len(line) >= 16)
    if whole.startswith("{"):
        try:
            members = json.loads(whole)
        except ValueError:
            return
        for name, value in members.items():
            if isinstance(value, str) and _TELLING_NAME.search(name) and "://" not in value:
                yield from _pieces(value)


def _spelled(secret: str) -> Iterator[bytes]:
    raw = secret.encode("utf-8", "surrogatepass")
    if _RANDOM.fullmatch(secret) and not secret.isdigit():  # hex is large or small as one likes
        yield secret.lower().encode()
        yield secret.upper().encode()
    for text in _as_text(secret, raw):
        yield text.encode("utf-8", "surrogatepass")
    yield secret.encode("utf-16-le", "surrogatepass")
    yield secret.encode("utf-16-be", "surrogatepass")
    if not secret.isascii():
        yield secret.encode("latin-1", "replace")
    yield from _base64(raw)


def _as_text(secret: str, raw: bytes) -> Iterable[str]:
    percent = quote(secret, safe="", errors="surrogatepass")
    escaped = json.dumps(secret)[1:-1]
    unicode_escaped = json.dumps(secret, ensure_ascii=False)[1:-1]
    everything = "".join(f"%{byte:02X}" for byte in raw)
    return (
        secret,
        *_percent(secret),
        quote(percent, safe=""),
        everything,
        everything.lower(),
        escaped,
        unicode_escaped,
        escaped.replace("/", "\\/"),
        unicode_escaped.replace("/", "\\/"),
        json.dumps(escaped)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
        html.escape(secret).replace("&#x27;", "&#39;"),
        repr(secret)[1:-1],
        repr(raw)[2:-1],
        raw.hex(),
        raw.hex().upper(),
        raw.hex(":"),
    )


def _percent(secret: str) -> Iterator[str]:
    for safe in _LEFT_ALONE:
        for encode in (quote, quote_plus):
            text = encode(secret, safe=safe, errors="surrogatepass")
            yield text
            yield _lower_percent(text)
            if "~" in text:
                yield text.replace("~", "%7E")


def _lower_percent(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def _base64(raw: bytes) -> Iterator[bytes]:
    """Also from the middle of a longer text, which starts at one of three alignments."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(raw)
        yield whole
        yield whole.rstrip(b"=")
        yield quote(whole, safe="").encode()
        for before in range(3):
            start = (0, 2, 3)[before]  # the first signs depend on what stands before the secret
            text = encode(bytes(before) + raw).rstrip(b"=")
            end = len(text) if (before + len(raw)) % 3 == 0 else len(text) - 1
            core = text[start:end]
            if len(core) >= 8:  # shorter ones are met by chance
                yield core
