"""/triggers: what starts connectors by itself: the clock, a contact, a call from outside."""

from fastapi import Request

from app.pages.open_at import open_at
from app.pages.triggers.contacts import ContactTriggers
from app.pages.triggers.schedules import Schedules
from app.pages.triggers.webhooks import Webhooks
from app.pages.visit import begin
from app.services.all import Services
from app.services.connectors import Narrowed
from components.frame import frame
from components.texts import _


def add(services: Services) -> None:
    @open_at("/triggers")
    async def triggers(request: Request) -> None:
        visit = await begin(request, services)
        origin = f"{request.url.scheme}://{request.url.netloc}"
        with frame(visit.viewer, here="triggers", title=_("Triggers")):
            found = await services.connectors.list(
                await visit.me(), Narrowed(enabled=True), limit=200
            )
            connectors = {str(one.id): one.name for one in found.items}
            await Schedules(visit, services).draw(connectors)
            await ContactTriggers(visit, services).draw(connectors)
            await Webhooks(visit, services, origin).draw(connectors)
