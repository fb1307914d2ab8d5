"""Sharing a connector: in the workspace, with the community after a review, or officially."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services import leaks, template_draft
from app.services.admins import ROLES, Admins
from app.services.contacts import workspace_of
from app.services.credentials import Credentials
from app.services.listing import Slice, cut
from app.services.problems import (
    BadInput,
    Complaint,
    Conflict,
    NotAllowed,
    NotFound,
)
from app.services.roles import allows, must
from app.services.template_draft import SAID
from app.services.token_shelf import TokenShelf
from db import audit, template_sources, templates
from db import credentials as stored
from db.refusals import Taken, refusals
from db.session import Actor, Database
from db.templates import Template
from engine.effects.auth import TokenAuth
from engine.effects.credentials import Credential

Visibility = Literal["private", "community"]
RANK: Final = ("is_official", "is_featured", "is_public", "review_state", "review_note")


@dataclass(frozen=True, slots=True)
class Examined:
    """A template before it is shared: what keeps it from that, what somebody must look at, and
    what its author may want to know."""

    draft: dict[str, Any]
    wrong: list[Complaint]
    doubts: list[dict[str, str]]
    advice: list[dict[str, str]]


class Publishing:
    def __init__(
        self, database: Database, credentials: Credentials, shelf: TokenShelf, admins: Admins
    ) -> None:
        self._database, self._credentials = database, credentials
        self._shelf, self._admins = shelf, admins

    async def publish(
        self, actor: Actor, said: Mapping[str, Any], visibility: Visibility
    ) -> Template:
        """Private: in the workspace at once. Community: everyone, once an admin has looked.

        Where a `connector_id` is said, that connector stands for the template from now on.
        """
        community = visibility == "community"
        must(actor, "templates.publish_community" if community else "templates.publish")
        draft, warnings = await self._checked(actor, said)
        row = Template(
            **draft,
            warnings=warnings,
            workspace_id=None if community else workspace_of(actor),
            is_official=False,
            is_featured=False,
            is_public=False,
            review_state="pending" if community else "none",
            published_by=actor.user_id,
        )
        return await self._add(actor, actor, row, "template.published", said)

    async def change(self, actor: Actor, template_id: UUID, changes: Mapping[str, Any]) -> Template:
        """One's own. What everybody could see is looked at again before they see the new one."""
        must(actor, "templates.publish")
        row = await self._find(actor, template_id)
        if row.published_by != actor.user_id or row.is_official:
            raise _not_yours(row)
        again = {"review_state": "pending"} if row.review_state == "rejected" else None
        return await self._change(actor, actor, row, changes, "template.changed", again)

    async def remove(self, actor: Actor, template_id: UUID) -> None:
        """Connectors made from it stay as they are."""
        must(actor, "templates.publish")
        row = await self._find(actor, template_id)
        async with self._database.session_for(actor) as session:
            if not await templates.remove(session, template_id):
                raise _not_yours(row)
            audit.note(session, actor, "template.removed", template_id, before=_told(row))

    # -- as an admin of the service --

    async def to_review(
        self, actor: Actor, review_state: str | None, *, limit: int = 50, skip: int = 0
    ) -> Slice[Template]:
        await self._admins.must_be(actor, *ROLES)
        async with self._database.session_for(actor) as session:
            rows = await templates.to_review(session, review_state, limit=limit + 1, skip=skip)
        return cut(rows, limit)

    async def add_official(
        self, actor: Actor, said: Mapping[str, Any], rank: Mapping[str, Any]
    ) -> Template:
        given = {"is_official": True, "is_featured": False, "is_public": True, **rank}
        await self._admins.must_have(actor, *_needed(given))
        draft, warnings = await self._checked(actor, said)
        given.setdefault("review_state", "approved" if given["is_public"] else "none")
        row = Template(**draft, **given, warnings=warnings, published_by=actor.user_id)
        return await self._add(actor, Actor(actor.user_id), row, "template.published", said)

    async def judge(
        self,
        actor: Actor,
        template_id: UUID,
        changes: Mapping[str, Any],
        rank: Mapping[str, Any],
    ) -> Template:
        """Approving shows it to everyone, rejecting hides it; either may be said otherwise."""
        await self._admins.must_be(actor, *ROLES)  # before anybody learns what is there
        row = await self._of_the_service(actor, template_id)
        given = dict(rank)
        await self._admins.must_have(actor, *_needed(given, row, bool(changes)))
        if given.get("review_state") in ("approved", "rejected"):
            given.setdefault("is_public", given["review_state"] == "approved")
        return await self._change(
            actor, Actor(actor.user_id), row, changes, "template.judged", given
        )

    async def remove_any(self, actor: Actor, template_id: UUID) -> None:
        await self._admins.must_be(actor, *ROLES)
        row = await self._of_the_service(actor, template_id)
        await self._admins.must_have(actor, "templates" if row.is_official else "review")
        async with self._database.session_for(actor) as session:
            await templates.remove(session, template_id)
            audit.note(
                session,
                Actor(actor.user_id),
                "template.removed",
                template_id,
                before=_told(row),
            )

    # -- both --

    async def _find(self, actor: Actor, template_id: UUID) -> Template:
        async with self._database.session_for(actor) as session:
            found = await templates.find(session, workspace_of(actor), template_id)
        if found is None:
            raise NotFound("template")
        return found

    async def _of_the_service(self, actor: Actor, template_id: UUID) -> Template:
        found = await self._find(actor, template_id)
        if found.workspace_id is not None:
            raise NotFound("template")
        return found

    async def _add(
        self, actor: Actor, noted: Actor, row: Template, action: str, said: Mapping[str, Any]
    ) -> Template:
        try:
            async with self._database.session_for(actor) as session:
                session.add(row)
                with refusals():
                    await session.flush()
                await session.refresh(row)
                await _keep_source(session, actor, row, said)
                audit.note(session, noted, action, row.id, after=_told(row))
        except Taken as error:
            raise _taken(row.name) from error
        return row

    async def _change(
        self,
        actor: Actor,
        noted: Actor,
        row: Template,
        changes: Mapping[str, Any],
        action: str,
        rank: Mapping[str, Any] | None = None,
    ) -> Template:
        values: dict[str, Any] = dict(rank or {})
        if changes:
            known = {name: getattr(row, name) for name in SAID}
            draft, values["warnings"] = await self._checked(actor, {**known, **changes})
            values |= draft
        try:
            async with self._database.session_for(actor) as session:
                with refusals():
                    changed = await templates.change(session, row.id, values)
                if changed is None:
                    raise _not_yours(row)
                await _keep_source(session, actor, changed, changes)
                audit.note(session, noted, action, row.id, before=_told(row), after=_told(changed))
        except Taken as error:
            raise _taken(str(values.get("name"))) from error
        return changed

    async def examined(self, actor: Actor, said: Mapping[str, Any]) -> Examined:
        """The same gates as in publishing, for somebody who wants to know first."""
        must(actor, "templates.publish")
        return await self._examined(actor, said)

    async def _examined(self, actor: Actor, said: Mapping[str, Any]) -> Examined:
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            draft = await template_draft.whole(session, workspace_id, said)
            services = await stored.services(session, workspace_id)
        opened = await self._credentials.opened(workspace_id, sorted(services))
        own = [secret for one in opened.values() for secret in await self._secrets_of(one)]
        wrong = [*template_draft.problems(draft)]
        # Reading takes a moment of the processor's time, which others need meanwhile.
        wrong += await asyncio.to_thread(leaks.found_in, draft, leaks.Own(own))
        doubts = await asyncio.to_thread(leaks.doubts, draft)
        return Examined(draft, wrong, doubts, template_draft.advice(draft))

    async def _secrets_of(self, credential: Credential) -> list[str]:
        """What somebody typed, and what the service gave for it since."""
        found = list(credential.secrets.values())
        if isinstance(credential.auth, TokenAuth):
            held = (await self._shelf.look(credential)).held
            found += [one for one in (held.access, held.refresh) if one] if held else []
        return [one.reveal() for one in found]

    async def _checked(
        self, actor: Actor, said: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """Everything that keeps it from being shared, at once; else what to look at once more."""
        examined = await self._examined(actor, said)
        if examined.wrong:
            raise BadInput(
                examined.wrong, hint="A template says where a key goes, never what it is."
            )
        return examined.draft, examined.doubts


async def _keep_source(
    session: AsyncSession, actor: Actor, row: Template, said: Mapping[str, Any]
) -> None:
    """An admin of the service may be a mere viewer of the workspace, and leaves no trace in it."""
    connector_id = said.get("connector_id")
    if connector_id is not None and allows(actor.role, "templates.publish"):
        await template_sources.keep(
            session, workspace_of(actor), connector_id, row.id, actor.user_id
        )


def _needed(
    rank: Mapping[str, Any], row: Template | None = None, changed: bool = False
) -> list[str]:
    """Which permissions of a SaaS admin this takes."""
    needed = set()
    if "is_featured" in rank and rank["is_featured"] != (row.is_featured if row else False):
        needed.add("feature")
    official = rank.get("is_official", row.is_official if row else True)
    if official or (row and row.is_official):
        if changed or set(rank) - {"is_featured"}:
            needed.add("templates")
    elif changed or set(rank) - {"is_featured"}:
        needed.add("review")
    return sorted(needed)


def _told(row: Template) -> dict[str, Any]:
    shown = ("name", "is_official", "is_featured", "is_public", "review_state", "review_note")
    return {name: getattr(row, name) for name in shown}


def _not_yours(row: Template) -> NotAllowed:
    return NotAllowed(
        f"“{row.name}” belongs to somebody else.",
        hint="Install it, change your connector, and publish that under another name.",
        code="not_your_template",
    )


def _taken(name: str) -> Conflict:
    return Conflict(f"There is a template called “{name}” already.", code="name_taken")
