"""Steps that come together from elsewhere: those that are there already are not brought again."""

import copy
import re
from collections.abc import Iterable, Sequence
from typing import Any

from components.copies import twin
from components.step_tree import Step, rename


def fitted(steps: Sequence[Step], earlier: Sequence[Step], taken: Iterable[str]) -> list[Step]:
    """The steps with ids of their own, wired to `earlier` ones that make the same call.

    `earlier` are those whose values the first of them may use, `taken` the ids of all there are.
    """
    bundle: dict[str, Any] = {"id": "", "kind": "for_each", "steps": copy.deepcopy(list(steps))}
    there: set[int] = set()
    for number, step in enumerate(bundle["steps"][:-1]):
        same = next((one for one in reversed(earlier) if _is_same(step, one, bundle)), None)
        if same is not None:
            _use(bundle, step, same)
            there.add(number)
    bundle["steps"] = [
        step
        for number, step in enumerate(bundle["steps"])
        if number not in there and not _waits_for(step, bundle["steps"][:number], there)
    ]
    made = twin(bundle, {*taken, ""})
    rest: list[Step] = made["steps"]
    return rest


def _is_same(step: Step, one: Step, bundle: Step) -> bool:
    """The same call, or the same values, with everything kept that is asked of it."""
    if step["kind"] != one["kind"] or step["kind"] not in ("http", "set"):
        return False
    if step["kind"] == "set":
        return bool(step["values"] == one.get("values"))
    asked, had = step["request"], one.get("request") or {}
    if any(asked.get(name) != had.get(name) for name in ("method", "url")):
        return False
    paths = set((one.get("extract") or {}).values())
    return all(
        (step.get("extract") or {}).get(name) in paths for name in _asked_of(step["id"], bundle)
    )


def _use(bundle: Step, step: Step, same: Step) -> None:
    names = {path: name for name, path in (same.get("extract") or {}).items()}
    for name in _asked_of(step["id"], bundle):
        path = (step.get("extract") or {}).get(name)
        theirs = names.get(path, name) if path else name
        rename(bundle, f"steps.{step['id']}.{name}", f"steps.\0{same['id']}.{theirs}")
    rename(bundle, f"steps.{step['id']}", f"steps.\0{same['id']}")
    _unmark(bundle)


def _asked_of(step_id: str, bundle: Step) -> set[str]:
    return set(re.findall(rf"\bsteps\.{re.escape(step_id)}\.(\w+)", str(bundle["steps"])))


def _unmark(value: Any) -> None:
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(entries):
        if isinstance(inner, str):
            value[key] = inner.replace("steps.\0", "steps.")
        elif isinstance(inner, dict | list):
            _unmark(inner)


def _waits_for(step: Step, before: Sequence[Step], there: set[int]) -> bool:
    """A pause after a call that was made already is of no use."""
    calls = {number for number, one in enumerate(before) if one["kind"] == "http"}
    return step["kind"] == "wait" and bool(calls) and calls <= there
