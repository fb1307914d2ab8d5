"""The watch over services: each night a practice run of every official template, and what changed.

Only shapes are kept, never a value. The run is made in a workspace that an admin chose for it, with
that workspace's keys, in that admin's name; a template without a key there is passed over.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.services.admins import ROLES, Admins
from app.services.alerts import Alerts
from app.services.problems import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    ServiceProblem,
    Wrong,
    bad_field,
)
from app.services.testing import Tested, Testing, Trial
from db import audit, canaries, credentials
from db.canaries import Canary, CanarySettings, Post
from db.refusals import NotPermitted, refusals
from db.session import Actor, Database, Engine
from db.templates import Template
from engine.errors import BadDefinition
from engine.model.answer_shape import Difference, Shape, differences, joined, shape
from engine.model.contact import check_contact
from engine.model.definition import load
from engine.model.parts import HttpStep, all_steps

logger = logging.getLogger(__name__)

DEFINITION: Final = ("config", "input_schema", "field_mappings")
READING: Final = ("GET", "HEAD", "OPTIONS")
MOST_TOLD: Final = 40


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


@dataclass(frozen=True, slots=True)
class Seen:
    state: str
    message: str | None = None
    differences: Sequence[dict[str, Any]] = ()
    seen: Mapping[str, Shape] | None = None


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
        trial = Trial(contact=contact, input=_input(template.input_schema))
        what = {name: getattr(template, name) for name in DEFINITION}
        try:
            tested = await self._testing.try_now(_as(post), what, trial)
        except (ServiceProblem, BadDefinition) as problem:
            return Seen("failed", getattr(problem, "message", "") or str(problem))
        except Exception:
            logger.exception("the practice run of %s ended badly", template.name)
            return Seen("failed", "The practice run ended badly; the log says why.")
        return _compared(tested, template, canary)

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


def _compared(tested: Tested, template: Template, canary: Canary | None) -> Seen:
    """Each step's answer against what was accepted, or else the template's own example."""
    seen = _shapes(tested.steps_executed)
    accepted = canary.accepted if canary else {}
    found = [
        {"step": step, **asdict(one), "read": _reads(template, one)}
        for step, now in seen.items()
        for one in _different(accepted.get(step), template.example_responses.get(step), now)
    ]
    found.sort(key=lambda one: (one["kind"] == "new", not one["read"]))
    broken = [one for one in found if one["kind"] != "new"]
    if broken:
        return Seen("changed", _sentence(broken), found[:MOST_TOLD], seen)
    if tested.status != "success":
        return Seen("failed", tested.error_message or "The practice run failed.", found, seen)
    if not seen:
        words = "The service does not know the example contact. Choose one that it knows."
        return Seen("skipped", words)
    return Seen("same", None, found[:MOST_TOLD], seen)


def _shapes(entries: Sequence[Mapping[str, Any]]) -> dict[str, Shape]:
    """Of steps that got what they asked for: an error has a shape of its own."""
    found: dict[str, list[Shape]] = {}
    for one in entries:
        response = one.get("response")
        if one["status"] == "success" and response and not response.get("truncated"):
            found.setdefault(str(one["id"]), []).append(shape(response["body"]))
    return {step: joined(shapes) for step, shapes in found.items()}


def _different(
    accepted: Shape | None, example: Mapping[str, Any] | None, now: Shape
) -> list[Difference]:
    if accepted is None and example is None:
        return []
    return differences(accepted or shape((example or {}).get("body")), now)


def _reads(template: Template, one: Difference) -> bool:
    """Whether the template itself asks for it: then it is broken, not only different."""
    last = one.path.rpartition(".")[2].removesuffix("[*]")
    return any(last in text for text in _texts([template.config, template.field_mappings]))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


def _sentence(broken: Sequence[Mapping[str, Any]]) -> str:
    first = broken[0]
    words = {
        "gone": f"{first['path']} is gone",
        "type": f"{first['path']} was {first['was']} and is {first['now']}",
    }[first["kind"]]
    more = len(broken) - 1
    rest = (
        f", and {more} more {'thing has' if more == 1 else 'things have'} changed" if more else ""
    )
    return f"The answer of “{first['step']}” has another shape: {words}{rest}."


def _input(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What each member says of itself: its default, or its first example."""
    made = {}
    for name, one in (schema.get("properties") or {}).items():
        if isinstance(one, dict) and ("default" in one or one.get("examples")):
            made[name] = one["default"] if "default" in one else one["examples"][0]
    return made
