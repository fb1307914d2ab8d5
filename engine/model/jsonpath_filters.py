"""The part of JSONPath in [?…]: comparisons, tests and functions, as functions over plain data."""

import operator
from collections.abc import Callable
from typing import Any, Final

from jsonpath_rfc9535.filter_expressions import (
    ComparisonExpression,
    Expression,
    FilterExpression,
    FilterExpressionLiteral,
    FilterQuery,
    FunctionExtension,
    LogicalExpression,
    PrefixExpression,
    RelativeFilterQuery,
)
from jsonpath_rfc9535.query import JSONPathQuery

from engine.model.patterns import BadPattern, compile_pattern, iregexp


class TooMuchWork(Exception):
    """The path was looking at more values than it is allowed to."""


class Root:
    """The document a path runs on, and how many more values it may look at."""

    __slots__ = ("document", "left")

    def __init__(self, document: Any, work: int) -> None:
        self.document = document
        self.left = work

    def spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise TooMuchWork


Select = Callable[[Any, Root, list[Any]], None]
Query = list[Callable[[list[Any], Root], list[Any]]]
Ask = Callable[[Any, Root], Any]
Compare = Callable[[Any, Any, Root], bool]


class FilterRules:
    """How to compile a query inside a filter, and what was seen on the way."""

    def __init__(self, compile_query: Callable[[JSONPathQuery, "FilterRules"], Query]) -> None:
        self.compile_query = compile_query
        self.depth = 0
        self.descents = 0
        self.widest = 0
        self.nested = False


class _Nothing:
    """What a path inside a filter gives where it leads nowhere; equal only to itself."""


NOTHING: Final = _Nothing()


def compile_filter(expression: FilterExpression, rules: FilterRules) -> Select:
    rules.nested |= rules.depth > 0
    rules.depth += 1
    holds = _test(expression.expression, rules)
    rules.depth -= 1

    def select(value: Any, root: Root, found: list[Any]) -> None:
        if type(value) is dict:
            items = list(value.values())
        elif type(value) is list:
            items = value
        else:
            return
        root.spend(len(items))
        found.extend(item for item in items if holds(item, root))

    return select


def _test(expression: Expression, rules: FilterRules) -> Ask:
    """An expression that is true or false."""
    match expression:
        case LogicalExpression():
            left, right = _test(expression.left, rules), _test(expression.right, rules)
            if expression.operator == "&&":
                return lambda item, root: left(item, root) and right(item, root)
            return lambda item, root: left(item, root) or right(item, root)
        case PrefixExpression():
            inner = _test(expression.right, rules)
            return lambda item, root: not inner(item, root)
        case ComparisonExpression():
            return _comparison(expression, rules)
        case FilterQuery():
            found = _nodes(expression, rules)
            return lambda item, root: bool(found(item, root))
        case FunctionExtension():
            return _function(expression, rules)
    raise ValueError(f"{type(expression).__name__} is no test")


def _comparison(expression: ComparisonExpression, rules: FilterRules) -> Ask:
    left, right = _value(expression.left, rules), _value(expression.right, rules)
    compare = _COMPARISONS[expression.operator]
    return lambda item, root: compare(left(item, root), right(item, root), root)


def _value(expression: Expression, rules: FilterRules) -> Ask:
    """An expression that is one value, or NOTHING."""
    match expression:
        case FilterExpressionLiteral(value=literal):
            return lambda item, root: literal
        case FilterQuery():
            nodes = _nodes(expression, rules)

            def only(item: Any, root: Root) -> Any:
                found = nodes(item, root)
                return found[0] if len(found) == 1 else NOTHING

            return only
        case FunctionExtension():
            return _function(expression, rules)
    raise ValueError(f"{type(expression).__name__} is no value")


def _nodes(expression: FilterQuery, rules: FilterRules) -> Callable[[Any, Root], list[Any]]:
    segments = rules.compile_query(expression.query, rules)
    relative = isinstance(expression, RelativeFilterQuery)

    def found(item: Any, root: Root) -> list[Any]:
        values = [item if relative else root.document]
        for segment in segments:
            values = segment(values, root)
        return values

    return found


def _function(expression: FunctionExtension, rules: FilterRules) -> Ask:
    first = expression.args[0]
    match expression.name:
        case "count" | "value" if isinstance(first, FilterQuery):
            nodes = _nodes(first, rules)
            if expression.name == "count":
                return lambda item, root: len(nodes(item, root))
            return _value(first, rules)
        case "length":
            measured = _value(first, rules)
            return lambda item, root: _length(measured(item, root))
        case "match" | "search":
            return _pattern(expression, rules)
    raise ValueError(f"{expression.name} is no function")


def _length(value: Any) -> Any:
    return len(value) if type(value) in (str, list, dict) else NOTHING


def _pattern(expression: FunctionExtension, rules: FilterRules) -> Ask:
    text_of, pattern_of = (_value(arg, rules) for arg in expression.args)
    whole = expression.name == "match"
    written = expression.args[1]
    if isinstance(written, FilterExpressionLiteral) and type(written.value) is str:
        # A pattern that could never match anything is refused now, not silently later.
        compile_pattern(written.value, dot_spans_lines=False)

    def holds(item: Any, root: Root) -> bool:
        text, pattern = text_of(item, root), pattern_of(item, root)
        if type(text) is not str or type(pattern) is not str:
            return False
        root.spend(len(text) // 100)
        try:
            return iregexp(pattern, text, whole=whole)
        except BadPattern:  # the pattern came from the answer
            return False

    return holds


# Comparing


def same(left: Any, right: Any, root: Root) -> bool:
    """Equal as JSON is: 1 equals 1.0 and never true."""
    if type(left) is bool or type(right) is bool:
        return left is right
    if type(left) is list and type(right) is list:
        root.spend(len(left))
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(same(one, other, root) for one, other in pairs)
    if type(left) is dict and type(right) is dict:
        root.spend(len(left))
        return left.keys() == right.keys() and all(
            same(left[key], right[key], root) for key in left
        )
    return bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool], *, or_same: bool) -> Compare:
    def holds(left: Any, right: Any, root: Root) -> bool:
        numbers = type(left) in (int, float) and type(right) in (int, float)
        texts = type(left) is str and type(right) is str
        ordered = (numbers or texts) and compare(left, right)
        return ordered or (or_same and same(left, right, root))

    return holds


_COMPARISONS: dict[str, Compare] = {
    "==": same,
    "!=": lambda left, right, root: not same(left, right, root),
    "<": _ordered(operator.lt, or_same=False),
    ">": _ordered(operator.gt, or_same=False),
    "<=": _ordered(operator.lt, or_same=True),
    ">=": _ordered(operator.gt, or_same=True),
}
