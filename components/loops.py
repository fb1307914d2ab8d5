"""What is known inside loops and behind containers, with values from the sample."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.expression_input import Offer
from components.kinds import readable, title
from components.texts import _
from engine.errors import RunStopped
from engine.model import expressions
from engine.model.values import as_text

MOST_MEMBERS = 40


def left_behind(step: Mapping[str, Any]) -> list[str]:
    """The names a step leaves under steps.<id>."""
    match step["kind"]:
        case "http":
            paged = ["items"] if step.get("paginate") else []
            return ["status", "headers", "body", *paged, *(step.get("extract") or {})]
        case "set":
            return list(step.get("values") or {})
        case "branch":
            return ["taken"]
        case "for_each":
            return ["items"]
        case "waterfall":
            found = [name for one in step.get("attempts") or [] for name in one.get("result") or {}]
            return [*dict.fromkeys(found), "winner", "cost"]
    return []


def loop_values(loop: Mapping[str, Any], scope: dict[str, Any]) -> dict[str, Any]:
    """The first item stands for them all; nothing where the list is not known yet."""
    items = listed(loop, scope)
    name = loop.get("as") or "item"
    return {name: items[0], f"{name}_index": 0} if items else {}


def listed(loop: Mapping[str, Any], scope: dict[str, Any]) -> list[Any]:
    try:
        items = expressions.fill(str(loop.get("items") or ""), scope)
    except RunStopped:
        return []
    return items if isinstance(items, list) else []


def loop_offers(loop: Mapping[str, Any], scope: Mapping[str, Any]) -> list[Offer]:
    """The item, what is in it, and which one of them it is."""
    name = str(loop.get("as") or "item")
    item, group = scope.get(name), _("Each of “{title}”").format(title=title(dict(loop)))
    offers = [Offer(name, readable(name), short(item), group)]
    if isinstance(item, dict):
        offers += [
            Offer(f"{name}.{key}", f"{readable(name)} › {readable(key)}", short(value), group)
            for key, value in list(item.items())[:MOST_MEMBERS]
            if isinstance(key, str) and key.isidentifier()
        ]
    return [
        *offers,
        Offer(f"{name}_index", _("{name}: which one").format(name=readable(name)), "0", group),
    ]


def extra_offers(extra: Mapping[str, Any]) -> list[Offer]:
    """Names that only exist at one place: what an attempt keeps, the answer a rule judges."""
    words = {"result": _("Kept here"), "response": _("This answer")}
    return [
        Offer(f"{root}.{name}", readable(name), short(value), words.get(root, readable(root)))
        for root, members in extra.items()
        for name, value in members.items()
    ]


def short(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 5:
        return _("list of {n}").format(n=len(value))
    return as_text(value)[:120]
