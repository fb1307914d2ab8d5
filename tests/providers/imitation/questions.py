"""Whether a request asks what the provider understands: nothing missing, nothing it never heard of.

>>> unknown_members({"user": {"nam": 1}}, {"user": {"name": ""}})
['user.nam']
"""

import re
from typing import Any

from tests.providers.imitation.facts import Step
from tests.providers.server import Received


def missing(step: Step, call: Received) -> list[str]:
    """Query members without which the provider answers that something is missing."""
    paging = step.operation.facts["pagination"] or {}
    if paging.get("style") == "next_url" and re.search(r"-[0-9]+$", call.path):
        return []  # the address of a further page says everything itself
    asked = [one for one in step.facts["query"] or () if one["required"]]
    return [one["name"] for one in asked if not _as_wanted(one["value"], call.query, one["name"])]


def complaints(step: Step, call: Received) -> list[str]:
    """What a provider would ignore or trip over; no template of ours should send it."""
    said = []
    if step.facts["query"] is not None:
        known = {one["name"] for one in step.facts["query"]} | _of_the_house(step)
        said += [f"unknown query member {name}" for name in call.query if name not in known]
        said += [f"empty query member {name}" for name, value in call.query.items() if not value]
    kind, wanted = call.headers.get("content-type", ""), step.facts["body_type"]
    if wanted in ("json", "graphql", "jsonapi"):
        if "json" not in kind:
            return [*said, f"content type {kind or 'missing'}"]
        said += [f"unknown member {one}" for one in unknown_members(call.json, step.facts["body"])]
    elif wanted == "form" and "x-www-form-urlencoded" not in kind:
        said.append(f"content type {kind or 'missing'}")
    elif wanted == "none" and call.body:
        said.append("a body where none belongs")
    for name, value in (step.facts.get("headers") or {}).items():
        sent = call.headers.get(name.lower())
        if sent is None or (name.startswith("X-") and sent != value):
            said.append(f"header {name} is {sent}")
    return [f"{step.operation.id}.{step.id}: {one}" for one in said]


def unknown_members(sent: Any, known: Any, path: str = "") -> list[str]:
    """Members that the documented body does not have."""
    if isinstance(sent, dict) and isinstance(known, dict):
        found = []
        for name, value in sent.items():
            here = f"{path}.{name}".lstrip(".")
            found += unknown_members(value, known[name], here) if name in known else [here]
        return found
    if isinstance(sent, list) and isinstance(known, list) and known:
        return [each for one in sent for each in unknown_members(one, known[0], path)]
    return []


def _as_wanted(value: Any, query: dict[str, str], name: str) -> bool:
    given = query.get(name)
    fixed = isinstance(value, str) and "{{" not in value
    return given == value if fixed and value else bool(given)


def _of_the_house(step: Step) -> set[str]:
    """Where the key and the page go."""
    auth, paging = step.operation.auth, step.operation.facts["pagination"] or {}
    names = {auth.get("param"), paging.get("cursor_param"), *(paging.get("request_params") or ())}
    return {name for name in names if name}
