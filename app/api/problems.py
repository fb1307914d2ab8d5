"""Turns everything that goes wrong into an RFC 9457 problem document."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.wording import in_our_words
from app.services.problems import (
    BadInput,
    Complaint,
    Conflict,
    NotAllowed,
    NotFound,
    NotNow,
    NotReadable,
    NotSignedIn,
    ServiceProblem,
    TooLarge,
    TooMany,
    Wrong,
)
from db.refusals import NotPermitted
from db.session import DatabaseAway
from engine.errors import BadDefinition, RunStopped

log = logging.getLogger(__name__)

TITLES: Final = {
    400: "The request cannot be read",
    401: "Not signed in",
    403: "Not your role",
    404: "Not there",
    405: "Not offered here",
    409: "Conflict",
    413: "Too large",
    422: "Bad input",
    429: "Too often",
    500: "Something went wrong on our side",
    503: "Not at the moment",
}
STATUS: Final[tuple[tuple[type[ServiceProblem], int], ...]] = (
    (NotSignedIn, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (NotReadable, 400),
    (BadInput, 422),
    (TooLarge, 413),
    (TooMany, 429),
    (NotNow, 503),
)


def problem(
    status: int,
    detail: str,
    *,
    hint: str = "",
    code: str = "",
    errors: Iterable[Complaint] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    document: dict[str, Any] = {
        "type": f"urn:connector-console:problem:{code}" if code else "about:blank",
        "title": TITLES.get(status, "Something went wrong"),
        "status": status,
        "detail": detail,
        "hint": hint,
        "errors": [_told(error) for error in errors],
    }
    return Response(
        orjson.dumps(document), status, dict(headers or {}), media_type="application/problem+json"
    )


def _told(error: Complaint) -> dict[str, str]:
    """With what to do about this one, and its step, where anybody knows."""
    more = {name: getattr(error, name, None) for name in ("hint", "step_id")}
    told = {name: str(value) for name, value in more.items() if value}
    return {"path": error.path, "message": error.message, **told}


def answer_to(error: ServiceProblem) -> Response:
    """The problem document of a wish that could not be fulfilled."""
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 400)
    headers = {}
    if retry_after := getattr(error, "retry_after", None):
        headers["Retry-After"] = str(retry_after)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.detail:
        log.info("%s: %s", error.code, error.detail)
    errors = getattr(error, "problems", ())
    return problem(
        status, error.message, hint=error.hint, code=error.code, errors=errors, headers=headers
    )


def install(app: FastAPI) -> None:
    """Every door of the API answers with problem documents from now on."""

    async def on_problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, ServiceProblem)
        return answer_to(error)

    async def on_definition(_: Request, error: Exception) -> Response:
        assert isinstance(error, BadDefinition)
        return answer_to(BadInput(error.problems, code="bad_definition"))

    async def on_stop(_: Request, error: Exception) -> Response:
        assert isinstance(error, RunStopped)
        return problem(422, str(error), hint=error.hint, code=error.code)

    async def on_validation(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer_to(of_validation(error.errors()))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        refused = of_http(error)
        if error.status_code == 405:
            refused.headers["Allow"] = ", ".join(offered(app, request.scope["path"]))
        return refused

    async def on_policy(_: Request, error: Exception) -> Response:
        return answer_to(NotAllowed("Your role does not allow this.", code="role_too_low"))

    async def on_database_away(_: Request, error: Exception) -> Response:
        log.warning("The database cannot be reached: %s", error)
        return database_away()

    app.add_exception_handler(ServiceProblem, on_problem)
    app.add_exception_handler(BadDefinition, on_definition)
    app.add_exception_handler(RunStopped, on_stop)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(NotPermitted, on_policy)
    app.add_exception_handler(DatabaseAway, on_database_away)
    app.add_middleware(NothingEscapes)


def database_away() -> Response:
    return problem(
        503,
        "The database does not answer at the moment.",
        hint="Nothing was lost. Send the request again in a few seconds.",
        code="database_away",
        headers={"Retry-After": "5"},
    )


def path_of(place: Iterable[int | str]) -> str:
    """("config", "steps", 0, "id") → config.steps[0].id"""
    path = ""
    for part in place:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def of_validation(errors: Iterable[Mapping[str, Any]]) -> ServiceProblem:
    found: list[Complaint] = []
    for error in errors:
        where, *place = error["loc"]
        if where == "path":
            return NotFound("thing")  # an id that cannot be one is the id of nothing
        found.append(Wrong(path_of(place), in_our_words(error)))
    return BadInput(found)


def of_http(error: HTTPException) -> Response:
    """What the web framework itself refuses."""
    if error.status_code == 404:
        return problem(404, "There is nothing at this address.", hint=API_HINT, code="not_found")
    if error.status_code == 405:
        return problem(
            405,
            "This address does not offer that method.",
            hint=API_HINT,
            code="method_not_offered",
        )
    if error.status_code == 413:
        hint = "Send less at once, for example in several parts."
        return problem(413, str(error.detail), hint=hint, code="too_large")
    return problem(error.status_code, str(error.detail), headers=error.headers)


def offered(app: FastAPI, path: str) -> list[str]:
    """The methods of an address, all of them: its routes stand in several places."""
    known = app.openapi()["paths"].items()
    fitting = [methods for template, methods in known if compile_path(template)[0].match(path)]
    return sorted({method.upper() for methods in fitting for method in methods})


API_HINT = "The addresses and their methods are listed in /api/docs."


class NothingEscapes:
    """The outermost layer: an error nobody foresaw is logged whole and told in one sentence."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noting(message: Any) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception:
            if scope["type"] != "http" or begun:
                raise
            log.exception("Unforeseen: %s %s", scope["method"], scope["path"])
            await our_fault()(scope, receive, send)


def our_fault() -> Response:
    return problem(
        500,
        "We did not foresee this.",
        hint="Try again. If it stays, the log of the console says more.",
        code="unforeseen",
    )
