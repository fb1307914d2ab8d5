"""Copies of steps: with ids of their own, and as a text for the clipboard that holds no secret."""

import copy
import json
import re
from collections.abc import Collection, Iterable
from typing import Any

from components.kinds import HOLE
from components.step_tree import Step, free, places_in, rename
from components.texts import _
from engine.model.parts import STEP_KINDS
from engine.model.secret_names import names_a_secret

MARK = "connector-console/step"


def twin(step: Step, taken: Iterable[str], *, ending: str = "") -> Step:
    """The same step again, and all inside it, with ids that nobody has yet."""
    made = copy.deepcopy(step)
    given = set(taken)
    for inner in places_in([made], "root", ""):
        old = inner.step["id"]
        inner.step["id"] = free(f"{old}{ending}", given)
        given.add(inner.step["id"])
        if inner.step["id"] != old:
            rename(made, f"steps.{old}", f"steps.{inner.step['id']}")
    return made


def copy_name(name: str, taken: Collection[str]) -> str:
    """“Find (copy)”, and “Find (copy 2)” for the next one, also for a copy of a copy."""
    first, next_one = _("{name} (copy)"), _("{name} (copy {n})")
    for pattern in (first, next_one):
        known = re.escape(pattern).replace(r"\{name\}", "(.+)").replace(r"\{n\}", r"\d+")
        if found := re.fullmatch(known, name):
            name = found[1]
            break
    names = (
        first.format(name=name) if n == 1 else next_one.format(name=name, n=n)
        for n in range(1, len(taken) + 2)
    )
    return next(one for one in names if one not in taken)


def packed(step: Step) -> str:
    """For the clipboard. Keys that somebody typed into a call stay behind."""
    return json.dumps({MARK: 1, "step": _without_secrets(step)}, ensure_ascii=False, indent=1)


def unpacked(text: str) -> Step | None:
    """The step in it; None where the text is something else."""
    try:
        read = json.loads(text)
    except ValueError:
        return None
    step = read.get("step") if isinstance(read, dict) and MARK in read else None
    return step if _is_step(step) else None


def _is_step(raw: Any) -> bool:
    """Well enough formed to stand in a draft; what else is wrong is told there."""
    if not isinstance(raw, dict) or raw.get("kind") not in STEP_KINDS:
        return False
    if not isinstance(raw.get("id"), str):
        return False
    parts = raw.get({"branch": "branches", "waterfall": "attempts"}.get(raw["kind"], ""), [])
    lists = [raw.get("steps", [])]
    if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
        return False
    lists += [one.get("steps", []) for one in parts]
    return all(isinstance(one, list) and all(map(_is_step, one)) for one in lists)


def _without_secrets(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _without_secrets(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value]
    if isinstance(value, str) and names_a_secret(name) and not HOLE.search(value):
        return ""
    return value
