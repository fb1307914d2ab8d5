"""Filters of a list that somebody wants to see again, under a name of their own."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal
from uuid import UUID

from app.services.contacts import workspace_of
from app.services.problems import NotFound, bad_field
from app.services.roles import must
from db import saved_views
from db.saved_views import SavedView
from db.session import Actor, Database

Place = Literal["runs"]
LONGEST_NAME: Final = 80
MOST: Final = 50


class SavedViews:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, actor: Actor, place: Place) -> Sequence[SavedView]:
        async with self._database.session_for(actor) as session:
            return await saved_views.listed(session, workspace_of(actor), actor.user_id, place)

    async def save(
        self, actor: Actor, place: Place, name: str, asked: Mapping[str, str]
    ) -> Sequence[SavedView]:
        """Under a name that is there already it replaces what was; answers with all there are."""
        must(actor, "look")
        name = " ".join(name.split())
        if not name:
            raise bad_field("name", "Give it a name.")
        if len(name) > LONGEST_NAME or "\0" in name:
            raise bad_field("name", f"A name has at most {LONGEST_NAME} characters.")
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            known = await saved_views.listed(session, workspace_id, actor.user_id, place)
            if len(known) >= MOST and name not in {one.name for one in known}:
                raise bad_field("name", f"You have {MOST} views already. Delete one first.")
            await saved_views.save(session, workspace_id, actor.user_id, place, name, dict(asked))
            session.expire_all()
            return await saved_views.listed(session, workspace_id, actor.user_id, place)

    async def remove(self, actor: Actor, view_id: UUID) -> None:
        must(actor, "look")
        async with self._database.session_for(actor) as session:
            if not await saved_views.remove(session, workspace_of(actor), actor.user_id, view_id):
                raise NotFound("view")
