"""Paths such as contact.data["first job"]: following them, spelling them, and why they fail."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.errors import ExpressionError
from engine.model.names import closest, listed
from engine.model.values import MISSING

Scope = dict[str, Any]
Getter = Callable[[Scope], Any]
Key = str | int


@dataclass(frozen=True, slots=True)
class Name:
    """A path as it is written: contact.data["first job"]."""

    keys: tuple[Key, ...]
    optional: bool = False  # a default follows, so it may be missing

    def __str__(self) -> str:
        return spelled(self.keys)


def walk(keys: tuple[Key, ...]) -> Getter:
    def value(scope: Scope) -> Any:
        found: Any = scope
        for key in keys:
            if type(found) is dict:
                found = found.get(key, MISSING)
            elif type(found) is list and type(key) is int:
                found = found[key] if -len(found) <= key < len(found) else MISSING
            else:
                return MISSING
        return found

    return value


def missing(name: Name, scope: Scope) -> ExpressionError:
    """Why a path leads nowhere. It tells the names that are known there, never a value."""
    found: Any = scope
    for place, key in enumerate(name.keys):
        inside = walk((key,))(found) if type(found) is dict else walk(name.keys[: place + 1])(scope)
        if inside is MISSING:
            return _nothing_there(spelled(name.keys[:place]), key, found)
        found = inside
    return ExpressionError(f"{name} leads to no value.")


def _nothing_there(where: str, key: Key, holder: Any) -> ExpressionError:
    place = f"in {where}" if where else "here"
    if type(holder) is dict:
        return ExpressionError(
            f"Nothing called “{str(key)[:80]}” is known {place}. Known: {listed(holder)}.",
            hint=closest(str(key), holder) or "Add | default(…) if it may be missing.",
        )
    if type(holder) is list:
        return ExpressionError(
            f"{where} is a list of {len(holder)}, so “{str(key)[:80]}” is not in it."
        )
    what = "is empty" if holder is None else "is a single value"
    return ExpressionError(
        f"{where} {what}, so it has no “{str(key)[:80]}”.",
        hint="Add | default(…) if it may be missing.",
    )


_SIMPLE = re.compile(r"[^\W\d]\w*")


def spelled(keys: tuple[Key, ...]) -> str:
    text = ""
    for key in keys:
        if type(key) is int:
            text += f"[{key}]"
        elif _SIMPLE.fullmatch(str(key)):
            text += f".{key}" if text else str(key)
        else:
            text += f'["{key}"]'
    return text
