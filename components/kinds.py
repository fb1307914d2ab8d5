"""The kinds of step as people see them: what they are called, how they begin, what they do."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from components.conditions import in_words
from components.fields import amid, field_label
from components.sentences import translated
from components.texts import _, later
from engine.model.names import name_for as name_for
from engine.model.names import readable as readable
from engine.model.sentences import duration

HOLE = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
RESERVED = {"status", "headers", "body", "items", "winner", "cost", "taken"}
HELD = "⟨⟩"
NO_CONDITION = {"left": "", "op": "is_not_empty"}  # asked for, and not said yet


@dataclass(frozen=True, slots=True)
class Kind:
    title: str
    about: str
    icon: str
    color: str


KINDS = {
    "http": Kind(
        later("Ask a service"),
        later("Call a web service and keep what it answers."),
        "globe",
        "#2563eb",
    ),
    "set": Kind(
        later("Put values together"),
        later("Make a new value from texts and earlier values."),
        "variable",
        "#0f8a5f",
    ),
    "branch": Kind(
        later("Choose a way"),
        later("Go on one way or another, by what is known so far."),
        "git-branch",
        "#7c3aed",
    ),
    "for_each": Kind(
        later("For each of a list"),
        later("Do the same steps once for every item of a list."),
        "repeat",
        "#0891b2",
    ),
    "waterfall": Kind(
        later("Try one after the other"),
        later("Ask several services in turn, until one finds something."),
        "list-tree",
        "#be185d",
    ),
    "wait": Kind(later("Wait"), later("Pause for a while, or until a time."), "timer", "#64748b"),
    "stop": Kind(later("Stop"), later("End here, and say how it went."), "flag", "#dc2626"),
}


def kind_of(step: dict[str, Any]) -> Kind:
    return KINDS.get(str(step.get("kind")), Kind(later("Step"), "", "circle-dashed", "#64748b"))


def title(step: dict[str, Any]) -> str:
    return str(step.get("name") or _(kind_of(step).title))


def new_step(kind: str, step_id: str) -> dict[str, Any]:
    step: dict[str, Any] = {"id": step_id, "name": _(kind_of({"kind": kind}).title), "kind": kind}
    if kind == "http":
        step |= {"request": {"method": "GET", "url": ""}, "extract": {}}
    elif kind == "set":
        step["values"] = {}
    elif kind == "branch":
        step["branches"] = [
            {"name": _("Yes"), "when": dict(NO_CONDITION), "steps": []},
            {"name": _("Otherwise"), "steps": []},
        ]
    elif kind == "for_each":
        step |= {"items": "", "as": "item", "steps": []}
    elif kind == "waterfall":
        step["attempts"] = [{"name": _("First"), "steps": []}, {"name": _("Second"), "steps": []}]
    elif kind == "wait":
        step["for_ms"] = 1000
    elif kind == "stop":
        step["outcome"] = "found"
    return step


def sentence(step: dict[str, Any], services: Mapping[str, str] | None = None) -> str:
    """What this step does, made from its settings; forgiving, since it is being edited.

    `services`: names of the services that keys are for, by credential.
    """
    make = _SENTENCES.get(str(step.get("kind")))
    words = make(step) if make else ""
    named = (services or {}).get(str(step.get("credential")))
    if named and step.get("kind") == "http":
        words = words.replace(_place(str((step.get("request") or {}).get("url") or "")), named, 1)
    if step.get("disabled"):
        return _("Skipped. {sentence}").format(sentence=words)
    if step.get("when") and words:
        if condition := in_words(step["when"]):
            return _("{sentence}, only if {condition}").format(sentence=words, condition=condition)
        return _("{sentence}, only when its condition holds").format(sentence=words)
    return words


def _http(step: dict[str, Any]) -> str:
    request = step.get("request") or {}
    url = str(request.get("url") or "").strip()
    if not url:
        return _("Needs an address")
    kept = list(step.get("extract") or {})
    method = str(request.get("method") or "GET")
    does = {"GET": _("Asks {place}"), "HEAD": _("Asks {place}"), "DELETE": _("Deletes at {place}")}
    sentence = does.get(method, _("Sends to {place}")).format(place=_place(url))
    if used := _by(request):
        sentence = _("{sentence} by {fields}").format(sentence=sentence, fields=used)
    return (
        _("{sentence}, keeps {listed}").format(
            sentence=sentence, listed=_listed([readable(name).lower() for name in kept])
        )
        if kept
        else sentence
    )


def _place(url: str) -> str:
    plain = HOLE.sub(HELD, url)
    try:
        return (urlsplit(plain).hostname or _("a web service")).replace(HELD, "*")
    except ValueError:
        return _("a web service")


def _by(request: dict[str, Any]) -> str:
    """by e-mail: the contact's fields that go out."""
    texts = [
        str(request.get("url") or ""),
        str(request.get("query") or ""),
        str(request.get("body") or ""),
    ]
    used = [
        name for text in texts for name in re.findall(r"contact\.(\w+)", text) if name != "data"
    ]
    words = [amid(field_label(name)) for name in dict.fromkeys(used)]
    return _listed(words)


def _set(step: dict[str, Any]) -> str:
    names = [readable(name).lower() for name in step.get("values") or {}]
    return _("Sets {names}").format(names=_listed(names)) if names else _("Needs a value")


def _branch(step: dict[str, Any]) -> str:
    names = [str(one.get("name") or "") for one in step.get("branches") or []]
    ways = _listed([n for n in names if n], last=_("or"))
    return _("Goes one of {n} ways: {ways}").format(n=len(names), ways=ways)


def _for_each(step: dict[str, Any]) -> str:
    items = str(step.get("items") or "")
    if not items:
        return _("Needs a list")
    path = (HOLE.search(items) or [items, items])[1].split("|")[0].strip()
    items = readable(path.rsplit(".", 1)[-1]).lower()
    if step.get("concurrency", 1) > 1:
        return _("Once for each of {items}, {n} at once").format(items=items, n=step["concurrency"])
    return _("Once for each of {items}").format(items=items)


def _waterfall(step: dict[str, Any]) -> str:
    names = [str(one.get("name") or "") for one in step.get("attempts") or []]
    return _("Tries {listed}, until one finds something").format(
        listed=_listed([n for n in names if n], last=_("then"))
    )


def _wait(step: dict[str, Any]) -> str:
    if step.get("until") is not None:
        return _("Waits until a time") if step["until"] else _("Needs a time")
    return _("Waits {duration}").format(
        duration=translated(duration((step.get("for_ms") or 0) / 1000))
    )


def _stop(step: dict[str, Any]) -> str:
    ends = {
        "found": _("Ends the run as found"),
        "partly": _("Ends the run as partly found"),
        "not_found": _("Ends the run as not found"),
        "skipped": _("Ends the run as skipped"),
        "failed": _("Ends the run as failed"),
    }
    outcome = str(step.get("outcome") or "found")
    words = str(step.get("message") or "")
    return ends.get(outcome, ends["found"]) + (f": {words}" if words else "")


def _listed(words: list[str], most: int = 3, *, last: str = "") -> str:
    if len(words) > most:
        words = [*words[: most - 1], _("{n} more").format(n=len(words) - most + 1)]
    return f" {last or _('and')} ".join(
        part for part in (", ".join(words[:-1]), *words[-1:]) if part
    )


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "http": _http,
    "set": _set,
    "branch": _branch,
    "for_each": _for_each,
    "waterfall": _waterfall,
    "wait": _wait,
    "stop": _stop,
}
