"""The {{ }} language: paths, literals and filters inside text.

>>> fill("Hello {{ contact.name | title }}", {"contact": {"name": "ada"}})
'Hello Ada'
>>> fill("{{ contact.age }}", {"contact": {"age": 36}})
36

Jinja's parser reads the syntax; its runtime is never used. What a parsed expression may do is
decided here: walk plain JSON data and apply our own filters. There is nothing else to reach.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment, TemplateSyntaxError, nodes

from engine.errors import ExpressionError
from engine.model.filters import FILTERS, Filter
from engine.model.names import closest
from engine.model.paths import Getter, Key, Name, Scope, missing, walk
from engine.model.values import MAX_TEXT, MISSING, as_text, plain

__all__ = [
    "ExpressionError",
    "Getter",
    "Hole",
    "Name",
    "Scope",
    "Text",
    "answer",
    "compile_value",
    "fill",
    "names",
    "parse",
]

MAX_SOURCE: Final = 65_536
REMEMBERED: Final = 2_048  # longer texts are not worth the memory
MAX_HOLES: Final = 200
MAX_HOLE: Final = 512
MAX_BRACKETS: Final = 24
MAX_STEPS: Final = 32
MAX_FILTERS: Final = 10
MAX_WHOLE: Final = 2**53


@dataclass(frozen=True, slots=True)
class Hole:
    """One {{ expression }}, ready to be answered."""

    source: str
    get: Getter
    names: tuple[Name, ...]
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Text cut into what stays and what is filled in."""

    parts: tuple[str | Hole, ...]

    @property
    def holes(self) -> Iterator[Hole]:
        return (part for part in self.parts if type(part) is Hole)

    @property
    def lone(self) -> Hole | None:
        """The only expression of a text that has nothing else, so that its type is kept."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if type(only) is Hole else None


def fill(text: str, values: Scope) -> Any:
    """The text with every expression answered; an expression on its own keeps its type."""
    if type(values) is not dict:
        raise ExpressionError("There are no values to choose from.")
    short = type(text) is str and len(text) <= REMEMBERED
    return (_compiled_once if short else compile_value)(text)(values)


def names(text: str) -> tuple[Name, ...]:
    """Every path the text asks for, in order."""
    return tuple(name for hole in parse(text).holes for name in hole.names)


def compile_value(text: str, *, lenient: bool = False) -> Getter:
    """A function from the known values to the filled-in value.

    Where a value is missing the strict one raises, the lenient one says null.
    """
    parsed = parse(text)
    if not any(parsed.holes):
        literal = "".join(part for part in parsed.parts if type(part) is str)
        return lambda scope: literal
    if parsed.lone:
        return _lone(parsed.lone, lenient)
    return _mixed(parsed, lenient)


_compiled_once = lru_cache(maxsize=4096)(compile_value)


def answer(hole: Hole, scope: Scope) -> Any:
    """The hole's value; the error says what is missing and what is known instead."""
    value = hole.get(scope)
    if value is MISSING:
        raise _missing(hole, scope)
    return value


def _lone(hole: Hole, lenient: bool) -> Getter:
    get = hole.get

    def value(scope: Scope) -> Any:
        found = get(scope)
        if found is MISSING:
            if lenient:
                return None
            raise _missing(hole, scope)
        return plain(found)

    return value


def _mixed(text: Text, lenient: bool) -> Getter:
    def value(scope: Scope) -> str:
        pieces = []
        size = 0
        for part in text.parts:
            if type(part) is Hole:
                found = part.get(scope) if lenient else answer(part, scope)
                piece = "" if found is MISSING else as_text(found)
            else:
                piece = str(part)
            size += len(piece)
            if size > MAX_TEXT:
                raise ExpressionError("The filled-in text is longer than 1 MB.")
            pieces.append(piece)
        return "".join(pieces)

    return value


# Reading


def parse(text: str) -> Text:
    """Cut a text at its expressions. The same short text is only ever read once."""
    if not isinstance(text, str):
        raise ExpressionError("This is not text.", detail=type(text).__name__)
    if len(text) > MAX_SOURCE:
        raise ExpressionError(f"This text is longer than {MAX_SOURCE:,} characters.")
    return _parse_once(text) if len(text) <= REMEMBERED else _parse(text)


# Each text can be cut in one way only, so a failure costs no more than a success. Possessive
# repetition would say so itself, but matches nothing in Python 3.11 before 3.11.5.
_QUOTED = r""""[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'"""
_HOLE = re.compile(r"\{\{([^\"'}]*(?:(?:" + _QUOTED + r"|\}(?!\}))[^\"'}]*)*)\}\}", re.DOTALL)
# Quotes, and header names with dashes, which Jinja would take for a subtraction.
_SPECIAL = re.compile(_QUOTED + r"|(?<=\bheaders)\.[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)+", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:[\\'\"nrtbf]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|(.)?)", re.DOTALL)
_JINJA = Environment(autoescape=False)  # for parse() only; nothing is ever rendered with it
_JINJA.globals.clear()


def _parse(text: str) -> Text:
    parts: list[str | Hole] = []
    position = holes = 0
    while (start := text.find("{{", position)) >= 0:
        found = _HOLE.match(text, start)
        if not found:
            raise ExpressionError("An expression is opened with {{ and never closed with }}.")
        if start > position:
            parts.append(_kept(text[position:start]))
        parts.append(_hole(found[1]))
        position = found.end()
        holes += 1
        if holes > MAX_HOLES:
            raise ExpressionError(f"This text has more than {MAX_HOLES} expressions.")
    if position < len(text) or not parts:
        parts.append(_kept(text[position:]))
    return Text(tuple(parts))


_parse_once = lru_cache(maxsize=4096)(_parse)


def _kept(text: str) -> str:
    if "{%" in text or "{#" in text:
        raise ExpressionError("Only {{ }} works here; {% and {# mean nothing.")
    return text


@lru_cache(maxsize=4096)
def _hole(source: str) -> Hole:
    if len(source) > MAX_HOLE or sum(map(source.count, "([{")) > MAX_BRACKETS:
        raise ExpressionError("This expression is too long.", hint="Split it into set steps.")
    try:
        # The spaces keep a minus from being read as Jinja's {{- white space control.
        tree = _JINJA.parse("{{ " + _SPECIAL.sub(_special, source) + " }}")
    except (TemplateSyntaxError, RecursionError, ValueError, OverflowError) as problem:
        raise _unreadable(source, detail=str(problem)) from problem
    match tree.body:
        case [nodes.Output(nodes=[nodes.Expr() as only])] if type(only) is not nodes.TemplateData:
            return _read(only, source.strip())
    raise _unreadable(source)


def _special(found: re.Match[str]) -> str:
    if found[0].startswith("."):
        return f'["{found[0][1:]}"]'
    for escape in _ESCAPE.finditer(found[0]):
        if escape[1]:
            raise ExpressionError("A backslash inside quotes is written twice: \\\\.")
    # Jinja would turn these into plain line ends.
    return found[0].replace("\r", "\\r")


def _read(node: nodes.Expr, source: str) -> Hole:
    calls: list[nodes.Filter] = []
    while type(node) is nodes.Filter and node.node is not None:
        calls.append(node)
        node = node.node
    if len(calls) > MAX_FILTERS:
        raise ExpressionError(f"More than {MAX_FILTERS} filters follow one another.")
    calls.reverse()
    used: list[Name] = []
    defaults = [place for place, call in enumerate(calls) if call.name == "default"]
    get = _source(node, source, used, optional=bool(defaults))
    for place, call in enumerate(calls):
        later = any(place < other for other in defaults)
        get = _filtered(get, call, source, used, optional=later)
    return Hole(source, get, tuple(used), tuple(call.name for call in calls))


def _source(node: nodes.Expr, source: str, used: list[Name], *, optional: bool) -> Getter:
    if type(node) in (nodes.Const, nodes.Neg) or _is_null(node):
        value = _literal(node, source)
        return lambda scope: value
    keys = _keys(node, source)
    used.append(Name(keys, optional))
    return walk(keys)


def _filtered(
    get: Getter, call: nodes.Filter, source: str, used: list[Name], *, optional: bool
) -> Getter:
    chosen = FILTERS.get(call.name)
    if chosen is None:
        raise ExpressionError(
            f"There is no filter called “{call.name[:40]}”. Known: {', '.join(sorted(FILTERS))}.",
            hint=closest(call.name, FILTERS),
        )
    if call.kwargs or call.dyn_args or call.dyn_kwargs:
        raise _unreadable(source)
    if call.name == "default":
        if len(call.args) != 1:
            raise ExpressionError('“default” takes one value: default("…").')
        return _default(get, _source(call.args[0], source, used, optional=optional))
    return _apply(get, chosen, chosen.check([_literal(arg, source) for arg in call.args]))


def _default(get: Getter, otherwise: Getter) -> Getter:
    def value(scope: Scope) -> Any:
        found = get(scope)
        return otherwise(scope) if found is None or found is MISSING else found

    return value


def _apply(get: Getter, chosen: Filter, args: tuple[Any, ...]) -> Getter:
    run, takes_null = chosen.run, chosen.takes_null

    def value(scope: Scope) -> Any:
        found = get(scope)
        if found is MISSING or (found is None and not takes_null):
            return found
        return run(plain(found), *args)

    return value


def _is_null(node: nodes.Expr) -> bool:
    """As JSON spells it; the parser itself knows only none."""
    return type(node) is nodes.Name and node.name == "null"


def _literal(node: nodes.Expr, source: str) -> Any:
    if _is_null(node):
        return None
    sign = 1
    if type(node) is nodes.Neg and type(node.node) is nodes.Const:
        node, sign = node.node, -1
    if type(node) is not nodes.Const:
        raise ExpressionError("A filter takes a text or a number here.", detail=source)
    value = node.value
    if type(value) is str and sign == 1:
        if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
            raise ExpressionError("This text holds a character that cannot be sent.")
        return value
    if type(value) in (int, float) and abs(value) <= MAX_WHOLE:
        return sign * value
    if (value is None or type(value) is bool) and sign == 1:
        return value
    raise ExpressionError("This number is too large.", detail=source)


def _keys(node: nodes.Expr, source: str) -> tuple[Key, ...]:
    keys: list[Key] = []
    while type(node) is not nodes.Name:
        match node:
            case nodes.Getattr():
                keys.append(_key(node.attr))
            case nodes.Getitem():
                keys.append(_key(_literal(node.arg, source)))
            case _:
                raise _unreadable(source, detail=type(node).__name__)
        node = node.node
    keys.append(_key(node.name))
    if len(keys) > MAX_STEPS:
        raise ExpressionError(f"This path has more than {MAX_STEPS} steps.")
    return tuple(reversed(keys))


def _key(key: Any) -> Key:
    if type(key) is str and len(key) <= 256 and not (key[:2] == key[-2:] == "__"):
        return key
    if type(key) is int:
        return key
    raise ExpressionError(f"“{str(key)[:40]}” is not the name of a value.")


# Saying what is wrong


def _unreadable(source: str, *, detail: str = "") -> ExpressionError:
    return ExpressionError(
        f"“{source.strip()[:80]}” cannot be read.",
        hint="Write a path such as contact.email, then filters: {{ contact.email | lower }}.",
        detail=detail,
    )


def _missing(hole: Hole, scope: Scope) -> ExpressionError:
    for name in hole.names:
        if not name.optional and walk(name.keys)(scope) is MISSING:
            return missing(name, scope)
    return ExpressionError(f"{{{{ {hole.source[:80]} }}}} leads to no value.")
