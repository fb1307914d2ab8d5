"""What an author wants to share, whole: from its parts or from a connector, with slots for keys."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import orjson
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.problems import BadInput, Complaint, NotFound, Wrong
from db import connectors
from db import credentials as stored
from engine.effects.auth import parse_auth
from engine.errors import BadDefinition
from engine.model import definition
from engine.model.advice import advise
from engine.model.parts import HttpStep, all_steps
from engine.model.poison import sanitize
from engine.model.sentences import host_of
from engine.model.template import Slot


@dataclass(frozen=True, slots=True)
class Draft:
    """All that an author says. What a template is not made of cannot come along."""

    name: str
    config: dict[str, Any]
    description: str = ""
    icon: str | None = None
    category: str | None = None
    tags: list[str] = field(default_factory=list)
    input_schema: dict[str, Any] = field(default_factory=dict)
    field_mappings: list[Any] = field(default_factory=list)
    slots: list[Any] = field(default_factory=list)
    example_contact: dict[str, Any] = field(default_factory=dict)
    example_responses: dict[str, Any] = field(default_factory=dict)


LARGEST: Final = 512 * 1024
LONGEST: Final = {"name": 255, "description": 10_000, "category": 100, "icon": 2_000}
MOST_TAGS: Final = 20
LONGEST_TAG: Final = 40
_DEFINITION: Final = ("config", "input_schema", "field_mappings")
SAID: Final = tuple(Draft.__dataclass_fields__)


async def whole(
    session: AsyncSession, workspace_id: str, said: Mapping[str, Any]
) -> dict[str, Any]:
    """Every part; what was not said comes from the connector, or is empty."""
    draft: dict[str, Any] = sanitize(
        asdict(Draft(**await _from_connector(session, workspace_id, said)))
    )
    draft["slots"] = [_titled(slot) for slot in draft["slots"]]
    return draft


def hosts_by_service(config: Mapping[str, Any]) -> dict[str, list[str]]:
    """The services whose keys its steps take, and where each goes with it."""
    found: dict[str, list[str]] = {}
    for step in all_steps(definition.load({"config": config}).steps):
        if isinstance(step, HttpStep) and step.credential:
            hosts = found.setdefault(step.credential, [])
            host = host_of(step.request.url)
            hosts += [host] if host not in hosts else []
    return found


def problems(draft: Mapping[str, Any]) -> list[Complaint]:
    """Why nobody could install it."""
    return [
        *_words(draft),
        *_definition(draft),
        *_slots(draft),
        *_examples(draft),
        *_size(draft),
    ]


def advice(draft: Mapping[str, Any]) -> list[dict[str, str]]:
    """What nobody means, though everybody could install it."""
    try:
        read = definition.load({name: draft[name] for name in _DEFINITION})
    except BadDefinition:
        return []
    said = ((one.path, f"{one.message} {one.hint or ''}".strip()) for one in advise(read))
    return [{"path": path, "message": message} for path, message in said]


def _definition(draft: Mapping[str, Any]) -> Iterator[Complaint]:
    """Its steps must work, and each takes its key from a slot."""
    try:
        read = definition.load({name: draft[name] for name in _DEFINITION})
    except BadDefinition as bad:
        yield from bad.problems
        return
    slots = {str(slot.get("service_name")) for slot in draft["slots"] if isinstance(slot, dict)}
    for step in all_steps(read.steps):
        if isinstance(step, HttpStep) and step.credential and step.credential not in slots:
            yield Wrong(
                "slots", f"The step {step.id} takes “{step.credential}”; describe it as a slot."
            )


def _words(draft: Mapping[str, Any]) -> Iterator[Complaint]:
    """The same limits for a form and a file as for the API."""
    if not str(draft["name"]).strip():
        yield Wrong("name", "Give it a name.")
    for name, longest in LONGEST.items():
        if len(draft[name] or "") > longest:
            yield Wrong(name, f"This is longer than {longest} characters.")
    if len(draft["tags"]) > MOST_TAGS:
        yield Wrong("tags", f"At most {MOST_TAGS} tags.")
    for number, tag in enumerate(draft["tags"]):
        if not isinstance(tag, str) or not 0 < len(tag) <= LONGEST_TAG:
            yield Wrong(f"tags[{number}]", f"A tag has 1 to {LONGEST_TAG} characters.")


def _size(draft: Mapping[str, Any]) -> Iterator[Complaint]:
    """Whoever looks at it reads all of it; what fills megabytes is data, not an example."""
    for name in SAID:
        size = len(orjson.dumps(draft[name]))
        if size > LARGEST:
            yield Wrong(name, f"This has {size:,} bytes; a template takes up to {LARGEST:,} here.")


def _slots(draft: Mapping[str, Any]) -> Iterator[Complaint]:
    names: set[str] = set()
    for number, raw in enumerate(draft["slots"]):
        path = f"slots[{number}]"
        try:
            slot = Slot.model_validate(raw)
            parse_auth(slot.auth)
        except ValidationError as error:
            for one in error.errors(include_url=False, include_input=False):
                place = "".join(
                    f"[{part}]" if isinstance(part, int) else f".{part}" for part in one["loc"]
                )
                yield Wrong(f"{path}{place}", f"{one['msg']}.")
            continue
        except BadDefinition as bad:
            yield from (Wrong(f"{path}.{one.path}", one.message) for one in bad.problems)
            continue
        for at, given in enumerate(slot.fields):
            if given.docs_url and not given.docs_url.startswith(("https://", "http://")):
                place = f"{path}.fields[{at}].docs_url"
                yield Wrong(place, "An address begins with https://.")
        if slot.service_name in names:
            yield Wrong(f"{path}.service_name", "Two slots have this name.")
        names.add(slot.service_name)


def _examples(draft: Mapping[str, Any]) -> Iterator[Complaint]:
    for step, example in draft["example_responses"].items():
        status = example.get("status", 200) if isinstance(example, dict) else None
        if type(status) is not int or not 100 <= status <= 599:
            said = "An example of an answer has a status such as 200, and a body."
            yield Wrong(f"example_responses.{step}", said)


def _titled(slot: Any) -> Any:
    """Names stand in for titles that were left out."""
    if not isinstance(slot, dict):
        return slot
    fields = slot.get("fields") or []
    if isinstance(fields, list):
        fields = [
            {"title": one.get("name"), **one} if isinstance(one, dict) else one for one in fields
        ]
    return {"title": slot.get("service_name"), "auth": {"type": "none"}, **slot, "fields": fields}


async def _from_connector(
    session: AsyncSession, workspace_id: str, said: Mapping[str, Any]
) -> dict[str, Any]:
    """What a connector says, where the author names one; its credentials become empty slots."""
    whole = dict(said)
    connector_id = whole.pop("connector_id", None)
    if connector_id is None:
        missing = [name for name in ("name", "config") if whole.get(name) is None]
        if missing:
            raise BadInput([Wrong(name, "This is required.") for name in missing])
        return whole
    row = await connectors.find(session, workspace_id, connector_id)
    if row is None:
        raise NotFound("connector")
    parts = ("name", "description", "icon", "category", "config", "input_schema", "field_mappings")
    made = {name: getattr(row, name) for name in parts} | whole
    if "slots" not in whole:
        wanted = hosts_by_service(made["config"])
        there = await stored.listed(session, workspace_id, limit=1000)
        made["slots"] = [_slot_of(one) for one in there if one.service_name in wanted]
    return made


def _slot_of(row: stored.Credential) -> dict[str, Any]:
    """The shape of a credential, and nothing that is in it."""
    return {
        "service_name": row.service_name,
        "title": row.service_name,
        "auth": row.auth,
        "fields": [
            *({"name": name, "title": name} for name in sorted(row.fields)),
            *({"name": name, "title": name, "secret": False} for name in sorted(row.settings)),
        ],
        "allowed_hosts": list(row.allowed_hosts),
        "test": row.test,
    }
