"""The watch over services: each night a practice run of every official template, and what changed.

Only shapes are kept, never a value. The run is made in a workspace that an admin chose for it, with
that workspace's keys, in that admin's name; a template without a key there is passed over.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.services.admins import ROLES, Admins
from app.services.alerts import Alerts
from app.services.answers_compared import Seen, compared
from app.services.problems import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    ServiceProblem,
    Wrong,
    bad_field,
)
from app.services.rehearsal import usual_input
from app.services.testing import Testing, Trial
from db import audit, canaries, credentials
from db.canaries import Canary, CanarySettings, Post
from db.refusals import NotPermitted, refusals
from db.session import Actor, Database, Engine
from db.templates import Template
from engine.errors import BadDefinition
from engine.model.contact import check_contact
from engine.model.definition import load
from engine.model.parts import HttpStep, all_steps

logger = logging.getLogger(__name__)

DEFINITION: Final = ("config", "input_schema", "field_mappings")
READING: Final = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Watched:
    """An official template, and how the last practice run of it went."""

    template: Template
    canary: Canary | None
    calls: int
    only_reads: bool
    missing: tuple[str, ...]  # services the chosen workspace has no key of

    @property
    def on(self) -> bool:
        """Those that only read are watched; others once an admin has said so."""
        said = self.canary.watched if self.canary else None
        return self.only_reads if said is None else said


class Canaries:
    def __init__(
        self,
        database: Database,
        admins: Admins,
        testing: Testing,
        alerts: Alerts,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`testing` must ask the services themselves: an answer kept from before says nothing."""
        self._database, self._admins = database, admins
        self._testing, self._alerts, self._now = testing, alerts, now

    async def settings(self, actor: Actor) -> CanarySettings | None:
        await self._admins.must_be(actor, *ROLES)
        async with self._database.session_for(actor) as session:
            return await canaries.settings(session)

    async def choose(self, actor: Actor, workspace_id: str | None, hour: int) -> None:
        """Where practice runs find their keys, in one's own name; None: there are none."""
        await self._admins.must_have(actor, "canaries")
        if not 0 <= hour <= 23:
            raise bad_field("hour", "An hour of the day is 0 to 23.")
        me = Actor(actor.user_id)  # it may be another workspace than the one that is open
        try:
            async with self._database.session_for(me) as session:
                with refusals():
                    await canaries.choose(session, workspace_id, actor.user_id, hour)
                after = {"workspace": workspace_id, "hour": hour}
                audit.note(session, me, "canaries.moved", after=after)
        except NotPermitted as error:
            raise NotAllowed(
                "Practice runs need a workspace in which you may run connectors.",
                hint="Choose one of yours in which you are an editor or more.",
            ) from error

    async def listed(self, actor: Actor) -> list[Watched]:
        await self._admins.must_be(actor, *ROLES)
        post = await self._post()
        there = await self._services(post) if post else set()
        async with self._database.session_for(actor) as session:
            rows = await canaries.official(session)
        return [_watched(template, canary, there) for template, canary in rows]

    async def change(self, actor: Actor, template_id: UUID, changes: Mapping[str, Any]) -> None:
        """`watched`: whether at all. `contact`: on whom to ask; None: the template's example."""
        await self._admins.must_have(actor, "canaries")
        await self._find(actor, template_id)
        values = {name: changes[name] for name in ("watched", "contact") if name in changes}
        if wrong := list(check_contact(values.get("contact") or {})):
            raise BadInput([Wrong(f"contact.{one.path}", one.message) for one in wrong])
        await self._keep(
            actor, template_id, values, "canaries.changed", {"watched": values.get("watched")}
        )

    async def accept(self, actor: Actor, template_id: UUID) -> None:
        """What was seen last is how it is from now on."""
        await self._admins.must_have(actor, "canaries")
        _, canary = await self._find(actor, template_id)
        if canary is None or canary.state != "changed":
            raise Conflict("There is no change to accept.", code="no_change")
        values = {
            "accepted": {**canary.accepted, **canary.seen},
            "state": "same",
            "state_since": self._now(),
            "differences": [],
            "message": None,
        }
        await self._keep(actor, template_id, values, "canaries.accepted", None)

    async def run_now(self, actor: Actor, template_id: UUID) -> Canary:
        await self._admins.must_have(actor, "canaries")
        template, canary = await self._find(actor, template_id)
        post = await self._post()
        if post is None:
            raise Conflict(
                "No workspace is chosen for practice runs.",
                hint="Choose one first.",
                code="no_post",
            )
        await self._practise(post, _watched(template, canary, await self._services(post)))
        _, now = await self._find(actor, template_id)
        assert now is not None
        return now

    async def look(self) -> None:
        """As a worker, every now and then: whatever is due since this night's hour."""
        post = await self._post()
        if post is None:
            return
        actor, now = _as(post), self._now()
        since = _last_hour(now, post.hour)
        async with self._database.session_for(actor) as session:
            chosen = await canaries.settings(session)
            rows = await canaries.official(session)
        if chosen is None or chosen.updated_at >= since:
            return  # chosen today: the first night is still to come
        there = await self._services(post)
        for template, canary in rows:
            if canary is not None and canary.ran_at is not None and canary.ran_at >= since:
                continue
            async with self._database.session_for(actor) as session:
                mine = await canaries.claim(session, template.id, not_since=since, now=now)
            if mine:
                await self._practise(post, _watched(template, canary, there))

    # One practice run

    async def _practise(self, post: Post, one: Watched) -> None:
        seen = await self._seen(post, one)
        before = one.canary.state if one.canary else "waiting"
        values: dict[str, Any] = {
            "state": seen.state,
            "message": seen.message,
            "differences": list(seen.differences),
            "ran_at": self._now(),
            "claimed_until": None,
        }
        if seen.seen is not None:
            values["seen"] = dict(seen.seen)
        if seen.state != before:
            values["state_since"] = self._now()
        actor, template = _as(post), one.template
        news = seen.state == "changed" and before != "changed"
        async with self._database.session_for(actor) as session:
            await canaries.change(session, template.id, values)
            if news:
                audit.note(
                    session,
                    Actor(actor.user_id),
                    "template.answer_changed",
                    template.id,
                    after={"name": template.name, "differences": values["differences"]},
                )
        if news:
            await self._alerts.raise_(
                post.workspace_id,
                "canary_changed",
                str(template.id),
                f"“{template.name}”: {seen.message}",
                "/admin/canaries",
            )

    async def _seen(self, post: Post, one: Watched) -> Seen:
        if not one.on:
            return Seen("skipped", "It is not watched.")
        if one.missing:
            return Seen("skipped", f"There is no key for {', '.join(one.missing)}.")
        template, canary = one.template, one.canary
        contact = (canary.contact if canary else None) or template.example_contact
        trial = Trial(contact=contact, input=usual_input(template.input_schema))
        what = {name: getattr(template, name) for name in DEFINITION}
        try:
            tested = await self._testing.try_now(_as(post), what, trial)
        except (ServiceProblem, BadDefinition) as problem:
            return Seen("failed", getattr(problem, "message", "") or str(problem))
        except Exception:
            logger.exception("the practice run of %s ended badly", template.name)
            return Seen("failed", "The practice run ended badly; the log says why.")
        return compared(tested, template, canary)

    # Asked of the database

    async def _post(self) -> Post | None:
        async with self._database.session_for(Engine()) as session:
            return await canaries.post(session)

    async def _services(self, post: Post) -> set[str]:
        async with self._database.session_for(_as(post)) as session:
            return await credentials.services(session, post.workspace_id)

    async def _find(self, actor: Actor, template_id: UUID) -> tuple[Template, Canary | None]:
        async with self._database.session_for(actor) as session:
            found = await canaries.find(session, template_id)
        if found is None:
            raise NotFound("official template")
        return found

    async def _keep(
        self,
        actor: Actor,
        template_id: UUID,
        values: Mapping[str, Any],
        action: str,
        after: dict[str, Any] | None,
    ) -> None:
        async with self._database.session_for(actor) as session:
            await canaries.change(session, template_id, values)
            audit.note(session, Actor(actor.user_id), action, template_id, after=after)


def _as(post: Post) -> Actor:
    return Actor(post.user_id, post.workspace_id, post.role)


def _last_hour(now: datetime, hour: int) -> datetime:
    """This night's hour, in UTC, or yesterday's where it is still to come."""
    today = now.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def _watched(template: Template, canary: Canary | None, there: set[str]) -> Watched:
    calls = _calls(template)
    return Watched(
        template,
        canary,
        len(calls),
        all(step.request.method in READING for step in calls),
        tuple(
            str(slot.get("title") or slot["service_name"])
            for slot in template.slots
            if slot["service_name"] not in there
        ),
    )


def _calls(template: Template) -> list[HttpStep]:
    try:
        read = load({name: getattr(template, name) for name in DEFINITION})
    except BadDefinition:
        return []
    return [step for step in all_steps(read.steps) if isinstance(step, HttpStep)]
