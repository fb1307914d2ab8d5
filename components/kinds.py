"""The kinds of step as people see them: what they are called, how they begin, what they do."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

HOLE = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
RESERVED = {"status", "headers", "body", "items", "winner", "cost", "taken"}
HELD = "⟨⟩"


@dataclass(frozen=True, slots=True)
class Kind:
    title: str
    about: str
    icon: str
    color: str
    offered: bool = True


KINDS = {
    "http": Kind(
        "Call a web service", "Ask it something, keep what it answers", "globe", "#2563eb"
    ),
    "set": Kind("Set values", "Put texts together, or name a value", "variable", "#0f8a5f"),
    "branch": Kind("Split into paths", "Go on one way or another", "git-branch", "#7c3aed", False),
    "for_each": Kind(
        "Repeat for each", "Once for every item of a list", "repeat", "#0891b2", False
    ),
    "waterfall": Kind("First that finds", "Ask one after the other", "list-tree", "#be185d", False),
    "wait": Kind("Wait", "A while, or until a time", "timer", "#64748b", False),
    "stop": Kind("Stop", "End here, with an outcome", "flag", "#dc2626", False),
}


def kind_of(step: dict[str, Any]) -> Kind:
    return KINDS.get(str(step.get("kind")), Kind("Step", "", "circle-dashed", "#64748b", False))


def title(step: dict[str, Any]) -> str:
    return str(step.get("name") or kind_of(step).title)


def new_step(kind: str, step_id: str) -> dict[str, Any]:
    step: dict[str, Any] = {"id": step_id, "name": kind_of({"kind": kind}).title, "kind": kind}
    if kind == "http":
        step |= {"request": {"method": "GET", "url": ""}, "extract": {}}
    elif kind == "set":
        step["values"] = {}
    elif kind == "branch":
        step["branches"] = [{"name": "Yes", "steps": []}, {"name": "Otherwise", "steps": []}]
    elif kind == "for_each":
        step |= {"items": "", "as": "item", "steps": []}
    elif kind == "waterfall":
        step["attempts"] = [{"name": "First", "steps": []}, {"name": "Second", "steps": []}]
    elif kind == "wait":
        step["for_ms"] = 1000
    elif kind == "stop":
        step["outcome"] = "skipped"
    return step


def sentence(step: dict[str, Any], services: Mapping[str, str] | None = None) -> str:
    """What this step does, made from its settings; forgiving, since it is being edited.

    `services`: names of the services that keys are for, by credential.
    """
    make = _SENTENCES.get(str(step.get("kind")))
    said = make(step) if make else ""
    named = (services or {}).get(str(step.get("credential")))
    if named and step.get("kind") == "http":
        said = said.replace(_place(str((step.get("request") or {}).get("url") or "")), named, 1)
    if step.get("disabled"):
        return f"Skipped. {said}"
    return f"{said}, only when its condition holds" if step.get("when") and said else said


def name_for(label: str) -> str:
    """A name for a value from what the service calls it: givenName → given_name, #2 → item_2."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", label)
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    name = re.sub(r"\W+", "_", plain).strip("_").lower()
    if not name:
        return "value"
    return name if not name[0].isdigit() else f"item_{name}"


def readable(name: str) -> str:
    """first_name → First name, given_name → Given name"""
    words = name.replace("_", " ").strip()
    words = "e-mail" if words == "email" else words
    return words[:1].upper() + words[1:]


def _http(step: dict[str, Any]) -> str:
    request = step.get("request") or {}
    url = str(request.get("url") or "").strip()
    if not url:
        return "Needs an address"
    kept = list(step.get("extract") or {})
    verb = {"GET": "Asks", "HEAD": "Asks", "DELETE": "Deletes at"}.get(
        str(request.get("method") or "GET"), "Sends to"
    )
    sentence = f"{verb} {_place(url)}{_by(request)}"
    return (
        f"{sentence}, keeps {_listed([readable(name).lower() for name in kept])}"
        if kept
        else sentence
    )


def _place(url: str) -> str:
    plain = HOLE.sub(HELD, url)
    try:
        return urlsplit(plain).hostname or "a web service"
    except ValueError:
        return "a web service"


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
    words = [readable(name).lower() for name in dict.fromkeys(used)]
    return f" by {_listed(words)}" if words else ""


def _set(step: dict[str, Any]) -> str:
    names = [readable(name).lower() for name in step.get("values") or {}]
    return f"Sets {_listed(names)}" if names else "Needs a value"


def _for_each(step: dict[str, Any]) -> str:
    return f"Once for each of {step['items']}" if step.get("items") else "Needs a list"


def _wait(step: dict[str, Any]) -> str:
    if step.get("until"):
        return "Waits until a time"
    return f"Waits {(step.get('for_ms') or 0) / 1000:g} s"


def _listed(words: list[str], most: int = 3) -> str:
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "http": _http,
    "set": _set,
    "branch": lambda step: f"Takes one of {len(step.get('branches') or [])} paths",
    "for_each": _for_each,
    "waterfall": lambda step: (
        f"Tries {len(step.get('attempts') or [])} ways, stops at the first find"
    ),
    "wait": _wait,
    "stop": lambda step: f"Ends the run as {str(step.get('outcome') or 'found').replace('_', ' ')}",
}
