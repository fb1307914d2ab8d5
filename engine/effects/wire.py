"""A request on its way out: what the step asked for, checked, and then its bytes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.effects.bodies import OFFERED
from engine.effects.failures import BadCall
from engine.effects.urls import Target
from engine.model.headers import may_set

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
USER_AGENT = "ConnectorConsole/0.1 (contact enrichment)"
LARGEST_BODY = 8 * 1024 * 1024
MOST_HEADERS = 64
LARGEST_HEADERS = 32 * 1024

_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_TRAVELS_ALONG = frozenset({"accept", "accept-language", "user-agent"})

Headers = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Wire:
    """Changed by the credential that joins it, and by nothing else."""

    method: str
    target: Target
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for known, value in self.headers if known.lower() == wanted), None)

    def set_header(self, name: str, value: str) -> None:
        """The only one of its name: a credential beats what the step wrote."""
        wanted = name.lower()
        self.headers = [entry for entry in self.headers if entry[0].lower() != wanted]
        self.headers.append((name, value))

    def without_custom_headers(self) -> None:
        self.headers = [entry for entry in self.headers if entry[0].lower() in _TRAVELS_ALONG]

    def bytes(self) -> bytes:
        """The request as sent."""
        lines = [
            f"{self.method} {self.target.rest} HTTP/1.1\r\nHost: {self.target.origin.authority}"
        ]
        own = True
        accept = True
        for name, value in self.headers:
            lines.append(f"{name}: {value}")
            folded = name.lower()
            if folded == "user-agent":
                own = False
            elif folded == "accept":
                accept = False
        if own:
            lines.append(f"User-Agent: {USER_AGENT}")
        if accept:
            lines.append("Accept: */*")
        if self.body or self.method in ("POST", "PUT", "PATCH"):
            lines.append(f"Content-Length: {len(self.body)}")
        lines.append(f"Accept-Encoding: {OFFERED}\r\n\r\n")
        return "\r\n".join(lines).encode() + self.body


def check(method: str, headers: Iterable[tuple[str, str]], body: bytes) -> None:
    """Raises BadCall, naming the header and never its value."""
    if method not in METHODS:
        raise BadCall("A connector cannot use this method.", hint="Use GET, POST, PUT or PATCH.")
    if len(body) > LARGEST_BODY:
        raise BadCall("The body is larger than 8 MB.", hint="Send it in smaller parts.")
    size = count = 0
    for name, value in headers:
        check_header(name, value)
        size += len(name) + len(value) + 4
        count += 1
    if count > MOST_HEADERS or size > LARGEST_HEADERS:
        raise BadCall("The headers are too many or too long.", hint="Send less in the headers.")


def check_header(name: str, value: str) -> None:
    if not may_set(name):
        raise BadCall(
            f"A connector cannot set the header “{_shown(name)}”.",
            hint="Leave it out. Names have letters, digits and hyphens; some we set ourselves.",
        )
    if _CONTROL.search(value) or value != value.strip():
        raise BadCall(
            f"The value of the header “{name}” cannot be sent.",
            hint="It has a line break, a control character, or a space at its start or end.",
        )


def _shown(name: str) -> str:
    return _CONTROL.sub("?", name)[:60]
