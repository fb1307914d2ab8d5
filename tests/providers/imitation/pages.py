"""A list in three pages, each pointing to the next the way its provider does it."""

import copy
from typing import Any

from tests.providers.imitation.facts import Step
from tests.providers.server import Received

LAST = 3


def page(step: Step, call: Received) -> Any | None:
    """The body of the page that is asked for; None where the operation has no pages we play."""
    paging = step.operation.facts["pagination"]
    if not paging or paging.get("applies_to") or paging["style"] != "cursor":
        return None
    cursor = call.query.get(paging["cursor_param"], "page-1")
    number = int(cursor.removeprefix("page-"))
    others = step.facts["alt_responses"]
    if number >= LAST and others:
        return others[-1]["body"]
    body = copy.deepcopy(step.facts["response_example"])
    _put(body, paging["next_cursor_path"].split("."), f"page-{number + 1}", number >= LAST)
    return body


def _put(body: Any, keys: list[str], value: str, last: bool) -> None:
    for key in keys[:-1]:
        body = body.setdefault(key, {})
    if last:
        body.pop(keys[-1], None)
    else:
        body[keys[-1]] = value
