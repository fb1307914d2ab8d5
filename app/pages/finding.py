"""What the command palette finds by its name: connectors, contacts, templates and runs."""

from collections.abc import Iterable
from uuid import UUID

from app.pages.people import name_of
from app.services.all import Services
from app.services.connectors import Narrowed
from app.services.problems import NotFound
from components.controls import words_of_run
from components.frame import Hits
from components.texts import _, pgettext
from db import executions, templates
from db.session import Actor

MOST = 6


async def find(services: Services, me: Actor, words: str) -> Hits:
    """The newest few of each kind; the lists themselves find the rest."""
    connectors = (await services.connectors.list(me, Narrowed(q=words), limit=MOST)).items
    contacts = (await services.contacts.listed(me, q=words, limit=MOST)).items
    offered = (await services.templates.listed(me, templates.Narrowed(q=words), limit=MOST)).items
    return [
        *(
            _hit(_("Connector"), one.name, f"/connectors/{one.id}", "workflow")
            for one in connectors
        ),
        *(
            _hit(_("Contact"), name_of(one), f"/contacts/{one.id}", "user", one.email or "")
            for one in contacts
        ),
        *(_hit(_("Template"), one.name, f"/templates/{one.id}", "store") for one in offered),
        *await _runs(services, me, words),
    ]


async def _runs(services: Services, me: Actor, words: str) -> Hits:
    """By whom they were about, with how they ended."""
    asked = executions.Narrowed(q=words)
    runs = (await services.history.list(me, asked, limit=MOST, light=True)).items
    about = await services.contacts.names(me, {one.contact_id for one in runs if one.contact_id})
    names = await _names(services, me, {one.connector_id for one in runs})
    return [
        _hit(
            pgettext("noun", "Run"),
            names.get(one.connector_id) or _("A deleted connector"),
            f"/runs/{one.id}",
            "activity",
            " · ".join(
                filter(
                    None,
                    (
                        about.get(one.contact_id) if one.contact_id else "",
                        words_of_run(one.status, one.outcome)[0],
                    ),
                )
            ),
        )
        for one in runs
    ]


async def _names(services: Services, me: Actor, ids: Iterable[UUID]) -> dict[UUID, str]:
    found = {}
    for one in ids:
        try:
            found[one] = (await services.connectors.get(me, one)).name
        except NotFound:
            continue
    return found


def _hit(group: str, title: str, href: str, icon: str, more: str = "") -> dict[str, str]:
    return {"title": title, "href": href, "icon": icon, "more": more, "group": group}
