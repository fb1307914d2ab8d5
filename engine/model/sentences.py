"""What a step does, in one plain sentence under its card, made from its settings."""

from collections.abc import Iterable, Sequence
from typing import Any

from engine.errors import RunStopped
from engine.model.expressions import Name, names
from engine.model.parts import (
    BaseStep,
    BranchStep,
    Condition,
    Definition,
    FieldMapping,
    ForEachStep,
    HttpStep,
    SetStep,
    StopStep,
    WaitStep,
    WaterfallStep,
    all_steps,
)
from engine.model.urls import shape

MOST_NAMED = 4

_VERBS = {
    "GET": "Looks up",
    "HEAD": "Checks",
    "POST": "Sends",
    "PUT": "Saves",
    "PATCH": "Updates",
    "DELETE": "Deletes",
    "OPTIONS": "Asks about",
}
_OUTCOMES = {
    "found": "as found",
    "partly": "as partly found",
    "not_found": "as not found",
    "skipped": "as skipped",
    "failed": "as failed",
}


def describe(step: BaseStep) -> str:
    """Looks up the email at api.hunter.io, keeps name and company."""
    sentence = _what(step)
    if step.disabled:
        return f"Switched off. {sentence}"
    if step.when is not None:
        condition = in_words(step.when)
        return f"If {condition}: {sentence[0].lower()}{sentence[1:]}"
    return sentence


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
    """The host as people know it; with … where it comes from a value."""
    try:
        address = shape(url)
    except RunStopped:
        return "an address that cannot be read"
    if address.base == "\0":
        return "the address from an earlier value"
    return address.base.partition("://")[2].replace("\0", "…").lower()


def _what(step: BaseStep) -> str:
    match step:
        case HttpStep():
            return _call(step)
        case SetStep():
            return f"Works out {_listed(list(step.values)) or 'nothing yet'}."
        case BranchStep():
            named = [branch.name or f"branch {n}" for n, branch in enumerate(step.branches, 1)]
            return f"Goes one of {len(named)} ways: {_listed(named, 'or')}."
        case ForEachStep():
            of = _listed(_spoken(_names(step.items))) or "a list"
            at_once = f", {step.concurrency} at a time" if step.concurrency > 1 else ""
            return f"Does {_count(len(step.steps), 'step')} for each of {of}{at_once}."
        case WaterfallStep():
            named = [attempt.name or f"attempt {n}" for n, attempt in enumerate(step.attempts, 1)]
            return f"Tries {', then '.join(named[:MOST_NAMED])} until one finds something."
        case WaitStep():
            return _wait(step)
        case StopStep():
            return f"Ends the run here {_OUTCOMES[step.outcome]}."
    return "Does nothing."


def _call(step: HttpStep) -> str:
    request = step.request
    body = request.body
    sent: list[Any] = [request.url, request.query]
    sent += [body.json_, body.form, body.text] if body else []
    given = _listed(_spoken(_names(sent)))
    preposition = "at" if request.method in ("GET", "HEAD", "DELETE", "OPTIONS") else "to"
    what = f"the {given}" if given else "data"
    keeps = _listed(list(step.extract))
    pages = ", page by page" if step.paginate else ""
    waits = ", and asks again until it is ready" if step.poll else ""
    kept = f", keeps {keeps.replace('_', ' ')}" if keeps else ""
    host = host_of(request.url)
    return f"{_VERBS[request.method]} {what} {preposition} {host}{pages}{waits}{kept}."


def _wait(step: WaitStep) -> str:
    if step.for_ms is not None:
        return f"Waits {duration(step.for_ms / 1000)}."
    return f"Waits until {_listed(_spoken(_names(step.until))) or step.until}."


def duration(seconds: float) -> str:
    """90 seconds, 5 minutes, 2 hours, 3 days."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size or seconds == size:
            return _count(round(seconds / size, 1), unit)
    return _count(round(seconds, 3), "second")


# Conditions

_OPS = {
    "equals": "is",
    "not_equals": "is not",
    "contains": "contains",
    "not_contains": "does not contain",
    "starts_with": "begins with",
    "ends_with": "ends with",
    "matches": "looks like",
    "greater_than": "is more than",
    "less_than": "is less than",
    "is_empty": "is empty",
    "is_not_empty": "has a value",
    "is_true": "is true",
    "in": "is one of",
}


def in_words(condition: Condition) -> str:
    """status is 404 and the body’s data is empty"""
    for many, word in ((condition.all_, " and "), (condition.any_, " or ")):
        if many is not None:
            return word.join(in_words(one) for one in many[:MOST_NAMED]) or "nothing"
    if condition.not_ is not None:
        return f"not ({in_words(condition.not_)})"
    op = condition.op or "equals"
    words = f"{_shown(condition.left)} {_OPS[op]}"
    alone = op in ("is_empty", "is_not_empty", "is_true")
    return words if alone else f"{words} {_shown(condition.right)}"


def _shown(value: Any) -> str:
    if found := _spoken(_names(value)):
        return _listed(found)
    if type(value) is list:
        return _listed([_shown(one) for one in value], "or")
    return "nothing" if value is None else f"“{str(value)[:40]}”"


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


def _listed(words: Sequence[str], last: str = "and") -> str:
    if len(words) > MOST_NAMED:
        return f"{', '.join(words[:MOST_NAMED])} and {len(words) - MOST_NAMED} more"
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _field(field: str) -> str:
    return field.removeprefix("data.").replace("_", " ")


def _count(number: float, word: str) -> str:
    return f"{number:g} {word}{'' if number == 1 else 's'}"
