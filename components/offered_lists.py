"""What an answer offers: its lists, as loops want them, and marks for a next page."""

import re
from collections.abc import Iterator
from typing import Any

from components.texts import _

MOST = 6
DEEPEST = 6
MARK = re.compile(r"next|cursor|after|token|offset|scroll", re.IGNORECASE)


def lists_in(answer: Any) -> list[tuple[str, str, int]]:
    """(path, name, how many), outer lists first.

    >>> lists_in({"data": {"emails": [{"value": "a"}, {"value": "b"}]}})
    [('$.data.emails', 'emails', 2)]
    """
    return list(_found(answer, "$", _("the whole answer"), 0))[:MOST]


def _found(value: Any, path: str, name: str, depth: int) -> Iterator[tuple[str, str, int]]:
    if isinstance(value, list) and value:
        yield path, name, len(value)
    elif isinstance(value, dict) and depth < DEEPEST:
        for key, inner in value.items():
            if isinstance(key, str) and key.isascii() and key.isidentifier():
                yield from _found(inner, f"{path}.{key}", key, depth + 1)


def marks_in(answer: Any) -> dict[str, str]:
    """Where an answer may say how the next page is asked for: path → its words.

    >>> marks_in({"paging": {"next": "abc"}, "name": "Ada"})
    {'$.paging.next': 'next: abc'}
    """
    return dict(_marks(answer, "$", 0))


def _marks(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict) or depth > DEEPEST:
        return
    for key, inner in value.items():
        if not isinstance(key, str) or not key.isascii() or not key.isidentifier():
            continue
        if isinstance(inner, dict):
            yield from _marks(inner, f"{path}.{key}", depth + 1)
        elif MARK.search(key) and isinstance(inner, str | int) and not isinstance(inner, bool):
            yield f"{path}.{key}", f"{key}: {str(inner)[:24]}"
