"""From a connector to a template and back: what would be shared, and in whose words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.services import inventing, template_draft
from app.services.connectors import Connectors, Wanted
from app.services.contacts import workspace_of
from app.services.drafts import is_unpublished
from app.services.problems import Conflict, NotFound, bad_field
from app.services.publishing import Publishing
from app.services.roles import must
from app.services.template_draft import SAID, Draft
from db import audit, connectors, template_sources, templates
from db.session import Actor, Database
from db.templates import Template
from engine.errors import RunStopped
from engine.model.names import readable
from engine.model.poison import loads

Audience = Literal["private", "community", "official"]
PARTS: Final = TypeAdapter(Draft)
DEFINITION: Final = ("config", "input_schema", "field_mappings")
CHOOSE: Final = "Choose a file that was downloaded or exported as a template."
WORDS: Final = ("title", "help", "example", "pattern", "docs_url")  # of a slot's field


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an author would share now, and what the connector was shared as before.

    `overtaken`: somebody changed the template since, and publishing would undo that.
    """

    said: dict[str, Any]
    template: Template | None = None
    overtaken: bool = False


class Sharing:
    def __init__(self, database: Database, publishing: Publishing, published: Connectors) -> None:
        self._database, self._publishing, self._published = database, publishing, published

    async def proposal(self, actor: Actor, connector_id: UUID) -> Proposal:
        """Its steps, with slots for its keys, an invented contact and cleaned answers.

        Words that its template has already are kept: only the steps are always the connector's.
        """
        must(actor, "templates.publish")
        workspace_id = workspace_of(actor)
        if is_unpublished(await self._published.get(actor, connector_id)):
            raise Conflict("There is nothing to share yet.", code="unpublished")
        async with self._database.session_for(actor) as session:
            said = await template_draft.whole(session, workspace_id, {"connector_id": connector_id})
            found = await template_sources.template_of(session, workspace_id, connector_id)
            tests = await connectors.step_tests(session, workspace_id, connector_id)
            worded = await _wordings(session, said["slots"])
        said["slots"] = [_worded(slot, worded) for slot in said["slots"]]
        known, same_at = found or (None, None)
        overtaken = (
            known is not None
            and same_at is not None
            and known.updated_at > same_at
            and any(getattr(known, name) != said[name] for name in DEFINITION)
        )
        told = known.slots if known is not None else []
        said["slots"] = _slots_of({slot["service_name"]: slot for slot in told}, said)
        if known is not None:
            said |= _kept(known, said)
        parts = {name: said[name] for name in DEFINITION}
        said["example_contact"] = said["example_contact"] or inventing.contact_for(parts)
        for test in tests:
            response = test.entry.get("response") if test.good else None
            if response and test.step_id not in said["example_responses"]:
                said["example_responses"][test.step_id] = inventing.answer_like(response, parts)
        return Proposal(said, known, overtaken)

    async def share(
        self,
        actor: Actor,
        said: Mapping[str, Any],
        audience: Audience,
        *,
        connector_id: UUID | None = None,
        template_id: UUID | None = None,
        as_admin: bool = False,
    ) -> Template:
        """A new template, or with `template_id` the next version of that one.

        As an admin of the service it takes effect at once, whoever wrote it.
        """
        whole = {name: said[name] for name in SAID if name in said}
        if connector_id is not None:
            whole["connector_id"] = connector_id
        if template_id is None:
            if audience == "official":
                return await self._publishing.add_official(actor, whole, {})
            return await self._publishing.publish(actor, whole, audience)
        if as_admin:
            return await self._publishing.judge(actor, template_id, whole, {})
        return await self._publishing.change(actor, template_id, whole)

    def from_file(self, actor: Actor, content: bytes) -> dict[str, Any]:
        """What a file says, whole; the gates are still to come."""
        must(actor, "templates.publish")
        try:
            document = loads(content)
        except (ValueError, RecursionError, RunStopped) as error:
            raise bad_field("file", "This is no valid JSON.", hint=CHOOSE) from error
        if not isinstance(document, dict):
            raise bad_field("file", "A template is a JSON object.", hint=CHOOSE)
        document.pop("id", None)
        if unknown := sorted(document.keys() - SAID):
            raise bad_field("file", f"No template has “{str(unknown[0])[:40]}”.", hint=CHOOSE)
        try:
            return asdict(PARTS.validate_python(document))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise bad_field("file", f"{place}: {first['msg']}.", hint=CHOOSE) from error

    async def mine(self, actor: Actor) -> list[Template]:
        """What this person shared: in this workspace, and with everybody."""
        async with self._database.session_for(actor) as session:
            return await template_sources.published_by(session, workspace_of(actor), actor.user_id)

    async def working_copy(self, actor: Actor, template_id: UUID) -> UUID:
        """A connector in which one edits the template; the one that is there, if there is one.

        It is switched off, and no installation: nobody has given a key for it.
        """
        must(actor, "templates.publish")
        async with self._database.session_for(actor) as session:
            workspace_id = workspace_of(actor)
            row = await templates.find(session, workspace_id, template_id)
            if row is None:
                raise NotFound("template")
            there = await template_sources.copy_of(session, workspace_id, row.id, actor.user_id)
            if there is not None:
                return there[0]
            wanted = Wanted(
                name=row.name,
                description=row.description,
                icon=row.icon,
                category=row.category,
                config=row.config,
                input_schema=row.input_schema,
                field_mappings=row.field_mappings,
                enabled=False,
            )
            made = await self._published.add_to(session, actor, wanted)
            await template_sources.keep(session, workspace_id, made.id, row.id, actor.user_id)
            audit.note(session, actor, "template.opened", row.id, after={"connector": str(made.id)})
        return made.id

    async def shared_as(self, actor: Actor, connector_id: UUID) -> Template | None:
        async with self._database.session_for(actor) as session:
            found = await template_sources.template_of(session, workspace_of(actor), connector_id)
        return None if found is None else found[0]

    async def begin_again(self, actor: Actor, connector_id: UUID) -> None:
        """The connector takes over what its template says now, as its next version."""
        connector = await self._published.get(actor, connector_id)
        known = await self.shared_as(actor, connector_id)
        if known is None:
            raise NotFound("template")
        parts = {name: getattr(known, name) for name in DEFINITION}
        await self._published.change(actor, connector_id, connector.version, parts)
        async with self._database.session_for(actor) as session:
            await template_sources.keep(
                session, workspace_of(actor), connector_id, known.id, actor.user_id
            )


def _kept(known: Template, said: Mapping[str, Any]) -> dict[str, Any]:
    """What the template says in words, and its examples for steps that are still there."""
    words = ("name", "description", "icon", "category", "tags", "example_contact")
    steps = set(_step_ids(said["config"].get("steps") or []))
    return {
        **{name: getattr(known, name) for name in words},
        "example_responses": {
            step: answer for step, answer in known.example_responses.items() if step in steps
        },
    }


def _slots_of(told: Mapping[str, Any], said: Mapping[str, Any]) -> list[Any]:
    """Those the steps ask for: as the template has them, else as the workspace's key is shaped."""
    shaped = {slot["service_name"]: slot for slot in said["slots"]}
    wanted = template_draft.hosts_by_service(said["config"])
    return [told.get(name) or shaped.get(name) or _bare(name, wanted[name]) for name in wanted]


def _bare(service: str, hosts: list[str]) -> dict[str, Any]:
    """Where this workspace has no such key to take the shape from."""
    return {
        "service_name": service,
        "title": readable(service),
        "auth": {"type": "bearer"},
        "fields": [{"name": "api_key", "title": "API key"}],
        "allowed_hosts": hosts,
    }


def _step_ids(steps: list[Any]) -> list[str]:
    found = []
    for step in steps:
        found.append(str(step.get("id")))
        for inner in (step, *step.get("branches", ()), *step.get("attempts", ())):
            found += _step_ids(inner.get("steps") or [])
    return found


async def _wordings(session: AsyncSession, slots: list[Any]) -> dict[str, dict[str, Any]]:
    """How official templates ask for the keys of the same services."""
    names = [slot["service_name"] for slot in slots]
    return {
        slot["service_name"]: slot
        for one in await template_sources.official_slots(session, names)
        for slot in one
        if slot["service_name"] in names
    }


def _worded(slot: dict[str, Any], worded: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    known = worded.get(slot["service_name"]) or {}
    words = {field["name"]: field for field in known.get("fields") or ()}
    fields = [
        {
            **field,
            "title": readable(field["name"]).replace("Api ", "API "),
            **{word: value for word in WORDS if (value := words.get(field["name"], {}).get(word))},
        }
        for field in slot["fields"]
    ]
    title = known.get("title") or readable(slot["service_name"])
    return {**slot, "title": title, "fields": fields}
