"""Conditions: {"left", "op", "right"} and all, any, not, compiled into one yes or no."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import ExpressionError
from engine.model.expressions import Scope
from engine.model.filters import boolean
from engine.model.parts import Condition
from engine.model.patterns import BadPattern, searches
from engine.model.slots import compile_json
from engine.model.values import as_text, is_empty

Predicate = Callable[[Scope], bool]


def compile_condition(condition: Condition | None) -> Predicate:
    """A function from the known values to yes or no. Nothing to ask means yes."""
    if condition is None:
        return lambda scope: True
    if condition.all_ is not None:
        every = [compile_condition(one) for one in condition.all_]
        return lambda scope: all(holds(scope) for holds in every)
    if condition.any_ is not None:
        some = [compile_condition(one) for one in condition.any_]
        return lambda scope: any(holds(scope) for holds in some)
    if condition.not_ is not None:
        inner = compile_condition(condition.not_)
        return lambda scope: not inner(scope)
    return _comparison(condition)


def _comparison(condition: Condition) -> Predicate:
    left = compile_json(condition.left, lenient=True)
    right = compile_json(condition.right, lenient=True)
    compare = COMPARISONS[condition.op or "equals"]
    return lambda scope: compare(left(scope), right(scope))


def texts(condition: Condition) -> list[Any]:
    """Every value in the condition that may hold expressions."""
    inner = [*(condition.all_ or ()), *(condition.any_ or ())]
    inner += [condition.not_] if condition.not_ else []
    return [condition.left, condition.right, *(text for one in inner for text in texts(one))]


_NUMERIC = re.compile(r"[+-]?[0-9]{1,100}(\.[0-9]{1,100})?([eE][+-]?[0-9]{1,3})?")


def _number(value: Any) -> Decimal | None:
    """The exact number a value is or spells, so that long ids are not mistaken for each other."""
    if type(value) is int:
        return Decimal(value)
    text = repr(value) if type(value) is float else value if type(value) is str else ""
    if not _NUMERIC.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def equal(left: Any, right: Any) -> bool:
    """Numbers, or texts that spell one, by value; everything else by what it says."""
    if left is None or right is None:
        return left is right
    if type(left) in (list, dict) or type(right) in (list, dict):
        return type(left) is type(right) and _alike(left, right)
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return first == second
    return as_text(left) == as_text(right)


def _alike(left: Any, right: Any) -> bool:
    if type(left) is list:
        return len(left) == len(right) and all(map(equal, left, right))
    return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)


def contains(left: Any, right: Any) -> bool:
    if type(left) is list:
        return any(equal(item, right) for item in left)
    if left is None or right is None:
        return False
    if type(left) is dict:
        return as_text(right) in left
    return as_text(right) in as_text(left)


def _texts(compare: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    def holds(left: Any, right: Any) -> bool:
        return left is not None and right is not None and compare(as_text(left), as_text(right))

    return holds


def _matches(text: str, pattern: str) -> bool:
    try:
        return searches(pattern, text)
    except BadPattern as problem:
        raise ExpressionError(
            "This pattern cannot be used.",
            hint="Look-arounds and back-references are not supported.",
            detail=str(problem),
        ) from problem


def _greater(left: Any, right: Any) -> bool:
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return first > second
    # Dates and words; a number is neither above nor below a word.
    return type(left) is str and type(right) is str and first is second and left > right


def _among(left: Any, right: Any) -> bool:
    return type(right) is list and any(equal(left, item) for item in right)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": equal,
    "not_equals": lambda left, right: not equal(left, right),
    "contains": contains,
    "not_contains": lambda left, right: not contains(left, right),
    "starts_with": _texts(str.startswith),
    "ends_with": _texts(str.endswith),
    "matches": _texts(_matches),
    "greater_than": _greater,
    "less_than": lambda left, right: _greater(right, left),
    "is_empty": lambda left, right: is_empty(left),
    "is_not_empty": lambda left, right: not is_empty(left),
    "is_true": lambda left, right: boolean(left) is True,
    "in": _among,
}
