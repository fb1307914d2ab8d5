"""The shipped marketplace: one file a template, loaded at start where it is new or has changed."""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any, Final

from db import official
from engine.effects.auth import parse_auth
from engine.errors import BadDefinition
from engine.model.template import load_template

log = logging.getLogger(__name__)

FOLDER: Final = Path(__file__).parents[2] / "assets" / "templates"


def load(owner_url: str, folder: Path = FOLDER) -> int:
    """How many were written. A broken file is left out and said so; the console starts anyway."""
    there = official.stored(owner_url)
    known_prints = {one["shipped"] for one in there.values()}  # under whatever name they are now
    new = []
    for path in sorted(folder.glob("*.json")):
        template = _as_row(json.loads(path.read_text("utf-8")))
        known = there.get(template["name"])
        if known is not None and known["taken"]:
            log.warning("A community template has the name of %s already.", path.name)
        elif template["shipped"] not in known_prints:
            new += [template] if _is_sound(path, template) else []
    if new:
        official.keep(owner_url, new)
    return len(new)


def _as_row(raw: dict[str, Any]) -> dict[str, Any]:
    """Every column, those with nothing in them included."""
    empty: dict[str, Any] = {
        "icon": None,
        "tags": [],
        "input_schema": {},
        "field_mappings": [],
        "slots": [],
    }
    whole = {**empty, "example_contact": {}, "example_responses": {}, **raw}
    told = json.dumps(whole, sort_keys=True).encode()
    return {**whole, "shipped": hashlib.sha256(told).hexdigest()}


def _is_sound(path: Path, template: dict[str, Any]) -> bool:
    try:
        parts = {name: template[name] for name in official.COLUMNS}
        for slot in load_template(parts).slots:
            parse_auth(slot.auth)
    except BadDefinition as bad:
        log.error("The template %s is left out. %s", path.name, bad)
        return False
    return True
