"""Turns what the strict parts refuse into problems people can mend, each at its place."""

import copy
import re
import types
import typing
from collections.abc import Container, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from engine.errors import Problem
from engine.model.names import closest, listed
from engine.model.parts import STEP_KINDS, Definition

Place = tuple[str | int, ...]
MOST_LOOKED_AT = 300  # nobody mends more at once

SENTENCES = {
    "string_type": "This must be text.",
    "int_type": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "float_type": "This must be a number.",
    "bool_type": "This must be true or false.",
    "dict_type": "This must be an object.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "string_too_long": "This must be at most {max_length:,} characters.",
    "too_long": "At most {max_length} fit here.",
    "too_short": "At least {min_length} belongs here.",
    "greater_than_equal": "This must be {ge:,} or more.",
    "less_than_equal": "This must be {le:,} or less.",
    "literal_error": "This must be {expected}.",
}
_PATTERNS = {
    "id": "An id begins with a small letter and has only a-z, 0-9 and _, at most 40.",
    "as": "A name begins with a small letter and has only a-z, 0-9 and _, at most 40.",
    "credential": "A service name has only letters, digits, dots, dashes and _.",
    "idempotency_header": "This is no header name.",
    "headers": "This is no header name.",
}
_NAME = "A name has only letters, digits and _, and does not begin with a digit."


def problems_of(error: ValidationError, raw: Any) -> list[Problem]:
    """One problem for each thing that does not fit, without pydantic's words."""
    found: dict[str, Problem] = {}
    for detail in error.errors(include_url=False, include_input=False)[:MOST_LOOKED_AT]:
        problem = _problem(detail, raw)
        found.setdefault(problem.path, problem)
    return list(found.values())


def _problem(detail: ErrorDetails, raw: Any) -> Problem:
    place = place_in(raw, detail["loc"])
    kind, name = detail["type"], str(place[-1]) if place else "definition"
    if kind == "int_type" and detail["loc"][-1] != place[-1]:
        kind = "float_type"  # of a setting that takes both
    hint = None
    if kind == "extra_forbidden":
        known = list(_settings(place[:-1], raw))
        sentence = f"There is no setting called “{name[:60]}” here."
        hint = closest(name, known) or f"Known: {listed(known)}."
    elif kind == "missing":
        sentence = f"“{name}” is missing."
    elif kind.startswith("union_tag"):
        sentence, hint = _step_kind(value_at(raw, place))
        place = (*place, "kind")
    elif kind == "string_pattern_mismatch":
        sentence = _PATTERNS.get(name) or _PATTERNS.get(str(place[-2:-1][0]), _NAME)
    elif kind == "value_error":
        sentence = str(detail["ctx"]["error"])
    elif kind in SENTENCES:
        sentence = SENTENCES[kind].format(**detail.get("ctx", {}))
    else:
        sentence = f"{detail['msg']}."
    return Problem(spelled(place), sentence, hint, step_at(raw, place), field_of(place))


def _step_kind(step: Any) -> tuple[str, str]:
    known = f"Known: {listed(STEP_KINDS)}."
    if type(step) is not dict:
        return "A step is an object.", known
    if "kind" not in step:
        return "“kind” is missing.", known
    return f"There is no kind of step called “{str(step['kind'])[:60]}”.", known


# Places


def place_in(raw: Any, loc: Place) -> Place:
    """The place in the raw definition: without the kinds of steps and numbers pydantic adds."""
    place: list[str | int] = []
    after_step = False
    for part in loc:
        added = part in ("int", "float") and part not in _names_at(raw, place)
        if part == "[key]" or added or (after_step and part in STEP_KINDS):
            after_step = False
            continue
        after_step = type(part) is int and place[-1:] == ["steps"]
        place.append(part)
    return tuple(place)


def _names_at(raw: Any, place: list[str | int]) -> Container[Any]:
    holder = value_at(raw, tuple(place))
    return holder if type(holder) is dict else ()


def spelled(place: Place) -> str:
    """config.steps[0].request.url"""
    text = ""
    for part in place:
        if type(part) is int:
            text += f"[{part}]"
        elif re.fullmatch(r"[\w-]+", str(part)):
            text += f".{part}" if text else str(part)
        else:
            text += f'["{str(part)[:80]}"]'
    return text or "definition"


def field_of(place: Place) -> str | None:
    return next((part for part in reversed(place) if type(part) is str), None)


def value_at(raw: Any, place: Place) -> Any:
    for part in place:
        inside = type(raw) is dict and part in raw
        if not inside and not (type(raw) is list and type(part) is int and part < len(raw)):
            return None
        raw = raw[part]
    return raw


def step_at(raw: Any, place: Place) -> str | None:
    """The id of the innermost step around a place."""
    for end in range(len(place), 1, -1):
        if type(place[end - 1]) is int and place[end - 2] == "steps":
            step = value_at(raw, place[:end])
            found = step.get("id") if type(step) is dict else None
            return found if type(found) is str else None
    return None


def _settings(place: Place, raw: Any) -> Iterator[str]:
    """The names of the settings a part of the definition has."""
    part: Any = Definition
    for depth, step in enumerate(place):
        if type(step) is int:
            if place[depth - 1] == "steps":
                kind = (value_at(raw, place[: depth + 1]) or {}).get("kind")
                part = STEP_KINDS.get(str(kind), part)
            continue
        field = _fields(part).get(str(step))
        part = _model(field.annotation) if field else None
    return iter(_fields(part))


def _fields(part: Any) -> dict[str, FieldInfo]:
    if not (isinstance(part, type) and issubclass(part, BaseModel)):
        return {}
    return {field.alias or name: field for name, field in part.model_fields.items()}


def _model(annotation: Any) -> Any:
    """The part inside an annotation such as tuple[Rule, ...] | None."""
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is not None:
        inner = (_model(arg) for arg in typing.get_args(annotation))
        return next((part for part in inner if part is not None), None)
    is_part = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if is_part else None


# Mending

_STAND_INS: dict[str, Any] = {
    "url": "https://example.com",
    "values": {},
    "steps": [],
    "branches": [],
    "attempts": [{}],
    "items": "$.items",
    "request": {"url": "https://example.com"},
    "then": "succeed",
    "ttl_s": 1,
    "until": {"left": "", "op": "is_empty"},
    "field": "email",
    "value": None,
    "kind": "cursor",
    "config": {"steps": []},
}
# In lists, where nothing may be left out: what comes after would be found at another place.
_IN_LISTS: dict[str, Any] = {
    "rules": {"then": "succeed"},
    "all": {"left": "", "op": "is_empty"},
    "any": {"left": "", "op": "is_empty"},
    "branches": {},
    "attempts": {},
    "field_mappings": {"field": "email", "value": None},
}


def mended(raw: Any, error: ValidationError) -> Any:
    """A copy in which whatever does not fit is left out or stands in for itself.

    It only serves to look for further problems, so that people see all of them at once.
    """
    fixed = copy.deepcopy(raw)
    places = [place_in(raw, detail["loc"]) for detail in error.errors(include_url=False)]
    for place in places:
        holder = value_at(fixed, place[:-1])
        last = place[-1] if place else None
        if type(holder) is dict and type(last) is str:
            holder.pop(last, None)
            if last == "until" and place[-2:-1] != ("poll",):
                holder[last] = "2026-01-31T09:00:00Z"
            elif last in _STAND_INS:
                holder[last] = copy.deepcopy(_STAND_INS[last])
            elif last == "id":
                holder[last] = f"unreadable_{_numbers(place)}"
        elif type(holder) is list and type(last) is int and last < len(holder):
            holder[last] = _stand_in(place)
    return fixed


def _stand_in(place: Place) -> dict[str, Any]:
    around = str(place[-2]) if len(place) > 1 else ""
    if around in _IN_LISTS:
        return copy.deepcopy(_IN_LISTS[around])
    return {"id": f"unreadable_{_numbers(place)}", "kind": "stop"}


def _numbers(place: Place) -> str:
    return "_".join(str(part) for part in place if type(part) is int)[:20]
