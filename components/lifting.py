"""A value from inside a waterfall, made known outside: each attempt keeps it under one name."""

from components.draft import Draft
from components.kinds import RESERVED
from components.step_tree import free
from components.visible import Around


def lifted(draft: Draft, step_id: str, expression: str, name: str) -> str | None:
    """What the value is called after everything; None where a loop has it once for each item.

    `name`: what it is for, so that other attempts give theirs under the same name.
    """
    outside = {one.step["id"] for one in draft.visible(None) if not isinstance(one, Around)}
    while step_id not in outside:
        place = draft.place(step_id)
        if place is None:
            return None
        holder, _dot, way = place.list_id.partition("/")
        around = draft.find(holder)
        if around is None or around["kind"] == "for_each":
            return None
        if around["kind"] == "waterfall":
            expression = _kept_by_attempt(draft, holder, int(way.split("/")[-1]), expression, name)
        step_id = holder
    return expression


def _kept_by_attempt(draft: Draft, holder: str, at: int, expression: str, name: str) -> str:
    result = (draft.find(holder) or {})["attempts"][at].get("result") or {}
    text = f"{{{{ {expression} }}}}"
    there = next((key for key, value in result.items() if value == text), None)
    if there is None:
        there = free(name, RESERVED)
        draft.set(holder, ("attempts", at, "result", there), text)
    return f"steps.{holder}.{there}"
