"""The list of objects in an answer, as rows and columns; each cell knows its path."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from components.texts import _, ngettext, number

MOST_ROWS: Final = 100
MOST_COLUMNS: Final = 12
LONGEST: Final = 80
DEEPEST: Final = 4
SIMPLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """`path`: an RFC 9535 JSONPath to the value; empty where the object has no such member."""

    path: str
    value: Any
    shown: str


@dataclass(frozen=True, slots=True)
class Table:
    title: str  # where in the answer the list stands: data.people
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: int


def table_of(data: Any) -> Table | None:
    """Of several lists the longest; None where no list holds objects."""
    found = max(_lists(data), key=lambda one: len(one[2]), default=None)
    if found is None:
        return None
    title, path, items = found
    columns = list(dict.fromkeys(key for item in items[:MOST_ROWS] for key in item))[:MOST_COLUMNS]
    rows = [
        [_cell(f"{path}[{at}]", item, key) for key in columns]
        for at, item in enumerate(items[:MOST_ROWS])
    ]
    return Table(title, columns, rows, len(items))


def _lists(data: Any) -> list[tuple[str, str, list[dict[str, Any]]]]:
    found = []
    waiting = deque([("", "$", data, 0)])
    while waiting:
        title, path, value, depth = waiting.popleft()
        if isinstance(value, list):
            if value and all(isinstance(one, dict) for one in value):
                found.append((title, path, value))
        elif isinstance(value, dict) and depth < DEEPEST:
            for key, inner in value.items():
                waiting.append((f"{title}.{key}".strip("."), _below(path, key), inner, depth + 1))
    return found


def _cell(path: str, item: dict[str, Any], key: str) -> Cell:
    if key not in item:
        return Cell("", None, "")
    return Cell(_below(path, key), item[key], _words(item[key]))


def _below(path: str, key: str) -> str:
    if SIMPLE.fullmatch(key):
        return f"{path}.{key}"
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"{path}['{quoted}']"


def _words(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return _("list of {n}").format(n=number(len(value)))
    if isinstance(value, dict):
        return ngettext("{n} value", "{n} values", len(value)).format(n=number(len(value)))
    words = str(value)
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
