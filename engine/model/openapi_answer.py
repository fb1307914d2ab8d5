"""Which values of a described answer are worth keeping, and where they will be."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from engine.model.contact_names import told_by
from engine.model.names import name_for
from engine.model.reach import RESERVED
from engine.model.schemas import DEEPEST, Schemas, kind_of

MOST_KEPT: Final = 8
MOST_OFFERED: Final = 40
MOST_SEEN: Final = 400
TELLING: Final = ("id", "score", "confidence", "result", "verdict", "valid", "url")


def kept(schemas: Schemas, responses: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Name → path: what is kept at once, and what may be kept as well."""
    leaves = list(islice(_leaves(schemas, _good(schemas, responses), "$", "", DEEPEST), MOST_SEEN))
    useful: dict[str, str] = {}
    offered: dict[str, str] = {}
    told: set[str] = set()
    for path, around, name in sorted(leaves, key=lambda leaf: leaf[0].count(".")):
        label = _free(name, around, {**useful, **offered})
        tells = told_by(name, around) or (name_for(name) if name_for(name) in TELLING else "")
        if tells and tells not in told and len(useful) < MOST_KEPT:
            useful[label] = path
            told.add(tells)
        elif len(offered) < MOST_OFFERED:
            offered[label] = path
    return useful, offered


def _good(schemas: Schemas, responses: dict[str, Any]) -> dict[str, Any]:
    codes = [code for code in responses if code[:1] == "2"] or ["default"]
    for code in codes:
        content = schemas.part(schemas.part(responses.get(code)).get("content"))
        for kind, media in content.items():
            if "json" in kind or kind == "*/*":
                return schemas.schema(schemas.part(media).get("schema"))
    return {}


def _leaves(
    schemas: Schemas, schema: dict[str, Any], path: str, around: str, deep: int
) -> Iterator[tuple[str, str, str]]:
    """Path, what it stands in, and its name."""
    if deep <= 0 or len(path) > 200:
        return
    if kind_of(schema) == "array":
        yield from _leaves(
            schemas, schemas.schema(schema.get("items")), f"{path}[0]", around, deep - 1
        )
        return
    for name, inner in schemas.members(schema):
        here = f"{path}{_member(name)}"
        kind = kind_of(inner)
        if kind == "object" or (kind == "array" and _holds_objects(schemas, inner)):
            yield from _leaves(schemas, inner, here, name, deep - 1)
        elif inner.get("writeOnly") is not True:
            yield here, around, name


def _holds_objects(schemas: Schemas, schema: dict[str, Any]) -> bool:
    return kind_of(schemas.schema(schema.get("items"))) == "object"


def _free(name: str, around: str, taken: dict[str, str]) -> str:
    label = name_for(name)[:50]
    if label in taken or label in RESERVED:
        label = name_for(f"{around or 'answer'}_{label}")[:50]
    number = 2
    free = label
    while free in taken or free in RESERVED:
        free, number = f"{label}_{number}", number + 1
    return free


def _member(name: str) -> str:
    if name.isidentifier() and name.isascii():
        return f".{name}"
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{quoted}']"
