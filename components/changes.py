"""What is different between two documents of a connector, in words: steps, settings, mappings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from components import kinds
from components.conditions import in_words
from components.fields import field_label
from components.kinds import HOLE, readable
from components.step_tree import Place, places_in
from components.texts import _, each, later
from engine.model.values import as_text

Sort = Literal["added", "removed", "changed"]
MOST_SHOWN = 90
CONDITIONS = ("when", "accept", "until")
WORDS = {
    "name": later("Name"),
    "notes": later("Note"),
    "kind": later("Kind"),
    "disabled": later("Left out"),
    "credential": later("Key"),
    "request.method": later("What to do"),
    "request.url": later("Address"),
    "on_error": later("When it fails"),
    "when": later("Only when"),
    "timeout_ms": later("Longest wait (ms)"),
    "cache.ttl_s": later("Reuse answers (s)"),
    "items": later("Which list"),
    "as": later("Call one item"),
    "concurrency": later("At once"),
    "max_items": later("At most"),
    "for_ms": later("Waits (ms)"),
    "until": later("Until"),
    "outcome": later("Ends as"),
    "message": later("Says"),
    "description": later("What it is for"),
    "max_retries": later("Tries again"),
    "continue_on_error": later("Goes on when a step fails"),
}
GROUPS = {
    "request.query": later("Search term"),
    "request.headers": later("Header"),
    "request.body": later("Sends"),
    "extract": later("Keeps"),
    "values": later("Value"),
    "result": later("Keeps of each"),
    "rules": later("Rule"),
    "paginate": later("Pages:"),
    "poll": later("Waiting:"),
    "retry": later("Repeats:"),
    "branches": later("Way"),
    "attempts": later("Attempt"),
}
WRITES = {
    "if_empty": later("only where it is empty"),
    "append": later("added"),
    "clear": later("always, also empties"),
}
SETTINGS = {  # what is meant where nothing is said
    "name": "",
    "description": "",
    "timeout_ms": 30_000,
    "max_retries": 3,
    "continue_on_error": False,
}


@dataclass(frozen=True, slots=True)
class Change:
    sort: Sort
    title: str
    lines: tuple[str, ...] = ()


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    return [*_whole(old, new), *_steps(old, new), *_mappings(old, new)]


def _whole(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = (
        {name: usual if doc.get(name) is None else doc[name] for name, usual in SETTINGS.items()}
        for doc in (old, new)
    )
    lines = tuple(_differences(_leaves(before), _leaves(after)))
    if lines:
        yield Change("changed", _("The connector"), lines)


def _steps(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = _by_id(old), _by_id(new)
    moved = _moved(before, after)
    for step_id, place in after.items():
        title = f"{place.number} {kinds.title(place.step)}"
        if step_id not in before:
            yield Change("added", title, (kinds.sentence(place.step),))
            continue
        lines = [*_differences(_leaves(before[step_id].step), _leaves(place.step))]
        if step_id in moved:
            lines.append(_("Moved: it was number {number}").format(number=before[step_id].number))
        if lines:
            yield Change("changed", title, tuple(lines))
    for step_id, place in before.items():
        if step_id not in after:
            title = f"{place.number} {kinds.title(place.step)}"
            yield Change("removed", title, (kinds.sentence(place.step),))


def _mappings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = (_written(doc) for doc in (old, new))
    for name in dict.fromkeys([*before, *after]):
        title = _("Contact field {name}").format(name=field_label(name))
        if name not in before:
            yield Change("added", title, (after[name],))
        elif name not in after:
            yield Change("removed", title, (before[name],))
        elif before[name] != after[name]:
            yield Change("changed", title, (f"{before[name]} → {after[name]}",))


def _by_id(document: Mapping[str, Any]) -> dict[str, Place]:
    steps = document.get("steps") or []
    return {str(place.step["id"]): place for place in places_in(steps, "root", "")}


def _moved(before: dict[str, Place], after: dict[str, Place]) -> set[str]:
    """Steps in another list, and as few as possible of those whose order is another one."""
    both = [one for one in after if one in before]
    stayed = [one for one in both if before[one].list_id == after[one].list_id]
    moved = set(both) - set(stayed)
    for list_id in {after[one].list_id for one in stayed}:
        now = [one for one in stayed if after[one].list_id == list_id]
        was = sorted(now, key=lambda one: before[one].index)
        blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
        kept = {one for block in blocks for one in now[block.b : block.b + block.size]}
        moved |= set(now) - kept
    return moved


def _written(document: Mapping[str, Any]) -> dict[str, str]:
    said = {}
    for one in document.get("field_mappings") or []:
        how = each(WRITES).get(str(one.get("write")), "")
        said[str(one.get("field"))] = shown(one.get("value")) + (f", {how}" if how else "")
    return said


def _differences(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name, ""), after.get(name, "")
        if was == now:
            continue
        if not was:
            yield f"{name}: {now}"
        else:
            yield f"{name}: {was} → {now or _('nothing')}"


def _leaves(value: Any, path: str = "", words: str = "") -> dict[str, str]:
    """Every setting by its name for people; steps inside are told by themselves."""
    found: dict[str, str] = {}
    if isinstance(value, dict) and path.rsplit(".", 1)[-1] in CONDITIONS:
        return {words or _("Condition"): _condition(value)}
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("steps", "id"):
                here = f"{path}.{key}" if path else str(key)
                found |= _leaves(inner, here, _named(here, str(key), words))
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, inner in enumerate(value, 1):
            label = inner.get("name") if isinstance(inner, dict) else None
            found |= _leaves(inner, path, f"{words} {label or number}".strip())
    elif value not in (None, "", [], {}):
        found[words] = shown(value)
    return found


def _named(path: str, key: str, words: str) -> str:
    if path in WORDS:
        return _(WORDS[path])
    if path in GROUPS:
        return _(GROUPS[path])
    if words:
        return f"{words} {readable(key).lower() if words in (_('Keeps'), _('Value')) else key}"
    return readable(key)


def _condition(raw: dict[str, Any]) -> str:
    return in_words(raw) or _("a condition that is not whole yet")


def shown(value: Any) -> str:
    """A text with its values in ‹ ›, cut to what one can read in a list."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")

    def called(path: str) -> str:
        return readable(path.split("|")[0].strip().rsplit(".", 1)[-1])

    text = HOLE.sub(lambda hole: f"‹{called(hole[1])}›", as_text(value))
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
