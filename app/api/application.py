"""The API as one application of its own: what it promises holds for every route in it."""

from collections.abc import Iterable
from typing import Any, Final

from fastapi import APIRouter, FastAPI

from app.api import problems
from app.api.idempotency import Keeper
from app.api.limits import BodyLimit
from app.api.sight import Sight
from app.services.accounts import Accounts

DESCRIPTION: Final = """\
Build, test and run connectors from a program.

**Signing in.** `Authorization: Bearer KEY`. A key belongs to one user in one workspace and acts \
with that user's role. What belongs to another workspace is answered like what is not there: 404.

**Trouble** is told in problem documents (RFC 9457): `title`, `status`, `detail`, `hint` (what to \
do next), and `errors: [{path, message}]` where something sent was wrong.

**Lists** come newest first: `?limit=50&cursor=…`, and `next_cursor` in the answer.

**Idempotency-Key** may stand on every POST: for 24 hours the same key, route and body give the \
same answer, another body 422, and 409 with Retry-After while the first is at work.
"""

IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "The same key and body within 24 hours give the same answer.",
}
TROUBLE: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "hint", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "hint": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {
                    "path": {"type": "string"},
                    "message": {"type": "string"},
                    "hint": {"type": "string"},
                    "step_id": {"type": "string"},
                },
            },
        },
    },
}


def build(
    routers: Iterable[APIRouter], *, accounts: Accounts, keeper: Keeper, sight: Sight
) -> FastAPI:
    """Everything under /api, /health and /metrics; served beside the pages by the guard."""
    api = Api(
        title="Connector Console",
        version="1",
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    api.state.accounts = accounts
    api.state.keeper = keeper
    api.state.sight = sight
    for router in routers:
        api.include_router(router)
    problems.install(api)
    api.add_middleware(BodyLimit)
    return api


class Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = _completed(super().openapi())
        return self.openapi_schema


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    """What holds everywhere is written once here instead of at each route."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = TROUBLE
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation.setdefault("tags", [path.removeprefix("/api/v1").strip("/").split("/")[0]])
            if method == "post":
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {
                "description": "A problem document.",
                "content": {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            }
    return document
