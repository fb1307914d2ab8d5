"""The hosts a credential was made for."""

from collections.abc import Iterable

from engine.effects.failures import DestinationRefused
from engine.effects.urls import Origin, parse_origin


class Hosts:
    """`host`, `host:port` or `*.example.com`: one or more labels more, never the bare name."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._exact: set[str | tuple[str, int]] = set()
        self._below: set[tuple[str, int | None]] = set()
        for entry in entries:
            host, port, below = read(entry)
            if below:
                self._below.add((f".{host}", port))
            else:
                self._exact.add(host if port is None else (host, port))

    def allow(self, origin: Origin) -> bool:
        if origin.host in self._exact or (origin.host, origin.port) in self._exact:
            return True
        return origin.ip is None and any(
            origin.host.endswith(end) and port in (None, origin.port) for end, port in self._below
        )


def read(entry: str) -> tuple[str, int | None, bool]:
    """Host, port or None, and whether it stands for the names below. Raises ValueError."""
    below = entry.startswith("*.")
    try:
        origin = parse_origin("https", entry.removeprefix("*."))
    except DestinationRefused:
        raise ValueError(f"“{entry}” is not a host such as api.example.com.") from None
    if below and (origin.special or origin.ip is not None):
        raise ValueError(f"“{entry}” is too wide: write at least *.example.com.")
    bare = entry.rpartition("]")[2]
    return origin.host, origin.port if ":" in bare else None, below
