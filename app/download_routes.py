"""Files for people at a page: /downloads/…, asked for with the browser's own sign-in."""

from collections.abc import Mapping
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from app.pages import audit as audit_page
from app.pages.runs_asked import asked_of, narrowed
from app.services.all import Services
from app.services.problems import NotAllowed
from app.services.roles import must
from app.signin import browser_of
from db.session import Actor

AUDIT: Final = "/downloads/audit.csv"
RUNS: Final = "/downloads/runs.csv"


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
    web.add_route(RUNS, runs, ["GET"], include_in_schema=False)


def attached(name: str) -> Mapping[str, str]:
    """Kept as a file, whatever is in it: no browser shows it as a page of ours."""
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}


async def _actor(request: Request) -> Actor | None:
    """Asked again for every file: a role may have been taken away since the page was opened."""
    actor = await browser_of(request).current()
    return actor if actor and actor.workspace_id else None


def _signed_out() -> Response:
    return PlainTextResponse("You are signed out.", 401)
