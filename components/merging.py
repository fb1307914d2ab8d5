"""Two people's changes to one draft as one, where they did not touch the same thing."""

import copy
from collections.abc import Sequence
from typing import Any

from components.draft import Document
from components.step_tree import Step, find_in, free, places_in, rename

INNER = ("steps", "branches", "attempts")
MISSING: Any = object()


class BothTouchedIt(Exception):
    """Somebody has to choose."""


def merged(base: Document, mine: Document, theirs: Document) -> Document | None:
    """Both sides' changes since `base`; None where they changed the same thing in two ways."""
    mine = _apart(base, mine, theirs)
    try:
        found = {
            key: _either(key, *(one.get(key, MISSING) for one in (base, mine, theirs)))
            for key in {**theirs, **mine}
        }
    except BothTouchedIt:
        return None
    return {key: value for key, value in found.items() if value is not MISSING}


def _either(key: str, base: Any, mine: Any, theirs: Any) -> Any:
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    lists = all(isinstance(one, list) for one in (base, mine, theirs))
    if lists and key == "steps":
        return _by_name("id", base, mine, theirs)
    if lists and key == "field_mappings":
        return _by_name("field", base, mine, theirs)
    if lists and len(base) == len(mine) == len(theirs):
        return [_step(*ways) for ways in zip(base, mine, theirs, strict=True)]
    raise BothTouchedIt


def _by_name(name: str, base: list[Step], mine: list[Step], theirs: list[Step]) -> list[Step]:
    sides = [{str(one.get(name)): one for one in side} for side in (base, mine, theirs)]
    order = _order(*(list(side) for side in sides))
    found = (_step(*(side.get(one, MISSING) for side in sides)) for one in order)
    return [one for one in found if one is not MISSING]


def _step(base: Any, mine: Any, theirs: Any) -> Any:
    """A step's own settings belong to one of them; what is inside of it may come from both."""
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if any(one is MISSING for one in (base, mine, theirs)):
        raise BothTouchedIt
    own = [
        {key: said for key, said in one.items() if key not in INNER} for one in (base, mine, theirs)
    ]
    if own[0] not in own[1:] and own[1] != own[2]:
        raise BothTouchedIt
    settings = own[2] if own[1] == own[0] else own[1]
    inside = {key for one in (base, mine, theirs) for key in INNER if key in one}
    return settings | {
        key: _either(key, *(one.get(key, []) for one in (base, mine, theirs))) for key in inside
    }


def _order(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """One of them may have moved things; what the other one added stays behind its neighbour."""
    moved = [_moved(base, side) for side in (mine, theirs)]
    if all(moved):
        raise BothTouchedIt
    frame, other = (mine, theirs) if moved[0] else (theirs, mine)
    order = list(frame)
    for at, one in enumerate(other):
        if one not in order:
            before = next((o for o in reversed(other[:at]) if o in order), None)
            order.insert(0 if before is None else order.index(before) + 1, one)
    return order


def _moved(base: Sequence[str], side: Sequence[str]) -> bool:
    return [one for one in base if one in side] != [one for one in side if one in base]


def _apart(base: Document, mine: Document, theirs: Document) -> Document:
    """New steps of both that were given the same id are two steps: mine gets another one."""
    before, own, other = (_ids(one) for one in (base, mine, theirs))
    mine = copy.deepcopy(mine)
    for step_id in sorted((own & other) - before):
        if find_in(mine["steps"], step_id) == find_in(theirs["steps"], step_id):
            continue
        new = free(step_id, own | other)
        find_in(mine["steps"], step_id)["id"] = new
        rename(mine, f"steps.{step_id}", f"steps.{new}")
        own.add(new)
    return mine


def _ids(document: Document) -> set[str]:
    return {str(place.step["id"]) for place in places_in(document["steps"], "root", "")}
