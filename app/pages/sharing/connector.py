"""/connectors/{id}/share: publish a connector as a template."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import Request

from app.pages.open_at import open_at
from app.pages.sharing.form import draw_form
from app.pages.sharing.sharing import Sharing
from app.pages.sharing.standing import draw_standing
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import Conflict, NotAllowed, NotFound
from app.services.sharing import Proposal
from components.controls import box, empty_state, error_card, text
from components.frame import frame
from components.sentences import translated
from components.sharing import state_card
from components.texts import _
from engine.errors import BadDefinition


def add(services: Services) -> None:
    @open_at("/connectors/{connector_id}/share")
    async def share(request: Request, connector_id: str) -> None:
        visit = await begin(request, services)
        try:
            found = await services.sharing.proposal(await visit.me(), UUID(connector_id))
        except (NotFound, ValueError):
            _not_there(visit)
        except NotAllowed as refused:
            _refused(visit, refused, connector_id)
        except (BadDefinition, Conflict):
            _not_whole(visit, connector_id)
        else:
            await _draw(visit, found, UUID(connector_id))


async def _draw(visit: Visit, found: Proposal, connector_id: UUID) -> None:
    crumbs = [
        (_("Connectors"), "/connectors"),
        (str(found.said["name"]), f"/connectors/{connector_id}"),
    ]
    opened = await visit.services.drafts.open(await visit.me(), connector_id)
    with frame(visit.viewer, here="connectors", title=_("Publish as template"), crumbs=crumbs):
        if opened.revision:
            _say_it_is_a_draft(opened.connector.version)
        place = box("stack")

        async def draw(now: Proposal) -> None:
            place.clear()
            with place:
                draw_standing(now.template)
                if now.overtaken:
                    _say_it_was_overtaken(begin_again)
                await draw_form(Sharing(visit, now.said, now.template, connector_id, again))

        async def again() -> None:
            """After each publishing: its state is another one then."""
            await draw(await visit.services.sharing.proposal(await visit.me(), connector_id))

        async def begin_again() -> None:
            await visit.services.sharing.begin_again(await visit.me(), connector_id)
            await again()

        await draw(found)


def _say_it_was_overtaken(begin_again: Callable[[], Awaitable[None]]) -> None:
    error_card(
        _("The template was changed since this copy was made."),
        _("What you publish here takes the place of that change."),
        tone="warn",
        action=_("Begin again from the template"),
        on_action=begin_again,
    )


def _say_it_is_a_draft(version: int) -> None:
    words = _("Your draft has changes that are not published. Others get version {n} of it.")
    with state_card("warn", "pencil"):
        text(words.format(n=version), "small")


def _not_there(visit: Visit) -> None:
    with frame(visit.viewer, here="connectors", title=_("No such connector")):
        empty_state(
            _("There is no such connector"),
            _("It may have been deleted, or belong to another workspace."),
            icon_name="workflow",
            action=_("See all connectors"),
            href="/connectors",
        )


def _refused(visit: Visit, refused: NotAllowed, connector_id: str) -> None:
    with frame(visit.viewer, here="connectors", title=_("Publish as template")):
        empty_state(
            translated(refused.message),
            translated(refused.hint),
            icon_name="lock",
            action=_("Back to the connector"),
            href=f"/connectors/{connector_id}",
        )


def _not_whole(visit: Visit, connector_id: str) -> None:
    with frame(visit.viewer, here="connectors", title=_("Publish as template")):
        empty_state(
            _("There is nothing to share yet"),
            _("Publish a first version of the connector; others get what runs use."),
            icon_name="rocket",
            action=_("Back to the connector"),
            href=f"/connectors/{connector_id}",
        )
