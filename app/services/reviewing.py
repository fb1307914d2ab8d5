"""What admins of the service decide about templates: let them in, send them back, feature them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.services import leaks
from app.services.admins import ROLES, Admins
from app.services.contacts import workspace_of
from app.services.listing import Slice, cut
from app.services.problems import Complaint, NotFound, bad_field
from app.services.publishing import Publishing
from app.services.rehearsal import Rehearsed, rehearse
from app.services.template_draft import SAID, advice, problems
from db import audit, reviews, template_review, templates
from db.reviews import Reported
from db.session import Actor, Database
from db.template_review import Which
from db.templates import Template
from engine.errors import BadDefinition
from engine.model.consent import Ask, asked_anew, consent
from engine.model.definition import load
from engine.model.parts import HttpStep, all_steps
from engine.model.template_hosts import hosts_refused

LONGEST_REASON: Final = 2000
MOST_FEATURED: Final = 24
NOTHING: Final[dict[str, Any]] = {"hosts": [], "slots": {}, "writes": []}
DEFINITION: Final = ("config", "input_schema", "field_mappings")


@dataclass(frozen=True, slots=True)
class Look:
    """A template as a reviewer sees it: beside what people have, and what they would agree to."""

    template: Template
    version: int | None  # of what was published last
    before: dict[str, Any] | None
    asks: tuple[Ask, ...]
    wrong: list[Complaint]  # what the scan finds now; it was clean when it was handed in
    doubts: list[dict[str, str]]


class Reviewing:
    def __init__(self, database: Database, publishing: Publishing, admins: Admins) -> None:
        self._database, self._publishing, self._admins = database, publishing, admins

    async def must_review(self, actor: Actor) -> None:
        await self._admins.must_have(actor, "review")

    async def reported(self, actor: Actor) -> list[Reported]:
        """Reviews that people found fault with, and nobody has decided."""
        await self.must_review(actor)
        async with self._database.session_for(actor) as session:
            return await reviews.reported(session)

    async def listed(
        self, actor: Actor, which: Which, q: str = "", *, limit: int = 50, skip: int = 0
    ) -> Slice[Template]:
        await self._admins.must_be(actor, *ROLES)
        async with self._database.session_for(actor) as session:
            rows = await template_review.listed(session, which, q, limit=limit + 1, skip=skip)
        return cut(rows, limit)

    async def counts(self, actor: Actor) -> dict[str, int]:
        await self._admins.must_be(actor, *ROLES)
        async with self._database.session_for(actor) as session:
            return await template_review.counts(session)

    async def look(self, actor: Actor, template_id: UUID) -> Look:
        await self._admins.must_be(actor, *ROLES)
        row = await self._find(actor, template_id)
        async with self._database.session_for(actor) as session:
            last = await template_review.last_published(session, template_id)
        version, before = last or (None, None)
        agreed = NOTHING if before is None else _consent(before)
        draft = {name: getattr(row, name) for name in SAID}
        nobodys = leaks.Own([])  # the author's own secrets are looked for where they are known
        return Look(
            row,
            version,
            before,
            asked_anew(agreed, _consent(_content(row))),
            [*problems(draft), *await asyncio.to_thread(leaks.found_in, draft, nobodys)],
            [*_odd_ways(row), *await asyncio.to_thread(leaks.doubts, draft), *advice(draft)],
        )

    async def rehearsed(self, actor: Actor, template_id: UUID) -> Rehearsed:
        """On its own example: nothing is called, and nobody's key is needed."""
        await self._admins.must_be(actor, *ROLES)
        row = await self._find(actor, template_id)
        return await rehearse({name: getattr(row, name) for name in SAID})

    async def approve(self, actor: Actor, template_id: UUID) -> Template:
        return await self._judge(actor, template_id, {"review_state": "approved"}, None)

    async def send_back(self, actor: Actor, template_id: UUID, reason: str) -> Template:
        """Its author reads why."""
        return await self._judge(actor, template_id, {"review_state": "rejected"}, _said(reason))

    async def unpublish(self, actor: Actor, template_id: UUID, reason: str) -> Template:
        """Out of the marketplace. What was made from it goes on as it is."""
        row = await self._find(actor, template_id)
        rank: dict[str, Any] = {"is_public": False}
        if not row.is_official:
            rank["review_state"] = "rejected"
        return await self._judge(actor, template_id, rank, _said(reason))

    async def publish(self, actor: Actor, template_id: UUID) -> Template:
        """Back into the marketplace."""
        rank = {"is_public": True, "review_state": "approved"}
        return await self._judge(actor, template_id, rank, None)

    async def featured(self, actor: Actor) -> list[Template]:
        await self._admins.must_be(actor, *ROLES)
        async with self._database.session_for(actor) as session:
            return await template_review.featured(session)

    async def feature(self, actor: Actor, ids: Sequence[UUID]) -> list[Template]:
        """These, in this order, and no others."""
        await self._admins.must_have(actor, "feature")
        wanted = list(dict.fromkeys(ids))
        if len(wanted) > MOST_FEATURED:
            raise bad_field("template_ids", f"At most {MOST_FEATURED} can be featured.")
        async with self._database.session_for(actor) as session:
            before = await template_review.featured(session)
            offered = await template_review.public_ids(session, wanted)
            offered |= {one.id for one in before}
            for number, one in enumerate(wanted):
                if one not in offered:
                    raise bad_field(
                        f"template_ids[{number}]", "There is no such template in the marketplace."
                    )
            await template_review.feature(session, wanted)
            now = await template_review.featured(session)
            audit.note(
                session,
                Actor(actor.user_id),
                "template.featured",
                before={"order": [one.name for one in before]},
                after={"order": [one.name for one in now]},
            )
        return await self.featured(actor)

    async def _judge(
        self, actor: Actor, template_id: UUID, rank: dict[str, Any], note: str | None
    ) -> Template:
        return await self._publishing.judge(actor, template_id, {}, {**rank, "review_note": note})

    async def _find(self, actor: Actor, template_id: UUID) -> Template:
        async with self._database.session_for(actor) as session:
            row = await templates.find(session, workspace_of(actor), template_id)
        if row is None or row.workspace_id is not None:
            raise NotFound("template")
        return row


def _content(row: Template) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*DEFINITION, "slots")}


def _consent(content: dict[str, Any]) -> dict[str, Any]:
    try:
        read = load({name: content[name] for name in DEFINITION})
    except BadDefinition:
        return NOTHING
    return consent(read, content["slots"])


def _odd_ways(row: Template) -> list[dict[str, str]]:
    """Calls that take a key along to where the market's own templates would not go."""
    try:
        read = load({name: getattr(row, name) for name in DEFINITION})
    except BadDefinition:
        return []
    slots = {slot["service_name"]: slot for slot in row.slots}
    found = []
    for step in all_steps(read.steps):
        if isinstance(step, HttpStep) and step.credential:
            allowed = (slots.get(step.credential) or {}).get("allowed_hosts") or []
            if refused := hosts_refused(step.request.url, allowed):
                found.append({"path": f"steps.{step.id}", "message": refused})
    return found


def _said(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise bad_field("review_note", "Say why; its author reads it.")
    if len(words) > LONGEST_REASON:
        raise bad_field("review_note", f"Say it in {LONGEST_REASON} characters.")
    return words
