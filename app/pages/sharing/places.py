"""Places inside a template as people know them: config.steps[0].request.url → Find: url."""

import re
from collections.abc import Mapping
from typing import Any, Final

from components.texts import _, later

_STEP: Final = re.compile(r"config\.steps\[(\d+)\](.*)")
_SLOT: Final = re.compile(r"slots\[(\d+)\](?:\.fields\[(\d+)\])?(.*)")
WORDS: Final = {
    "name": later("Name"),
    "description": later("What it does"),
    "icon": later("Icon"),
    "category": later("Category"),
    "tags": later("Tags"),
    "example_contact": later("Example contact"),
    "example_responses": later("Example answer"),
    "input_schema": later("What it asks for"),
    "field_mappings": later("What it writes to the contact"),
    "slots": later("Keys it asks for"),
}


def in_words(path: str, said: Mapping[str, Any]) -> str:
    if step := _STEP.match(path):
        steps = said["config"].get("steps") or []
        number = int(step[1])
        name = steps[number].get("name") or steps[number].get("id") if number < len(steps) else ""
        return _joined(_("Step “{name}”").format(name=name), step[2])
    if path.startswith("steps."):
        return _("Step “{name}”").format(name=path.removeprefix("steps."))
    if slot := _SLOT.match(path):
        number = int(slot[1])
        title = said["slots"][number].get("title") if number < len(said["slots"]) else ""
        return _joined(_("Key for {service}").format(service=title), slot[3])
    first, *rest = re.split(r"[.\[]", path, maxsplit=1)
    return _joined(_(WORDS[first]) if first in WORDS else first, rest[0] if rest else "")


def anchor(path: str) -> str:
    """The part of the page that holds it."""
    if slot := _SLOT.match(path):
        return f"slots-{slot[1]}"
    first = re.split(r"[.\[]", path, maxsplit=1)[0]
    if first in ("config", "input_schema", "field_mappings"):
        return "what"
    return "examples" if first.startswith("example") else "slots" if first == "slots" else "about"


def _joined(first: str, rest: str) -> str:
    words = [one for one in re.split(r"[.\[\]]+", rest) if one and one not in ("request", "json")]
    return f"{first}: {' › '.join(words)}" if words else first
