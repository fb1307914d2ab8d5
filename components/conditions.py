"""A condition in a few words of the reader's language: e-mail has a value and city is “Oslo”."""

from typing import Any

from components.fields import amid, field_label
from components.step_tree import HOLE
from components.texts import _, later
from engine.model.names import readable
from engine.model.values import as_text

OPS = {
    "is_not_empty": later("has a value"),
    "is_empty": later("is empty"),
    "equals": later("is"),
    "not_equals": later("is not"),
    "contains": later("contains"),
    "not_contains": later("does not contain"),
    "starts_with": later("begins with"),
    "ends_with": later("ends with"),
    "in": later("is one of"),
    "matches": later("matches the pattern"),
    "greater_than": later("is more than"),
    "less_than": later("is less than"),
    "is_true": later("is yes"),
}
ALONE = {"is_not_empty", "is_empty", "is_true"}


def in_words(condition: Any) -> str:
    """Forgiving: nothing, where it is not whole yet."""
    if not isinstance(condition, dict):
        return ""
    if "not" in condition:
        inner = _inside(condition["not"])
        return _("not: {condition}").format(condition=inner) if inner else ""
    for key, both in (("all", _("{one} and {other}")), ("any", _("{one} or {other}"))):
        if isinstance(condition.get(key), list):
            several = len(condition[key]) > 1
            parts = [_inside(one) if several else in_words(one) for one in condition[key]]
            return _joined([words for words in parts if words], both)
    return _part(condition)


def _inside(condition: Any) -> str:
    """What belongs together stays together: (a or b) and c."""
    words = in_words(condition)
    joins = isinstance(condition, dict) and any(
        isinstance(condition.get(key), list) and len(condition[key]) > 1 for key in ("all", "any")
    )
    return f"({words})" if joins and words else words


def _joined(parts: list[str], both: str) -> str:
    said = parts[0] if parts else ""
    for part in parts[1:]:
        said = both.format(one=said, other=part)
    return said


def _part(condition: dict[str, Any]) -> str:
    left, op = _spoken(condition.get("left")), str(condition.get("op") or "")
    if not left or op not in OPS:
        return ""
    if op in ALONE:
        return _("{left} {comparison}").format(left=left, comparison=_(OPS[op]))
    right = _spoken(condition.get("right")) or "“”"
    return _("{left} {comparison} {right}").format(left=left, comparison=_(OPS[op]), right=right)


def _spoken(said: Any) -> str:
    """A lone value by its name, anything typed in quotes."""
    if isinstance(said, list):
        return ", ".join(_spoken(one) for one in said)
    text = as_text(said or "").strip()
    whole = HOLE.fullmatch(text)
    if whole and text.count("{{") == 1:
        return _name(text)
    return f"“{HOLE.sub(lambda hole: _name(hole[0]), text)}”" if text else ""


def _name(hole: str) -> str:
    path = hole.strip("{} ").split("|")[0].strip()
    last = path.rsplit(".", 1)[-1]
    if path.startswith("contact.") and not path.startswith("contact.data."):
        return amid(field_label(last))
    return readable(last).lower()
