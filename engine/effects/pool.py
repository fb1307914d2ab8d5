"""Connections that wait for the next request, each to an address that was checked."""

import asyncio

from engine.effects.connection import Connection
from engine.effects.urls import Key

PER_ORIGIN = 64
IN_ALL = 512
IDLE_S = 15.0
OLDEST_S = 300.0  # then the name is looked up and checked anew
FRESH_S = 3.0  # many services hang up after 5 seconds without a request


class Pool:
    """Keeps the most recently used ones; closes what waited too long."""

    def __init__(
        self, per_origin: int = PER_ORIGIN, in_all: int = IN_ALL, idle_s: float = IDLE_S
    ) -> None:
        self._per_origin = per_origin
        self._in_all = in_all
        self._idle_s = idle_s
        self._stacks: dict[Key, list[Connection]] = {}
        self._waiting: dict[Connection, Key] = {}  # in the order in which they were parked
        self._sweep: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self, key: Key, *, repeatable: bool) -> Connection | None:
        """`repeatable`: the request may be sent again should the connection prove dead."""
        stack = self._stacks.get(key)
        while stack:
            connection = stack.pop()
            del self._waiting[connection]
            now = asyncio.get_running_loop().time()
            if not connection.reusable or now - connection.opened_at > OLDEST_S:
                connection.close()
            elif repeatable or now - connection.parked_at < FRESH_S:
                return connection
            else:
                connection.close()
        self._stacks.pop(key, None)
        return None

    def park(self, key: Key, connection: Connection) -> None:
        if not connection.reusable:
            connection.close()
            return
        loop = asyncio.get_running_loop()
        connection.parked_at = loop.time()
        stack = self._stacks.setdefault(key, [])
        stack.append(connection)
        self._waiting[connection] = key
        if len(stack) > self._per_origin:
            self._drop(stack[0])
        elif len(self._waiting) > self._in_all:
            self._drop(next(iter(self._waiting)))
        if self._sweep is None:
            self._sweep = loop.call_later(self._idle_s / 3, self._close_idle)

    def close(self) -> None:
        if self._sweep is not None:
            self._sweep.cancel()
        for connection in list(self._waiting):
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        key = self._waiting.pop(connection)
        stack = self._stacks[key]
        stack.remove(connection)
        if not stack:
            del self._stacks[key]
        connection.close()

    def _close_idle(self) -> None:
        loop = asyncio.get_running_loop()
        too_old = loop.time() - self._idle_s
        for connection in list(self._waiting):
            if connection.parked_at > too_old and connection.reusable:
                continue
            self._drop(connection)
        self._sweep = loop.call_later(self._idle_s / 3, self._close_idle) if self._waiting else None
