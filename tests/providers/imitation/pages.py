"""A list in three pages, each leading to the next the way its provider does it."""

import copy
from typing import Any

from tests.providers.imitation.facts import Step
from tests.providers.server import Received

LAST = 3

Page = tuple[Any, dict[str, str]]  # body, headers


def page(step: Step, call: Received) -> Page | None:
    """The page that is asked for; None where the operation is no list, or none we play."""
    paging = step.operation.facts["pagination"]
    if not paging or paging.get("applies_to") or step.id == "connection_test":
        return None
    turn = {"cursor": _by_cursor, "offset": _by_offset, "link_header": _by_link}
    turn["next_url"] = _by_next_url
    make = turn.get(paging["style"])
    return make(step, paging, call) if make else None


def _by_cursor(step: Step, paging: dict[str, Any], call: Received) -> Page:
    number = int(call.query.get(paging["cursor_param"], "page-1").removeprefix("page-"))
    others = step.facts["alt_responses"]
    if number >= LAST and others:
        return others[-1]["body"], step.facts["response_headers"]
    body = _example(step)
    *outer, last = paging["next_cursor_path"].split(".")
    holder = _at(body, outer)
    if number < LAST:
        holder[last] = f"page-{number + 1}"
    else:
        holder.pop(last, None)
    _tell_more(body, number < LAST)
    return body, step.facts["response_headers"]


def _by_offset(step: Step, paging: dict[str, Any], call: Received) -> Page:
    """Two full pages, then one with a single item."""
    size, skip = _names(paging["request_params"])
    wanted, skipped = int(call.query.get(size, "10")), int(call.query.get(skip, "0"))
    body = _example(step)
    *outer, last = paging["items_path"].split(".")
    holder = _at(body, outer)
    full = skipped < (LAST - 1) * wanted
    holder[last] = holder[last][:1] * (wanted if full else 1)
    _tell_more(body, full)
    return body, step.facts["response_headers"]


def _by_link(step: Step, paging: dict[str, Any], call: Received) -> Page:
    number = int(call.query.get("page", "1"))
    others = {k: v for k, v in step.facts["response_headers"].items() if k != paging["header"]}
    if number >= LAST:
        return _example(step), others
    kept = [f"{name}={value}" for name, value in call.query.items() if name != "page"]
    query = "&".join([*kept, f"page={number + 1}"])
    link = f'<https://{call.headers["host"]}{call.path}?{query}>; rel="next"'
    return _example(step), {**others, paging["header"]: link}


def _by_next_url(step: Step, paging: dict[str, Any], call: Received) -> Page:
    """The end of the address says where the page begins: …-2000, …-4000."""
    body = _example(step)
    start, _, begins = body[paging["next_url_path"]].rpartition("-")
    here = int(call.path.rpartition("-")[2]) if call.path.startswith(start) else 0
    body["done"] = here >= (LAST - 1) * int(begins)
    body[paging["next_url_path"]] = f"{start}-{here + int(begins)}"
    if body["done"]:
        del body[paging["next_url_path"]]
    return body, step.facts["response_headers"]


def _example(step: Step) -> Any:
    return copy.deepcopy(step.facts["response_example"])


def _at(body: Any, keys: list[str]) -> Any:
    for key in keys:
        body = body.setdefault(key, {})
    return body


def _names(params: list[str]) -> tuple[str, str]:
    """The member that says how many, and the one that says from where."""
    size = next(name for name in params if "limit" in name)
    return size, next(name for name in params if name != size)


def _tell_more(body: Any, more: bool) -> None:
    if isinstance(body, dict) and "has_more" in body:
        body["has_more"] = more
