"""Mapping by example: which value of an answer belongs into which contact field, and why.

>>> [(one.field, one.path) for one in proposals({"person": {"givenName": "Ada", "age": 36}})]
[('first_name', '$.person.givenName')]
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.texts import _
from engine.model.contact import FIELDS
from engine.model.contact_names import NAMES
from engine.model.names import name_for

DEEPEST, LONGEST = 8, 200
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
PHONE = re.compile(r"\+?[\d\s().\-/]{7,24}")
SITE = re.compile(r"(https?://)?([a-z0-9-]+\.)+[a-z]{2,}(/\S*)?", re.IGNORECASE)
LINKEDIN = re.compile(r"(https?://)?([a-z]+\.)?linkedin\.com/\S+", re.IGNORECASE)
WORDS = re.compile(r".*[^\W\d_].*", re.DOTALL)
CODE = re.compile(r"[\w\s-]{3,12}")
SHAPES: Mapping[str, re.Pattern[str]] = {
    "email": EMAIL,
    "phone": PHONE,
    "website": SITE,
    "linkedin_url": LINKEDIN,
    "postal_code": CODE,
}
COMPANY = {"domain", "industry", "employees", "employee_count", "company_size", "founded_year"}
TELLING = ("email", "linkedin_url")  # shapes that say enough without a name


@dataclass(frozen=True, slots=True)
class Proposal:
    field: str
    path: str
    label: str
    value: str
    why: str
    score: int


@dataclass(frozen=True, slots=True)
class _Leaf:
    path: str
    around: tuple[str, ...]
    key: str
    label: str
    value: str


def proposals(
    answer: Any, contact: Mapping[str, Any] | None = None, taken: Collection[str] = ()
) -> list[Proposal]:
    """The best value for each field that is not `taken`, in the order people know fields by."""
    leaves = list(_leaves(answer, "$", ()))
    found = []
    for field in FIELDS:
        if field in taken:
            continue
        judged = [one for leaf in leaves if (one := _judged(field, leaf, contact or {}))]
        if judged:
            found.append(max(judged, key=lambda one: (one.score, -one.path.count("."))))
    return found


def _judged(field: str, leaf: _Leaf, contact: Mapping[str, Any]) -> Proposal | None:
    shape = SHAPES.get(field, WORDS)
    if not shape.fullmatch(leaf.value.strip()):
        return None
    if field == "email" and leaf.value == contact.get("email"):
        return None  # it was the question
    score, why = _named(field, leaf), ""
    if not score and field in TELLING:
        score, why = 1, _("Its name does not say so, but it looks like one.")
    return Proposal(field, leaf.path, leaf.label, leaf.value, why, score) if score else None


def _named(field: str, leaf: _Leaf) -> int:
    for rank, name in enumerate(NAMES[field]):
        around, _dot, key = name.rpartition(".")
        if leaf.key == key and (not around or around in leaf.around):
            # A name that needs its surroundings is surer than one that stands anywhere.
            return (40 if around else 30) - rank
    return 0


def _leaves(value: Any, path: str, around: tuple[str, ...]) -> Iterator[_Leaf]:
    if len(around) > DEEPEST:
        return
    if isinstance(value, list):
        yield from _leaves(value[0], f"{path}[0]", around) if value else ()
    elif isinstance(value, dict):
        for key, inner in value.items():
            here, name = f"{path}{_member(str(key))}", name_for(str(key))
            if isinstance(inner, dict | list):
                yield from _leaves(inner, here, (*around, name))
            elif _is_plain(inner):
                yield _Leaf(here, (*around, *_kind_of_thing(value)), name, str(key), str(inner))


def _kind_of_thing(value: Mapping[str, Any]) -> tuple[str, ...]:
    """What has a web domain, an industry or employees is a company, whatever it is called."""
    return ("company",) if COMPANY & {name_for(str(key)) for key in value} else ()


def _is_plain(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    return 0 < len(str(value).strip()) <= LONGEST


def _member(key: str) -> str:
    """As the tree spells a path to this key."""
    if key.isidentifier() and key.isascii():
        return f".{key}"
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{quoted}']"
