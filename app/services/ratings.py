"""What people think of a template, one to five, and how often it is used."""

from uuid import UUID

from app.services.contacts import workspace_of
from app.services.problems import NotFound
from app.services.roles import must
from db import ratings, templates
from db.session import Actor, Database, Engine
from db.templates import Template


class Ratings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def rate(self, actor: Actor, template_id: UUID, stars: int) -> Template:
        """One a person; a second one takes the place of the first."""
        must(actor, "templates.rate")
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            found = await templates.find(session, workspace_id, template_id)
            if found is None:
                raise NotFound("template")
            await ratings.keep(session, template_id, actor.user_id, stars)
            await session.refresh(found)
        return found

    async def count_usage(self) -> None:
        """Now and then, by whichever worker: a run itself counts for its connector only."""
        async with self._database.session_for(Engine()) as session:
            await ratings.count_usage(session)
