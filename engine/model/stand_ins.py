"""Values in a ready-made call that are somebody's own, and the contact's values in their stead."""

import copy
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from engine.model.contact_names import asked_by

_EMAIL = re.compile(r"[^@\s/{}?&=]+@[^@\s/{}]+\.[A-Za-z]{2,}")
_MOST = 30
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class StandIn:
    place: Place  # inside the request
    name: str
    literal: str
    expression: str


def stand_ins(request: dict[str, Any]) -> list[StandIn]:
    """email=ada@example.com could be {{ contact.email }}, and so could a path segment."""
    found = [*_in_address(str(request.get("url") or ""))]
    found += _inside(request.get("query"), ("query",))
    found += _inside(request.get("body"), ("body",))
    return found[:_MOST]


def with_stand_ins(request: dict[str, Any], chosen: Collection[StandIn]) -> dict[str, Any]:
    made = copy.deepcopy(request)
    for one in chosen:
        if one.place[0] == "url":
            parts = made["url"].split("/")
            parts[int(one.place[1])] = one.expression
            made["url"] = "/".join(parts)
            continue
        holder: Any = made
        for key in one.place[:-1]:
            holder = holder[key]
        holder[one.place[-1]] = one.expression
    return made


def _in_address(url: str) -> Iterator[StandIn]:
    for number, segment in enumerate(url.split("/")):
        literal = unquote(segment)
        if number > 2 and _EMAIL.fullmatch(literal):
            yield StandIn(("url", number), "email", literal, "{{ contact.email }}")


def _inside(value: Any, place: Place) -> Iterator[StandIn]:
    if type(value) is list:
        for number, inner in enumerate(value):
            yield from _inside(inner, (*place, number))
    elif type(value) is dict:
        for name, inner in value.items():
            yield from _inside(inner, (*place, name))
    elif type(value) is str and len(place) > 1 and value and "{{" not in value:
        name = next((str(key) for key in reversed(place) if type(key) is str), "")
        if _EMAIL.fullmatch(value):
            yield StandIn(place, name, value, "{{ contact.email }}")
        elif expression := asked_by(name):
            yield StandIn(place, name, value, expression)
