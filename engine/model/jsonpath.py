"""Reading values out of an answer with RFC 9535 JSONPath.

>>> find("$.emails[*].value", {"emails": [{"value": "ada@example.com"}]})
['ada@example.com']

A library parses the path; what it means is compiled here into small functions over plain data, so
that the usual path costs next to nothing and a hostile one stops at a fixed amount of work.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from jsonpath_rfc9535 import JSONPathEnvironment
from jsonpath_rfc9535.exceptions import JSONPathError
from jsonpath_rfc9535.query import JSONPathQuery
from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment, JSONPathSegment
from jsonpath_rfc9535.selectors import (
    FilterSelector,
    IndexSelector,
    JSONPathSelector,
    NameSelector,
    SliceSelector,
    WildcardSelector,
)

from engine.errors import RunStopped
from engine.model import limits
from engine.model.jsonpath_filters import (
    FilterRules,
    Root,
    Select,
    TooMuchWork,
    compile_filter,
)
from engine.model.patterns import BadPattern

__all__ = ["InvalidPath", "check_path", "compile_path", "find", "is_singular"]

Picker = Callable[[Any], Any]

LONGEST: Final = 4_096  # what find() reads at all; a definition is held to less
WORK: Final = 1_000_000  # values one path may look at


class InvalidPath(RunStopped):
    """A path that cannot be read, or that finds more than anyone can use."""

    code = "path"


def find(path: str, document: Any) -> list[Any]:
    """Every value the path leads to, in the order of the document."""
    return _run(_parsed(path), document)


@lru_cache(maxsize=2048)
def compile_path(path: str) -> Picker:
    """A function from an answer to the value: one value or null for a path that can only lead to
    one, a list for any other."""
    query = _parsed(path)
    if not query.singular:
        return lambda document: _run(query, document)
    return _walk(query.keys)


def is_singular(path: str) -> bool:
    return _parsed(path).singular


def check_path(path: str) -> None:
    """Stricter than find(): what a definition may hold, so that no answer makes it slow."""
    if len(path) > limits.PATH:
        raise InvalidPath(f"A path has at most {limits.PATH} characters.")
    query = _parsed(path)
    if query.descents > 2:
        raise InvalidPath("A path may look at everything below (..) at most twice.")
    if query.widest > 16:
        raise InvalidPath("A path may have at most 16 choices in one pair of brackets.")
    if query.filters_in_filters:
        raise InvalidPath("A filter inside a filter is too slow.", hint="Use two steps.")


class _Query:
    """A parsed path, ready to run."""

    __slots__ = ("descents", "filters_in_filters", "keys", "segments", "singular", "widest")

    def __init__(self, query: JSONPathQuery, rules: FilterRules) -> None:
        self.singular = query.singular_query()
        self.keys = _keys(query) if self.singular else ()
        self.segments = [_segment(segment, rules) for segment in query.segments]
        self.descents = rules.descents
        self.widest = rules.widest
        self.filters_in_filters = rules.nested


def _parsed(path: str) -> _Query:
    if not isinstance(path, str):
        raise InvalidPath("A path is text.", detail=type(path).__name__)
    if len(path) > LONGEST:
        raise InvalidPath(f"A path has at most {LONGEST:,} characters.")
    return _parse(path)


_PARSER = JSONPathEnvironment()


@lru_cache(maxsize=2048)
def _parse(path: str) -> _Query:
    try:
        rules = FilterRules(lambda query, rules: [_segment(one, rules) for one in query.segments])
        return _Query(_PARSER.compile(path), rules)
    except BadPattern as problem:
        raise InvalidPath(
            f"A pattern in “{path[:80]}” cannot be used.",
            hint="Look-arounds and back-references are not supported.",
            detail=str(problem),
        ) from problem
    except (JSONPathError, RecursionError, ValueError, LookupError, OverflowError) as problem:
        raise InvalidPath(
            f"“{path[:80]}” is no path into an answer.",
            hint="A path begins with $, such as $.data.emails[0].value.",
            detail=str(problem)[:200],
        ) from problem


def _run(query: _Query, document: Any) -> list[Any]:
    root = Root(document, WORK)
    values = [document]
    try:
        for segment in query.segments:
            values = segment(values, root)
    except TooMuchWork as problem:
        raise InvalidPath(
            "This path looks at too many values.", hint="Name more of the way to the value."
        ) from problem
    except RecursionError as problem:
        raise InvalidPath("This answer is nested too deeply for the path.") from problem
    if len(values) > limits.FOUND:
        raise InvalidPath(f"This path finds more than {limits.FOUND:,} values.")
    return values


# Paths that lead to one value


def _keys(query: JSONPathQuery) -> tuple[str | int, ...]:
    keys: list[str | int] = []
    for segment in query.segments:
        selector = segment.selectors[0]
        if isinstance(selector, NameSelector):
            keys.append(selector.name)
        elif isinstance(selector, IndexSelector):
            keys.append(selector.index)
    return tuple(keys)


def _walk(keys: tuple[str | int, ...]) -> Picker:
    def pick(value: Any) -> Any:
        for key in keys:
            if type(value) is dict:
                value = value.get(key)
            elif type(value) is list and type(key) is int:
                value = value[key] if -len(value) <= key < len(value) else None
            else:
                return None
        return value

    return pick


# All other paths

Segment = Callable[[list[Any], Root], list[Any]]


def _segment(segment: JSONPathSegment, rules: FilterRules) -> Segment:
    rules.widest = max(rules.widest, len(segment.selectors))
    selects = [_selector(selector, rules) for selector in segment.selectors]
    if isinstance(segment, JSONPathRecursiveDescentSegment):
        rules.descents += 1
        return _descendants(selects)

    def children(values: list[Any], root: Root) -> list[Any]:
        found: list[Any] = []
        for value in values:
            for select in selects:
                before = len(found)
                select(value, root, found)
                root.spend(1 + len(found) - before)
        return found

    return children


def _descendants(selects: list[Select]) -> Segment:
    def below(values: list[Any], root: Root) -> list[Any]:
        found: list[Any] = []
        for value in values:
            waiting = [value]
            while waiting:
                here = waiting.pop()
                inner = here.values() if type(here) is dict else here
                before = len(found)
                for select in selects:
                    select(here, root, found)
                if type(here) in (dict, list):
                    containers = [one for one in inner if type(one) in (dict, list)]
                    waiting.extend(reversed(containers))
                    root.spend(len(here))
                root.spend(1 + len(found) - before)
        return found

    return below


def _selector(selector: JSONPathSelector, rules: FilterRules) -> Select:
    match selector:
        case NameSelector(name=name):
            return _named(name)
        case IndexSelector(index=index):
            return _indexed(index)
        case SliceSelector():
            return _sliced(selector.slice)
        case WildcardSelector():
            return _all
        case FilterSelector(expression=expression):
            return compile_filter(expression, rules)
    raise InvalidPath(f"“{selector}” is not supported in a path.")


def _named(name: str) -> Select:
    def select(value: Any, root: Root, found: list[Any]) -> None:
        if type(value) is dict and name in value:
            found.append(value[name])

    return select


def _indexed(index: int) -> Select:
    def select(value: Any, root: Root, found: list[Any]) -> None:
        if type(value) is list and -len(value) <= index < len(value):
            found.append(value[index])

    return select


def _sliced(chosen: slice) -> Select:
    def select(value: Any, root: Root, found: list[Any]) -> None:
        if type(value) is list and chosen.step != 0:
            found.extend(value[chosen])

    return select


def _all(value: Any, root: Root, found: list[Any]) -> None:
    if type(value) is dict:
        found.extend(value.values())
    elif type(value) is list:
        found.extend(value)
