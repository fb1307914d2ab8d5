"""A service that each test writes for itself: routes, a ledger, and a stern eye on what arrives."""

import json
from collections.abc import Callable
from typing import Any

from tests.providers.server import HangUp, Headers, Received, Reply, Server

__all__ = ["HangUp", "Received", "Stub", "answer"]

Answering = Callable[[Received], Reply]


def answer(value: Any = None, status: int = 200, *headers: tuple[str, str]) -> Reply:
    """JSON; nothing where there is no value; text as it is."""
    if value is None:
        return Reply(status, b"", list(headers))
    if isinstance(value, str):
        return Reply(status, value.encode(), [("content-type", "text/plain"), *headers])
    kind: Headers = [("content-type", "application/json; charset=utf-8")]
    return Reply(status, json.dumps(value).encode(), [*kind, *headers])


class Stub:
    def __init__(self) -> None:
        self.ledger: list[Received] = []
        self.complaints: list[str] = []
        self._routes: dict[tuple[str, str], Answering] = {}
        self._server = Server(self._receive)

    def start(self) -> "Stub":
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def on(self, method: str, path: str) -> Callable[[Answering], Answering]:
        """What this route answers; a path that ends in * stands for all that begin so."""

        def keep(answering: Answering) -> Answering:
            self._routes[method, path] = answering
            return answering

        return keep

    @property
    def told(self) -> list[str]:
        """The ledger in short: GET /people, POST /people."""
        return [f"{one.method} {one.path}" for one in self.ledger]

    async def _receive(self, call: Received) -> Reply:
        self.ledger.append(call)
        found = self._routes.get((call.method, call.path))
        for (method, path), answering in self._routes.items():
            begins = path.endswith("*") and call.path.startswith(path[:-1])
            if found is None and method == call.method and begins:
                found = answering
        if found is None:
            return answer({"error": f"no {call.method} {call.path}"}, 418)
        try:
            return found(call)
        except (AssertionError, KeyError, ValueError) as wrong:
            self.complaints.append(f"{call.method} {call.path}: {wrong!r}"[:2000])
            return answer({"error": "not as the facts say"}, 418)
