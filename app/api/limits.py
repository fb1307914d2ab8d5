"""How much may arrive, counted while it arrives."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import of_http
from engine.model.limits import BODY_BYTES, IMPORT_BYTES, MB

FILES: Final = ("/api/v1/contacts/import", "/_nicegui/client/")  # where people send files


class BodyLimit:
    """Counts what arrives, also where no Content-Length announced it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = IMPORT_BYTES if scope["path"].startswith(FILES) else BODY_BYTES
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
        super().__init__(413, f"This is more than the {limit // MB} MB we accept here.")


def announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else 0
    return 0
