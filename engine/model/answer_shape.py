"""The shape of an answer, without a value of it: which members there are, and of which type.

shape({"a": [{"b": 1}, {"b": None}]})
{"$": ["object"], "$.a": ["array"], "$.a[*]": ["object"], "$.a[*].b": ["null", "number"]}
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Shape = dict[str, list[str]]
Kind = Literal["gone", "type", "new"]

MOST_PATHS: Final = 2000
DEEPEST: Final = 32
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# Names that were made from data, as in {"ada@example.com": …}: which ones there are says nothing.
_DATA: Final = re.compile(r".*(?:@|\d{4,}|\s).*|.{65,}|\d+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Difference:
    kind: Kind
    path: str
    was: str = ""
    now: str = ""


def shape(value: Any) -> Shape:
    found: dict[str, set[str]] = {}
    _note(value, "$", found, 0)
    return {path: sorted(types) for path, types in found.items()}


def joined(shapes: Iterable[Mapping[str, list[str]]]) -> Shape:
    """Of several answers to the same call."""
    found: dict[str, set[str]] = {}
    for one in shapes:
        for path, types in one.items():
            found.setdefault(path, set()).update(types)
    return {path: sorted(types) for path, types in found.items()}


def differences(was: Mapping[str, list[str]], now: Mapping[str, list[str]]) -> list[Difference]:
    """What disappeared, what became something else, and what is new.

    Null and an empty list say nothing about what would stand there, so they differ from nothing.
    """
    found = []
    gone: list[str] = []
    for path, types in was.items():
        if path in now:
            if not _alike(types, now[path]):
                found.append(Difference("type", path, _words(types), _words(now[path])))
                gone.append(path)
        elif not _silent(path, now) and not any(_inside(path, one) for one in gone):
            found.append(Difference("gone", path, _words(types)))
            gone.append(path)
    new: list[str] = []
    for path, types in now.items():
        known = path in was or _silent(path, was)
        if not known and not any(_inside(path, one) for one in (*new, *gone)):
            found.append(Difference("new", path, "", _words(types)))
            new.append(path)
    return found


def _note(value: Any, path: str, found: dict[str, set[str]], depth: int) -> None:
    if len(found) >= MOST_PATHS and path not in found:
        return
    found.setdefault(path, set()).add(_type(value))
    if depth >= DEEPEST:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            _note(inner, path + _member(str(name)), found, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _note(inner, f"{path}[*]", found, depth + 1)


def _member(name: str) -> str:
    if _PLAIN.fullmatch(name) and not _DATA.fullmatch(name):
        return f".{name}"
    return ".*" if _DATA.fullmatch(name) else f'["{name}"]'


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else "text"


def _alike(one: list[str], other: list[str]) -> bool:
    said, heard = set(one) - {"null"}, set(other) - {"null"}
    return not said or not heard or bool(said & heard)


def _silent(path: str, there: Mapping[str, list[str]]) -> bool:
    """Whether the nearest place above it that is there holds nothing."""
    above = path
    while above not in there:
        if above == "$":
            return False
        above = _above(above)
    types = set(there[above])
    if types == {"null"}:
        return True
    empty_list = "array" in types and f"{above}[*]" not in there
    return empty_list and path.startswith(f"{above}[*]")


def _above(path: str) -> str:
    if path.endswith("[*]"):
        return path[:-3]
    if path.endswith('"]'):
        return path[: path.rindex('["')]
    return path[: path.rindex(".")]


def _inside(path: str, other: str) -> bool:
    return path != other and path.startswith(other) and path[len(other)] in ".["


def _words(types: list[str]) -> str:
    return " or ".join(one for one in types if one != "null") or "null"
