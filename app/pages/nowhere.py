"""Addresses that lead nowhere, and pages that broke: said in the console's own look."""

from fastapi import Request
from nicegui import Client, app, ui
from starlette.responses import Response

from app.pages.visit import begin
from app.services.all import Services
from components.controls import box, empty_state, text
from components.frame import frame
from components.look import lay
from components.texts import _


def add(services: Services) -> None:
    framework = app.exception_handlers[404]

    async def nothing_here(request: Request, problem: Exception) -> Response:
        """Only whoever is signed in gets here as a person; files that lack stay the framework's."""
        if not hasattr(request.state, "browser") or "text/html" not in request.headers.get(
            "accept", ""
        ):
            answer: Response = await framework(request, problem)  # type: ignore[misc]
            return answer
        with Client(ui.page(""), request=request) as client:
            visit = await begin(request, services)
            with frame(visit.viewer, here="", title=_("Nothing here")):
                empty_state(
                    _("There is no page at this address"),
                    _("It may be mistyped, or the page has moved. The search finds the rest."),
                    icon_name="search",
                    action=_("Go home"),
                    href="/",
                )
        return client.build_response(request, 404)

    app.add_exception_handler(404, nothing_here)
    app.on_page_exception(_broken)


def _broken() -> None:
    """Its cause is in the log; nothing of it belongs on a screen."""
    lay()
    ui.page_title("Connector Console")
    with box("entrance"), box("card entrance-card"):
        text(_("Connector Console"), "hidden-text", tag="h1")
        empty_state(
            _("This page could not be shown"),
            _("It is not your fault, and nothing was lost. Try again in a moment."),
            icon_name="triangle-alert",
            action=_("Go home"),
            href="/",
        )
