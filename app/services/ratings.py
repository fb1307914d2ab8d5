"""What people think of a template, in stars and in words, and how it does in practice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.services.contacts import workspace_of
from app.services.listing import Slice, cut
from app.services.problems import NotAllowed, NotFound, bad_field
from app.services.roles import must
from db import audit, ratings, reviews, templates
from db.ratings import Rating
from db.reviews import Reported, Review
from db.session import Actor, Database, Engine
from db.templates import Template

LONGEST: Final = 2000
LONGEST_REASON: Final = 500
UNSAID: Final = "\0"  # the words stay as they are


@dataclass(frozen=True, slots=True)
class Opinions:
    """The newest reviews, the caller's own rating, and whether they may write."""

    reviews: Slice[Review]
    yours: Rating | None
    may_write: bool


class Ratings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def rate(
        self, actor: Actor, template_id: UUID, stars: int, said: str | None = UNSAID
    ) -> Template:
        """One a person; a second one takes the place of the first. No words: None or blank."""
        must(actor, "templates.rate")
        changes: dict[str, Any] = {"stars": stars}
        if said != UNSAID:
            changes["said"] = _words(said)
        async with self._database.session_for(actor) as session:
            found = await templates.find(session, workspace_of(actor), template_id)
            if found is None:
                raise NotFound("template")
            if changes.get("said") and not await reviews.has_installed(session, template_id):
                raise NotAllowed(
                    "Only those who installed a template write about it.",
                    hint="Install it and try it. Stars alone can be given at any time.",
                    code="not_installed",
                )
            before = await ratings.of_person(session, template_id, actor.user_id)
            told = {"name": found.name, "stars": before.stars} if before else None
            await ratings.keep(session, template_id, actor.user_id, changes)
            after = {"name": found.name, "stars": stars}
            audit.note(session, actor, "template.rated", template_id, before=told, after=after)
            await session.flush()
            await session.refresh(found)
        return found

    async def opinions(
        self,
        actor: Actor,
        template_id: UUID,
        *,
        limit: int = 20,
        after: tuple[datetime, UUID] | None = None,
    ) -> Opinions:
        async with self._database.session_for(actor) as session:
            if await templates.find(session, workspace_of(actor), template_id) is None:
                raise NotFound("template")
            rows = await reviews.of_template(session, template_id, limit=limit + 1, after=after)
            return Opinions(
                cut(rows, limit),
                await ratings.of_person(session, template_id, actor.user_id),
                await reviews.has_installed(session, template_id),
            )

    async def report(
        self, actor: Actor, template_id: UUID, review_id: UUID, reason: str = ""
    ) -> None:
        """For the admins to look at; once a person and review, whatever they say again."""
        must(actor, "look")
        if len(reason) > LONGEST_REASON:
            raise bad_field("reason", f"Say it in {LONGEST_REASON} characters.")
        async with self._database.session_for(actor) as session:
            about = await templates.find(session, workspace_of(actor), template_id)
            said = reason.strip()
            if about is None or not await reviews.report(session, template_id, review_id, said):
                raise NotFound("review")
            after = {"name": about.name, "review_id": str(review_id), "reason": said}
            audit.note(session, actor, "review.reported", template_id, after=after)

    # -- as an admin of the service --

    async def reported(self, actor: Actor) -> list[Reported]:
        """Empty for everyone who is none, or lacks the permission to review."""
        async with self._database.session_for(actor) as session:
            return await reviews.reported(session)

    async def settle(self, actor: Actor, review_id: UUID, *, hide: bool) -> None:
        """Its words disappear or stay; the stars count either way. A later report opens it anew."""
        async with self._database.session_for(actor) as session:
            about = await reviews.settle(session, review_id, hide=hide)
            if about is None:
                raise NotFound("review")
            row = await session.get(Template, about)
            audit.note(
                session,
                Actor(actor.user_id),
                "review.hidden" if hide else "review.kept",
                about,
                after={"name": row.name if row else None, "review_id": str(review_id)},
            )

    # -- now and then, by whichever worker --

    async def count_usage(self) -> None:
        """A run itself counts for its connector only."""
        async with self._database.session_for(Engine()) as session:
            await ratings.count_usage(session)

    async def measure(self) -> None:
        async with self._database.session_for(Engine()) as session:
            await ratings.measure(session)


def _words(said: str | None) -> str | None:
    words = (said or "").strip().replace("\0", "")
    if len(words) > LONGEST:
        raise bad_field("text", f"Say it in {LONGEST} characters.")
    return words or None
