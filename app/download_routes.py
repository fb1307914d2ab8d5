"""Files for people at a page: /downloads/…, asked for with the browser's own sign-in."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from app.pages import audit as audit_page
from app.pages.runs_asked import asked_of, narrowed
from app.services.all import Services
from app.services.answers import File
from app.services.problems import NotAllowed, NotFound
from app.services.roles import must
from app.signin import browser_of
from db.session import Actor

AUDIT: Final = "/downloads/audit.csv"
RUNS: Final = "/downloads/runs.csv"
RUN_ANSWER: Final = "/downloads/runs/{run}/answer"
TEST_ANSWER: Final = "/downloads/connectors/{connector}/answers/{step}"


def add_to(web: Starlette, services: Services) -> None:
    async def runs(request: Request) -> Response:
        """What the list shows, all of it."""
        actor = await _actor(request)
        if actor is None:
            return _signed_out()
        which = narrowed(asked_of(request.query_params))
        return StreamingResponse(
            services.exporting.runs(actor, which),
            media_type="text/csv; charset=utf-8",
            headers=attached("runs.csv"),
        )

    async def audit(request: Request) -> Response:
        """The entries that the page shows, all of them."""
        actor = await _actor(request)
        if actor is None:
            return _signed_out()
        asked = audit_page.asked_of(request.query_params)
        of_service = asked["scope"] == "service"
        try:
            if not of_service:
                must(actor, "audit.export")
            elif await services.admins.role_of(actor) is None:
                raise NotAllowed("This is for the marketplace's admins.")
        except NotAllowed as refused:
            return PlainTextResponse(refused.message, 403)
        return StreamingResponse(
            services.audit.as_csv(actor, audit_page.narrowed(asked), of_service=of_service),
            media_type="text/csv; charset=utf-8",
            headers=attached("audit.csv"),
        )

    web.add_route(AUDIT, audit, ["GET"], include_in_schema=False)

    async def of_run(request: Request) -> Response:
        """What a service said in one step of a run."""
        step = request.query_params.get("step", "")
        return await _answer(
            request, lambda me: services.answers.of_run(me, UUID(request.path_params["run"]), step)
        )

    async def of_test(request: Request) -> Response:
        """What it said in the last test of a step."""
        asked, good = request.path_params, request.query_params.get("good") != "0"
        return await _answer(
            request,
            lambda me: services.answers.of_test(me, UUID(asked["connector"]), asked["step"], good),
        )

    web.add_route(RUN_ANSWER, of_run, ["GET"], include_in_schema=False)
    web.add_route(TEST_ANSWER, of_test, ["GET"], include_in_schema=False)
    web.add_route(RUNS, runs, ["GET"], include_in_schema=False)


def attached(name: str) -> Mapping[str, str]:
    """Kept as a file, whatever is in it: no browser shows it as a page of ours."""
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}


async def _answer(request: Request, find: Callable[[Actor], Awaitable[File]]) -> Response:
    """Foreign data: kept as a file, and should a browser open it all the same, without rights."""
    actor = await _actor(request)
    if actor is None:
        return _signed_out()
    try:
        file = await find(actor)
    except (NotFound, ValueError):
        return PlainTextResponse("There is no such answer.", 404)
    headers = {**attached(file.name), "content-security-policy": "sandbox; default-src 'none'"}
    return Response(file.body, media_type=file.media_type, headers=headers)


async def _actor(request: Request) -> Actor | None:
    """Asked again for every file: a role may have been taken away since the page was opened."""
    actor = await browser_of(request).current()
    return actor if actor and actor.workspace_id else None


def _signed_out() -> Response:
    return PlainTextResponse("You are signed out.", 401)
