"""Back from a service's login page: /oauth/callback keeps the permission, then shows the keys, or
the connector it was all for."""

import logging
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.services.connecting import LATE, STRANGER, Connecting
from app.services.problems import NotFound, ServiceProblem
from app.signin import browser_of
from engine.errors import RunStopped

logger = logging.getLogger(__name__)

CALLBACK: Final = "/oauth/callback"
SHOWN: Final = "/credentials"


def add_to(web: Starlette, connecting: Connecting) -> None:
    async def callback(request: Request) -> Response:
        actor = await browser_of(request).current()
        code, state = request.query_params.get("code"), request.query_params.get("state")
        if actor is None or not code or not state:
            return _back("refused")
        try:
            done = await connecting.finish(actor, state, code)
        except (ServiceProblem, RunStopped) as problem:
            logger.info("a service was not connected: %s", problem.message)
            return _back(code_of(problem))
        if done.next_address:
            return RedirectResponse(done.next_address, 303)
        return _back(connector_id=done.connector_id)

    web.add_route(CALLBACK, callback, ["GET"], include_in_schema=False)


def redirect_uri(request: Request) -> str:
    """Where the service sends the person back to: this console, as its visitor sees it."""
    return f"{request.url.scheme}://{request.url.netloc}{CALLBACK}"


def code_of(problem: ServiceProblem | RunStopped) -> str:
    """Addresses are kept in histories and logs, and anybody can write one: a code, no words."""
    if isinstance(problem, RunStopped):
        return "token"
    if isinstance(problem, NotFound):
        return "gone"
    return problem.code if problem.code in (LATE, STRANGER) else "refused"


def _back(problem: str = "", connector_id: UUID | None = None) -> Response:
    if connector_id is not None:
        return RedirectResponse(f"/connectors/{connector_id}", 303)
    told = {"problem": problem} if problem else {"done": "connected"}
    return RedirectResponse(f"{SHOWN}?{urlencode(told)}", 303)
