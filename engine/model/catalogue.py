"""Known calls of known services, taken out of templates: each with all it needs to be a step."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from engine.model.names import readable

Step = dict[str, Any]
_STEPS: Final = re.compile(r"\bsteps\.([a-z][a-z0-9_]{0,39})\.")
_INPUTS: Final = re.compile(r"\binput\.([A-Za-z_]\w*)")
_HOLE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KnownCall:
    """One call, and the steps before it that it lives on."""

    key: str  # hunter.email_finder/find
    service: str  # hunter
    service_title: str
    title: str
    about: str
    category: str
    host: str
    steps: tuple[Step, ...]
    slot: dict[str, Any] | None = None
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    example: dict[str, Any] = field(default_factory=dict)  # a contact it can be tried on

    @property
    def brings(self) -> tuple[str, ...]:
        """The names of the steps that come along."""
        return tuple(str(step.get("name") or step["id"]) for step in self.steps[:-1])


def calls_of(key: str, template: dict[str, Any]) -> Iterator[KnownCall]:
    """Of one template; its calls inside branches and loops stay there."""
    steps: list[Step] = template["config"]["steps"]
    slots = {slot["service_name"]: slot for slot in template.get("slots") or ()}
    schema = template.get("input_schema") or {}
    for number, step in enumerate(steps):
        if step["kind"] != "http":
            continue
        needed = _needed(steps[: number + 1])
        if needed is None:
            continue
        slot = slots.get(step.get("credential"))
        service = str(step.get("credential") or key.partition(".")[0])
        asked = set(_INPUTS.findall(json.dumps(needed)))
        given = {
            name: one for name, one in (schema.get("properties") or {}).items() if name in asked
        }
        yield KnownCall(
            key=f"{key}/{step['id']}",
            service=service,
            service_title=_title(template, slot, service),
            title=str(step.get("name") or readable(step["id"])),
            about=str(template.get("description") or ""),
            category=str(template.get("category") or ""),
            host=host_of(str(step["request"]["url"])),
            steps=tuple(copy.deepcopy(needed)),
            slot=slot,
            inputs=copy.deepcopy(given),
            required=tuple(name for name in schema.get("required") or () if name in given),
            tags=tuple(template.get("tags") or ()),
            example=dict(template.get("example_contact") or {}),
        )


def host_of(url: str) -> str:
    """With a star where a value stands: *.zendesk.com"""
    try:
        return urlsplit(_HOLE.sub("*", url)).netloc.lower()
    except ValueError:
        return ""


def _needed(steps: list[Step]) -> list[Step] | None:
    """The last of these and what it lives on, in order; None where that stands inside a step."""
    wanted, known = {steps[-1]["id"]}, {step["id"] for step in steps}
    for step in reversed(steps):
        if step["id"] in wanted:
            wanted |= set(_STEPS.findall(json.dumps(step)))
    if not wanted <= known:
        return None
    first = min(number for number, step in enumerate(steps) if step["id"] in wanted)
    return [
        step
        for step in steps[first:]
        if step["id"] in wanted or (step["kind"] == "wait" and step is not steps[-1])
    ]


def _title(template: dict[str, Any], slot: dict[str, Any] | None, service: str) -> str:
    """As the key is called, or else as the template says in brackets: Public Profile (GitHub)."""
    if slot is not None:
        return str(slot["title"])
    named = re.search(r"\(([^,()]+)\)", str(template.get("name") or ""))
    return named[1] if named else readable(service)
