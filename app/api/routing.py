"""The way of every API request: who asks, may they, is the body readable, was it done before."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.responses import Response

from app.api import idempotency, json_body
from app.api.idempotency import Way
from app.services.problems import BadInput, NotReadable, bad_field
from app.services.roles import LEAST_ROLE, must
from app.signin import sign_in_to_api
from engine.errors import BadDefinition

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

bearer = HTTPBearer(
    auto_error=False, description="An API key, or a user token where Supabase is set up."
)


def api_router() -> APIRouter:
    """Routes of /api/v1: each asks for a key and a role, and each POST knows Idempotency-Key."""
    return APIRouter(prefix="/api/v1", route_class=ConsoleRoute, dependencies=[Security(bearer)])


def needs(
    action: str, *, answers_with_secret: bool = False, in_one: bool = False
) -> Callable[[Endpoint], Endpoint]:
    """Names the line in the table of roles; every writing route must carry one. `in_one`: see
    `idempotency.Way`."""
    assert action in LEAST_ROLE, action

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.action = action  # type: ignore[attr-defined]
        endpoint.way = Way(secret=answers_with_secret, in_one=in_one)  # type: ignore[attr-defined]
        return endpoint

    return mark


class ConsoleRoute(APIRoute):
    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        action = self._action()
        parts = self.dependant.dependencies
        settles = any(one.call is idempotency.under_a_key for one in parts)
        way = replace(getattr(self.endpoint, "way", Way()), settles=settles)

        async def answer(request: Request) -> Response:
            actor = await sign_in_to_api(request)
            must(actor, action)
            refuse_nul(request)
            try:
                request = await readable(request, wants_body=self.body_field is not None)
                if request.method != "POST":
                    return await handle(request)
                return await idempotency.once(request, actor, handle, way)
            except (RequestValidationError, BadInput, BadDefinition):
                await request.app.state.sight.must_see(actor, action, request.path_params)
                raise

        return answer

    def _action(self) -> str:
        action = getattr(self.endpoint, "action", None)
        if action is None and (self.methods or set()) <= {"GET", "HEAD"}:
            return "look"
        if action is None:
            raise TypeError(f"{self.path} changes something: say what it @needs(…)")
        return str(action)


class ReadRequest(Request):
    """A request whose JSON was parsed by our rules."""

    value: Any = None

    async def json(self) -> Any:
        return self.value


def refuse_nul(request: Request) -> None:
    if b"%00" in request.scope["query_string"] or "\0" in request.scope["path"]:
        raise bad_field("query", "The address may not hold the character U+0000.")


async def readable(request: Request, *, wants_body: bool) -> Request:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = kind == "application/json" or kind.endswith("+json")
    if not wants_body or kind == "multipart/form-data":
        return request
    body = await request.body()
    if not body:
        return request
    if not is_json:
        raise NotReadable(
            "The body is not marked as JSON.",
            hint="Send it with the header Content-Type: application/json.",
        )
    read = ReadRequest(request.scope, replay(body))
    read.value = json_body.parse(body)
    return read


def replay(body: bytes) -> Callable[[], Coroutine[Any, Any, dict[str, Any]]]:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
