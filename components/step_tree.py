"""The steps of a document as a tree: where each one stands, and changes inside of them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from components.texts import _

Step = dict[str, Any]
HOLE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands: in which list, at which index, and how it is numbered there."""

    list_id: str
    index: int
    number: str
    step: Step


def inner_lists(step: Step) -> list[tuple[str, str, list[Step]]]:
    """The lists of steps inside a step: their id, their title, their steps."""
    key = {"branch": "branches", "waterfall": "attempts"}.get(step["kind"])
    if step["kind"] == "for_each":
        name = str(step.get("as") or "item").replace("_", " ")
        return [
            (
                f"{step['id']}/steps",
                _("For each {name}").format(name=name),
                step.setdefault("steps", []),
            )
        ]
    return [
        (
            f"{step['id']}/{key}/{at}",
            one.get("name") or _("Path {value}").format(value=at + 1),
            one.setdefault("steps", []),
        )
        for at, one in enumerate(step.get(key, []) if key else [])
    ]


def places_in(steps: list[Step], list_id: str, before: str) -> Iterator[Place]:
    for index, step in enumerate(steps):
        number = f"{before}{index + 1}"
        yield Place(list_id, index, number, step)
        inner = inner_lists(step)
        for at, (inner_id, _title, inside) in enumerate(inner):
            letter = chr(ord("a") + at % 26) if len(inner) > 1 else ""
            yield from places_in(inside, inner_id, f"{number}{letter}.")


def find_in(steps: list[Step], step_id: str) -> Step:
    return next(p.step for p in places_in(steps, "root", "") if p.step["id"] == step_id)


def list_in(steps: list[Step], list_id: str) -> list[Step]:
    if list_id == "root":
        return steps
    for place in places_in(steps, "root", ""):
        for inner_id, _title, inside in inner_lists(place.step):
            if inner_id == list_id:
                return inside
    return steps


def same_place(steps: list[Step], place: Place, list_id: str, index: int) -> bool:
    last = len(list_in(steps, list_id)) - 1
    return list_id == place.list_id and place.index == max(0, min(index, last))


def put(holder: Any, path: Sequence[str | int], value: Any) -> None:
    *way, last = path
    for key in way:
        if isinstance(holder, dict) and not isinstance(holder.get(key), dict | list):
            holder[key] = {}
        holder = holder[key]
    if value is None and isinstance(holder, dict):
        holder.pop(last, None)
    else:
        holder[last] = value


def free(wish: str, taken: set[str]) -> str:
    wish = wish[:36]
    if wish not in taken:
        return wish
    return next(f"{wish}_{n}" for n in range(2, 10_000) if f"{wish}_{n}" not in taken)


def rename(holder: Any, old: str, new: str) -> None:
    """Inside every {{ }}: steps.find.old → steps.find.new, and nothing that only begins alike."""
    name = re.compile(rf"(?<![\w.]){re.escape(old)}(?!\w)")

    def changed(text: str) -> str:
        return HOLE.sub(lambda hole: name.sub(new, hole[0]), text)

    _each_text(holder, changed)


def _each_text(holder: Any, change: Callable[[str], str]) -> None:
    entries = holder.items() if isinstance(holder, dict) else enumerate(holder)
    for key, value in list(entries):
        if isinstance(value, str):
            holder[key] = change(value)
        elif isinstance(value, dict | list):
            _each_text(value, change)
