"""Reads an address strictly, so that what was checked is what will be dialled."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, urljoin

import idna

from engine.effects.failures import DestinationRefused
from engine.model.urls import as_sent
from engine.record import record

LONGEST = 8000
Key = tuple[str, str, int]  # scheme, host, port
DEFAULT_PORTS = {"http": 80, "https": 443}

# The host part goes to getaddrinfo, which cuts at NUL and reads numbers in a dozen spellings:
# nothing reaches it that is not a plain name, and numbers are read here.
_REFUSED = re.compile(
    "[\x00-\x20\x7f\\\\\x85\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]"
)
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://([^/?#]*)([^#]*)", re.S)
_IN_BRACKETS = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::(.*))?", re.A | re.S)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.A)
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*", re.A)
_QUAD = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}", re.A)
_PORT = re.compile(r"[0-9]{1,5}", re.A)
_ODD_IN_PATH = re.compile(r"[^!$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]")
# fmt: off
_SPECIAL_SUFFIXES = (
    ".alt", ".arpa", ".corp", ".home", ".internal", ".intranet", ".invalid", ".lan", ".local",
    ".localdomain", ".localhost", ".onion",
)
# fmt: on


@dataclass(frozen=True)
class Origin:
    """Who would be called: scheme, canonical host and port."""

    scheme: str
    host: str
    port: int
    ip: IPv4Address | IPv6Address | None = None  # where the host is a number
    special: bool = False  # a name that only has a meaning inside some network

    @cached_property
    def key(self) -> Key:
        return self.scheme, self.host, self.port

    @cached_property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@record
class Target:
    """A whole address: the origin, and the path with its query as it goes on the wire."""

    origin: Origin
    rest: str

    def __str__(self) -> str:
        return f"{self.origin.scheme}://{self.origin.authority}{self.rest}"


def parse(url: str) -> Target:
    """Raises DestinationRefused for anything two readers could understand differently."""
    if len(url) > LONGEST:
        raise DestinationRefused("longer than 8000 characters")
    if odd := _REFUSED.search(url):
        raise DestinationRefused(f"character {ord(odd[0]):#x} at {odd.start()}")
    parts = _URL.match(url)
    if parts is None:
        raise DestinationRefused("not an absolute address")
    scheme, authority, rest = parts.groups()
    if not rest.startswith("/"):
        rest = "/" + rest
    if _ODD_IN_PATH.search(rest):
        rest = quote(rest, safe="!$%&'()*+,-./:;=?@_~[]")
    return Target(parse_origin(scheme.lower(), authority), rest)


def follow(current: Target, location: str) -> Target:
    """Where a redirect leads. Never from https down to http."""
    location = as_sent(location)
    if _REFUSED.search(location):
        raise DestinationRefused("character in a redirect")
    try:
        target = parse(urljoin(str(current), location))
    except ValueError:
        raise DestinationRefused("redirect to nowhere") from None
    if current.origin.scheme == "https" and target.origin.scheme == "http":
        raise DestinationRefused("redirect from https to http")
    return target


@lru_cache(maxsize=4096)
def parse_origin(scheme: str, authority: str) -> Origin:
    if scheme not in DEFAULT_PORTS:
        raise DestinationRefused("scheme")
    if "@" in authority:
        raise DestinationRefused("user name in the address")
    if authority.startswith("["):
        return _ipv6(scheme, authority)
    text, colon, port = authority.partition(":")
    host = canonical_name(text)
    number = _ipv4(host)
    if number and not text.isascii():
        raise DestinationRefused("a number in disguise")
    special = "." not in host or host.endswith(_SPECIAL_SUFFIXES)
    return Origin(scheme, host, _port(scheme, port if colon else None), number, special)


def canonical_name(text: str) -> str:
    """A host name in lower-case ASCII, without the final dot."""
    host = text
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, std3_rules=True).decode()
        except (idna.IDNAError, UnicodeError):
            raise DestinationRefused("international name") from None
    host = host.lower().removesuffix(".")
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise DestinationRefused("host name")
    for label in labels:
        if label.startswith("xn--"):
            try:
                idna.decode(label)
            except (idna.IDNAError, UnicodeError):
                raise DestinationRefused("international name") from None
    return host


def _ipv4(host: str) -> IPv4Address | None:
    if not _NUMERIC.fullmatch(host.rpartition(".")[2]):
        return None
    if not _QUAD.fullmatch(host):
        raise DestinationRefused("IPv4 in another spelling")
    try:
        return IPv4Address(host)
    except ValueError:
        raise DestinationRefused("IPv4") from None


def _ipv6(scheme: str, authority: str) -> Origin:
    parts = _IN_BRACKETS.fullmatch(authority)
    if parts is None:
        raise DestinationRefused("IPv6")
    try:
        number = IPv6Address(parts[1])
    except ValueError:
        raise DestinationRefused("IPv6") from None
    return Origin(scheme, str(number), _port(scheme, parts[2]), number)


def _port(scheme: str, text: str | None) -> int:
    if text is None:
        return DEFAULT_PORTS[scheme]
    if not _PORT.fullmatch(text) or not 1 <= int(text) <= 65535:
        raise DestinationRefused("port")
    return int(text)
