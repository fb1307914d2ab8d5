"""Proposed with a problem, made where somebody agrees: changes that do away with it.

>>> typo = Reword(("field_mappings", 0, "value"), "contact.emial", "contact.email")
>>> mended({"field_mappings": [{"field": "x", "value": "{{ contact.emial | lower }}"}]}, typo)
{'field_mappings': [{'field': 'x', 'value': '{{ contact.email | lower }}'}]}
"""

import copy
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import Mending
from engine.model.shapes import Place, value_at

_HOLE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_LISTS: Final = ("steps", "branches", "attempts")


@dataclass(frozen=True, slots=True)
class Reword(Mending):
    """Another name for what is asked: contact.emial → contact.email."""

    place: Place
    was: str
    use: str


@dataclass(frozen=True, slots=True)
class TakeOut(Mending):
    """Steps that nobody would miss."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToTheEnd(Mending):
    """One of several becomes the last of them."""

    place: Place


@dataclass(frozen=True, slots=True)
class Earlier(Mending):
    """A step moves up in its list."""

    place: Place
    to: int


@dataclass(frozen=True, slots=True)
class GiveKey(Mending):
    """Made by a person who has it."""

    service: str


@dataclass(frozen=True, slots=True)
class AllowHost(Mending):
    """Agreed to by somebody who answers for the key."""

    service: str
    host: str


def mended(raw: Any, mending: Mending) -> Any:
    """The definition after the change; the same where it is none of the definition's."""
    changed = copy.deepcopy(raw)
    match mending:
        case Reword(place=(*around, last)):
            holder = value_at(changed, tuple(around))
            if type(holder) in (dict, list):
                holder[last] = _reworded(holder[last], mending.was, mending.use)
        case TakeOut():
            _take_out(changed, frozenset(mending.steps))
        case ToTheEnd(place=(*around, int(number))):
            holder = value_at(changed, tuple(around))
            if type(holder) is list and number < len(holder):
                holder.append(holder.pop(number))
        case Earlier(place=(*around, int(number))):
            holder = value_at(changed, tuple(around))
            if type(holder) is list and number < len(holder):
                holder.insert(mending.to, holder.pop(number))
    return changed


def _reworded(value: Any, was: str, use: str) -> Any:
    """Inside every expression, wherever it is nested; a text that is the name is replaced."""
    if type(value) is dict:
        return {_reworded(key, was, use): _reworded(one, was, use) for key, one in value.items()}
    if type(value) is list:
        return [_reworded(one, was, use) for one in value]
    if type(value) is not str:
        return value
    name = re.compile(rf"(?<![\w.]){re.escape(was)}(?!\w)")
    return use if value == was else _HOLE.sub(lambda hole: name.sub(use, hole[0]), value)


def _take_out(holder: Any, ids: Collection[str]) -> None:
    if type(holder) is not dict:
        return
    _take_out(holder.get("config"), ids)
    for name in _LISTS:
        inside = holder.get(name)
        if type(inside) is list:
            inside[:] = [one for one in inside if type(one) is not dict or one.get("id") not in ids]
            for one in inside:
                _take_out(one, ids)
