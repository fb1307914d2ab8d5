"""Who may come in, and what one of them may not do."""

from app.pages.visit import Visit
from components.controls import empty_state
from components.frame import frame
from components.texts import _


async def turned_away(visit: Visit, here: str, title: str) -> bool:
    """A page for admins, looked at by somebody who is none, says so."""
    if visit.viewer.saas_role is not None:
        return False
    with frame(visit.viewer, here=here, title=title):
        empty_state(
            _("This is for the marketplace's admins"),
            _("Ask an owner of the marketplace to add you."),
            icon_name="lock",
            action=_("Home"),
            href="/",
        )
    return True


async def why_not(visit: Visit, permission: str) -> str:
    if permission in await visit.services.admins.may(await visit.me()):
        return ""
    return _("Your permissions do not include this. Ask an owner of the marketplace.")
