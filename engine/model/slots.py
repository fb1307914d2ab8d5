"""Where a value goes decides how it is written: JSON, query and form members, headers, text.

Each function reads its texts once and gives a function from the known values to the filled-in
slot. Data is only ever placed, never read again as text with expressions.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from engine.errors import ExpressionError
from engine.model.expressions import Getter, Scope, compile_value, parse
from engine.model.limits import DEPTH
from engine.model.values import as_text, is_empty, plain, weight

Pairs = tuple[tuple[str, str], ...]


class _Dropped:
    """A member that omit_empty leaves out."""


DROPPED: Final = _Dropped()


def compile_text(text: str, *, lenient: bool = False) -> Callable[[Scope], str]:
    """Always text: a message, a body, a header."""
    value = compile_value(text, lenient=lenient)
    return lambda scope: as_text(value(scope))


# JSON


def compile_json(template: Any, *, lenient: bool = False, omit_empty: bool = False) -> Getter:
    """JSON in which every text may hold expressions; values are placed, never glued in.

    With omit_empty a member that held an expression and came out empty is left out, and so is
    an object that lost all its members that way. List elements keep their place, unless all of
    them came out empty. The outermost object or list stays, though it may be empty.
    """
    make = _json(template, lenient, omit_empty, DEPTH)
    kind = type(template)
    if kind not in (dict, list):
        return (lambda scope: _or_null(make(scope))) if omit_empty else make

    def value(scope: Scope) -> Any:
        made = make(scope)
        if made is DROPPED:
            return kind()
        weight(made)
        return made

    return value


def _or_null(made: Any) -> Any:
    return None if made is DROPPED else made


def _json(template: Any, lenient: bool, omit: bool, depth: int) -> Getter:
    if depth <= 0:
        raise ExpressionError("This is nested too deeply.")
    if type(template) is str:
        return _json_text(template, lenient, omit)
    if type(template) is dict:
        return _json_object(template, lenient, omit, depth)
    if type(template) is list:
        return _json_list(template, lenient, omit, depth)
    literal = plain(template)
    return lambda scope: literal


def _json_text(template: str, lenient: bool, omit: bool) -> Getter:
    holes = tuple(parse(template).holes)
    if not omit or not holes:
        return compile_value(template, lenient=lenient)
    filled = compile_value(template, lenient=True)

    def value(scope: Scope) -> Any:
        if all(is_empty(hole.get(scope)) for hole in holes):
            return DROPPED
        return filled(scope)

    return value


def _json_object(template: dict[str, Any], lenient: bool, omit: bool, depth: int) -> Getter:
    members = [
        (_member_name(name), _json(value, lenient, omit, depth - 1))
        for name, value in template.items()
    ]

    def value(scope: Scope) -> Any:
        made = {}
        for name, make in members:
            member = make(scope)
            if member is not DROPPED:
                made[name(scope)] = member
        return made if made or not members else DROPPED

    return value


def _member_name(text: str) -> Callable[[Scope], str]:
    if not any(parse(text).holes):
        return lambda scope: text
    name = compile_text(text)

    def filled(scope: Scope) -> str:
        made = name(scope)
        if not made:
            raise ExpressionError("The name of a JSON member came out empty.")
        return made

    return filled


def _json_list(template: list[Any], lenient: bool, omit: bool, depth: int) -> Getter:
    elements = [
        (_json(element, lenient, omit, depth - 1), type(element) is dict) for element in template
    ]

    def value(scope: Scope) -> Any:
        made = [(make(scope), is_object) for make, is_object in elements]
        if made and all(element is DROPPED for element, _ in made):
            return DROPPED
        # A scalar keeps its place as null: rows of a sheet are told apart by position.
        return [
            None if element is DROPPED else element
            for element, is_object in made
            if not (element is DROPPED and is_object)
        ]

    return value


# Query and form members


def compile_pairs(template: dict[str, Any], *, omit_empty: bool) -> Callable[[Scope], Pairs]:
    """Members of a query or form as text; a list gives its name several times."""
    members = [
        (_member_name(name), _json(value, False, omit_empty, DEPTH))
        for name, value in template.items()
    ]

    def pairs(scope: Scope) -> Pairs:
        made: list[tuple[str, str]] = []
        for name, make in members:
            value = make(scope)
            if value is DROPPED:
                continue
            if type(value) is list:
                made.extend((name(scope), as_text(one)) for one in value if one is not None)
            else:
                made.append((name(scope), as_text(value)))
        return tuple(made)

    return pairs


# Headers

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def compile_headers(template: dict[str, Any]) -> Callable[[Scope], Pairs]:
    """Header values, in which a line end would begin another header."""
    values = [(name, compile_text(as_text(value))) for name, value in template.items()]

    def headers(scope: Scope) -> Pairs:
        return tuple((name, _header(name, value(scope))) for name, value in values)

    return headers


def _header(name: str, value: str) -> str:
    if _CONTROL.search(value):
        raise ExpressionError(f"The header {name} would hold a line end or another control sign.")
    return value.strip()
