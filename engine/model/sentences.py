"""What a connector writes and whom it asks, in plain words made from its settings."""

from collections.abc import Iterable, Sequence
from typing import Any

from engine.errors import RunStopped
from engine.model.expressions import Name, names
from engine.model.parts import Definition, FieldMapping, HttpStep, all_steps
from engine.model.urls import shape

MOST_NAMED = 4


def describe_mapping(mapping: FieldMapping) -> str:
    """Writes name into first name, if it is empty."""
    source = _listed(_spoken(_names(mapping.value))) or "a fixed value"
    how = {"if_empty": ", if it is empty", "append": ", after what is there"}
    how["clear"] = ", and empties it where there is none"
    return f"Writes {source} into {_field(mapping.field)}{how.get(mapping.write, '')}."


def hosts(definition: Definition) -> tuple[str, ...]:
    """Where the connector sends data; an open host is shown as it is written."""
    found: dict[str, None] = {}
    for step in all_steps(definition.config.steps):
        if type(step) is HttpStep:
            for request in (step.request, step.poll.request if step.poll else None):
                if request:
                    found[host_of(request.url)] = None
    return tuple(found)


def host_of(url: str) -> str:
    """The host as people know it; with * where a value stands."""
    try:
        address = shape(url)
    except RunStopped:
        return "an address that cannot be read"
    if address.base == "\0":
        return "the address from an earlier value"
    return address.base.partition("://")[2].replace("\0", "*").lower()


def duration(seconds: float) -> str:
    """90 seconds, 5 minutes, 2 hours, 3 days."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size or seconds == size:
            return _count(round(seconds / size, 1), unit)
    return _count(round(seconds, 3), "second")


# Words


def _names(value: Any) -> list[Name]:
    if type(value) is str:
        try:
            return list(names(value))
        except RunStopped:
            return []
    inner = value.values() if type(value) is dict else value if type(value) is list else ()
    return [name for one in inner for name in _names(one)]


def _spoken(found: Iterable[Name]) -> list[str]:
    """The last word of each path, as people say it; what only steers the address is left out."""
    spoken: dict[str, None] = {}
    for name in found:
        if name.keys[0] == "credential":
            continue
        words = [key for key in name.keys if type(key) is str]
        spoken[words[-1].replace("_", " ")] = None
    return list(spoken)


def _listed(words: Sequence[str]) -> str:
    if len(words) > MOST_NAMED:
        return f"{', '.join(words[:MOST_NAMED])} and {len(words) - MOST_NAMED} more"
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _field(field: str) -> str:
    return field.removeprefix("data.").replace("_", " ")


def _count(number: float, word: str) -> str:
    return f"{number:g} {word}{'' if number == 1 else 's'}"
