"""One open page: who looks, asked again before everything they do."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from app.pages.finding import find
from app.pages.open_pages import OPEN
from app.services.all import Services
from app.services.problems import NotAllowed, NotSignedIn
from app.services.roles import must
from app.signin import Browser, browser_of
from components.frame import Hits, Viewer
from components.texts import _
from db.session import Actor


@dataclass(slots=True)
class Visit:
    viewer: Viewer
    browser: Browser
    services: Services
    path: str

    async def me(self) -> Actor:
        """Who acts now: a sign-out or a changed role counts, whatever the page still shows."""
        actor = await self.browser.current()
        if actor is None:
            ui.navigate.to(f"/sign-in?{urlencode({'next': self.path})}")
            raise NotSignedIn(
                _("You are signed out."), hint=_("Sign in again; nothing was changed.")
            )
        return actor

    def why_not(self, action: str) -> str:
        """Why this person may not do this, for the button; empty where they may."""
        try:
            must(Actor(self.browser.user_id, self.viewer.workspace_id, self.viewer.role), action)
        except NotAllowed as refused:
            return refused.message
        return ""

    async def search(self, words: str) -> Hits:
        """For the command palette."""
        return await find(self.services, await self.me(), words)

    def remember(self, **asked: str | None) -> None:
        """Filters belong into the address: Back and a shared link then show the same."""
        words = urlencode({name: value for name, value in asked.items() if value})
        ui.navigate.history.replace(f"{self.path}?{words}" if words else self.path)


async def begin(request: Request, services: Services) -> Visit:
    """The guard has let this browser in; here it gets a name and its workspaces."""
    browser = browser_of(request)
    actor = await browser.current()
    if actor is None:
        raise NotSignedIn(_("You are signed out."), hint=_("Sign in again."))
    OPEN.opened(browser.session_id, ui.context.client)
    # The switcher shows all of a person's workspaces, not only the one this page is in.
    places = (await services.workspaces.listed(Actor(actor.user_id), limit=200)).items
    here = next((place for place in places if place.id == actor.workspace_id), None)
    viewer = Viewer(
        name=browser.email or "",
        email=browser.email or "",
        workspace_id=actor.workspace_id or "",
        workspace_name=here.name if here else _("No workspace"),
        role=actor.role or "viewer",
        workspaces=tuple((place.id, place.name) for place in places),
        saas_role=await services.admins.role_of(actor),
        is_demo=here.is_demo if here else False,
    )
    visit = Visit(viewer, browser, services, request.url.path)
    if viewer.workspace_id:
        visit.viewer = replace(viewer, search=visit.search)
    return visit
