"""How much may arrive, counted while it arrives; and what a JSON body may hold."""

from collections.abc import Iterator
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import of_http
from app.services.problems import BadInput, NotReadable, Wrong

BODY: Final = 4 * 1024 * 1024
IMPORT: Final = 64 * 1024 * 1024
DEPTH: Final = 64
FILES: Final = ("/api/v1/contacts/import", "/_nicegui/client/")  # where people send files


class BodyLimit:
    """Counts what arrives, also where no Content-Length announced it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = IMPORT if scope["path"].startswith(FILES) else BODY
        arrived = 0

        async def counting() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > limit:
                raise BodyTooLarge(limit)
            return message

        if announced(scope) > limit:
            await of_http(BodyTooLarge(limit))(scope, receive, send)
        else:
            await self.app(scope, counting, send)


class BodyTooLarge(HTTPException):
    """Of the kind that the web framework lets through from inside its own reading."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"This is more than the {limit // 2**20} MB we accept here.")


def announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else 0
    return 0


def parse(body: bytes) -> Any:
    """Strict JSON that Postgres can keep and hand out again: anything else is refused here."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotReadable(
            f"The body is not JSON we can read: {error}.",
            hint="Send UTF-8 JSON. NaN, Infinity and numbers beyond 1e308 are not JSON.",
        ) from error
    if wrong := next(poison(value), None):
        raise BadInput([wrong])
    return value


def poison(value: Any) -> Iterator[Wrong]:
    """Where something stands that Postgres would refuse or never give back."""
    waiting = [(value, "", 0)]
    while waiting:
        here, path, depth = waiting.pop()
        if isinstance(here, str):
            if "\0" in here:
                yield Wrong(path, "A text may not hold the character U+0000.")
        elif depth > DEPTH and isinstance(here, dict | list):
            yield Wrong(path, f"This is nested deeper than {DEPTH} levels.")
        elif isinstance(here, dict):
            for name, inner in here.items():
                if "\0" in name:
                    yield Wrong(path, "A name may not hold the character U+0000.")
                waiting.append((inner, f"{path}.{name}" if path else name, depth + 1))
        elif isinstance(here, list):
            for index, inner in enumerate(here):
                waiting.append((inner, f"{path}[{index}]", depth + 1))
