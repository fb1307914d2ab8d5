"""Which found value goes into which field of the contact, and what that changes."""

import copy
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal

from jsonpath_ng import Child, Fields, Root

from engine.model.contact import COLUMNS
from engine.model.expressions import Getter, Hole, Scope, names, parse
from engine.model.parts import FieldMapping
from engine.model.room import Room
from engine.model.slots import compile_json
from engine.model.values import as_text, is_empty
from engine.record import record

Write = Literal["overwrite", "if_empty", "append", "clear"]
Action = Literal["overwrite", "if_empty", "append", "clear", "keep"]

_DATA = re.compile(r"data(?:\.[^\W\d][\w-]{0,63}){1,10}")


@record
class CompiledMapping:
    field: str
    value: Getter
    write: Write
    step_id: str | None


@record
class Mapped:
    """A value on its way into a field."""

    field: str
    value: Any
    write: Write
    step_id: str | None = None


@record
class Change:
    """What a mapping does to a contact; `keep` means nothing."""

    field: str
    before: Any
    after: Any
    action: Action
    step_id: str | None = None


def is_field(name: str) -> bool:
    """email, …, or data.<name>, or a name further inside: data.company.size."""
    return name in COLUMNS or bool(_DATA.fullmatch(name))


def compile_mappings(mappings: Iterable[FieldMapping]) -> tuple[CompiledMapping, ...]:
    return tuple(
        CompiledMapping(
            mapping.field,
            _value(mapping.value),
            mapping.write,
            _origin(mapping.value),
        )
        for mapping in mappings
    )


def _value(template: Any) -> Getter:
    """Text around values of which none is there says nothing: “ ” for two missing names."""
    get = compile_json(template, lenient=True)
    parts = parse(template).parts if type(template) is str else ()
    holes = [part for part in parts if type(part) is Hole]
    if not holes or len(parts) == 1:
        return get
    return lambda scope: None if all(is_empty(one.get(scope)) for one in holes) else get(scope)


def evaluate(mappings: Sequence[CompiledMapping], scope: Scope) -> list[Mapped]:
    """For each field the first mapping that has a value."""
    found: dict[str, Mapped] = {}
    room = Room()
    for mapping in mappings:
        if mapping.field in found:
            continue
        value = mapping.value(scope)
        if mapping.field in COLUMNS:
            value = _as_column(value)
        missing = value is None or (type(value) is str and is_empty(value))
        if missing and mapping.write != "clear":
            continue
        value = None if missing else value
        found[mapping.field] = Mapped(mapping.field, value, mapping.write, mapping.step_id)
        room.take(value)
    return list(found.values())


def apply(contact: dict[str, Any], mapped: Iterable[Mapped]) -> list[Change]:
    """What the values change, in order. The contact itself is left alone; see `written`."""
    now = {**contact, "data": copy.deepcopy(contact.get("data"))}  # the rest is text
    changes = []
    for one in mapped:
        before = read(now, one.field)
        after, action = _decide(before, one)
        if action != "keep" and not _put(now, one.field, after):
            after, action = before, "keep"
        own = copy.deepcopy(after) if type(after) in (dict, list) else after
        changes.append(Change(one.field, before, own, action, one.step_id))
    return changes


def written(contact: dict[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """The columns to store: each changed one, and the whole of `data` where any of it changed."""
    now = {"data": copy.deepcopy(contact.get("data") or {})}
    columns: dict[str, Any] = {}
    for change in changes:
        if change.action == "keep":
            continue
        if change.field in COLUMNS:
            columns[change.field] = change.after
        elif _put(now, change.field, change.after):
            columns["data"] = now["data"]
    return columns


def read(contact: dict[str, Any], field: str) -> Any:
    """The field's value, or None."""
    value: Any = contact
    for key in field.split("."):
        value = value.get(key) if type(value) is dict else None
    return value


def _origin(value: Any) -> str | None:
    """The first step a mapping takes its value from."""
    if type(value) is str:
        found = (name.keys for name in names(value) if name.keys[0] == "steps")
        return next((str(keys[1]) for keys in found if len(keys) > 1), None)
    inner = value.values() if type(value) is dict else value if type(value) is list else ()
    return next((origin for one in inner if (origin := _origin(one))), None)


def _as_column(value: Any) -> str | None:
    if value is None:
        return None
    if type(value) is list and not any(type(item) in (list, dict) for item in value):
        return ", ".join(as_text(item) for item in value if not is_empty(item))
    if type(value) in (list, dict) and not value:
        return None
    return as_text(value)


def _decide(before: Any, mapped: Mapped) -> tuple[Any, Action]:
    value = mapped.value
    match mapped.write:
        case "clear" if value is None:
            return (before, "keep") if before is None else (None, "clear")
        case "overwrite" | "clear":
            after, action = value, "overwrite"
        case "if_empty":
            after, action = (value if is_empty(before) else before), "if_empty"
        case "append":
            after, action = _appended(before, value), "append"
    if type(after) is type(before) and after == before:
        return before, "keep"
    return after, action  # type: ignore[return-value]


def _appended(before: Any, value: Any) -> Any:
    """A list gets each value once. Text gets it behind a comma, unless it is there already."""
    if type(before) is list:
        new = value if type(value) is list else [value]
        return before + [item for item in _once(new) if item not in before]
    if is_empty(before):
        return _once(value) if type(value) is list else value
    if is_empty(value):
        return before
    if type(value) is list or dict in (type(before), type(value)):
        new = value if type(value) is list else [value]
        return [before, *(item for item in _once(new) if item != before)]
    text, addition = as_text(before), as_text(value)
    there = f", {addition}, " in f", {text}, "
    return before if there else f"{text}, {addition}"


def _once(items: list[Any]) -> list[Any]:
    return [item for place, item in enumerate(items) if item not in items[:place]]


def _put(contact: dict[str, Any], field: str, value: Any) -> bool:
    """Set a field. False where a single value stands in the way of a deeper name."""
    if field in COLUMNS:
        contact[field] = value
        return True
    keys = field.split(".")
    holder = contact
    for key in keys[:-1]:
        if holder.get(key) is None:  # a null on the way makes room for what goes inside
            holder[key] = {}
        if type(holder[key]) is not dict:
            return False
        holder = holder[key]
    _member(keys[-1]).update_or_create(holder, value)
    return True


@lru_cache(maxsize=256)
def _member(name: str) -> Child:
    return Child(Root(), Fields(name))
