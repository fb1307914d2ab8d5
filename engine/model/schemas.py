"""The schemas inside an API description: references followed, never further than they should be."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

MOST_HOPS: Final = 20  # one reference after the other
MOST_LOOKS: Final = 20_000  # parts looked at for one call
DEEPEST: Final = 6  # levels of a body or an answer
MOST_MEMBERS: Final = 200


class Schemas:
    """Reads one document. What it cannot follow is empty, and said in `left_out`."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._left = MOST_LOOKS
        self.left_out: dict[str, None] = {}

    def part(self, raw: Any) -> dict[str, Any]:
        """An object, behind however many references it stands. Nothing is ever fetched."""
        for _ in range(MOST_HOPS):
            self._left -= 1
            if type(raw) is not dict or self._left < 0:
                return {}
            reference = raw.get("$ref")
            if type(reference) is not str:
                return raw
            raw = self._follow(reference)
        self.left_out["A part of the description refers to itself, and was left out."] = None
        return {}

    def parts(self, raw: Any) -> list[dict[str, Any]]:
        return [self.part(one) for one in raw] if type(raw) is list else []

    def schema(self, raw: Any) -> dict[str, Any]:
        """With what allOf adds, and the first of several ways."""
        return self._joined(self.part(raw), DEEPEST)

    def members(self, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        found = schema.get("properties")
        for name, inner in list(found.items() if type(found) is dict else ())[:MOST_MEMBERS]:
            yield name, self.schema(inner)

    def _joined(self, schema: dict[str, Any], deep: int) -> dict[str, Any]:
        more = self.parts(schema.get("allOf"))
        for ways in ("oneOf", "anyOf"):
            said = [one for one in self.parts(schema.get(ways)) if kind_of(one) != "null"]
            more += said[:1]
        if not more or deep <= 0:
            return schema
        made = dict(schema)
        for one in more:
            inner = self._joined(one, deep - 1)
            made = {**inner, **made}
            made["properties"] = {**_object(inner, "properties"), **_object(made, "properties")}
            made["required"] = [*_list(made, "required"), *_list(inner, "required")]
        return made

    def _follow(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            self.left_out["Parts that stand in other files were left out."] = None
            return {}
        here: Any = self._document
        for step in reference[2:].split("/"):
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            if type(here) is list and name.isdecimal() and len(name) < 6:
                here = here[int(name)] if int(name) < len(here) else None
            else:
                here = here.get(name) if type(here) is dict else None
        return here


def kind_of(schema: dict[str, Any]) -> str:
    """object, array, string … or "" where it does not say."""
    said = schema.get("type")
    if type(said) is list:
        said = next((one for one in said if one != "null"), "")
    if type(said) is str and said:
        return said
    if type(schema.get("properties")) is dict:
        return "object"
    return "array" if "items" in schema else ""


def example_of(schema: dict[str, Any]) -> Any:
    """What the description itself gives as a value; None where it gives none."""
    for name in ("const", "default", "example"):
        if schema.get(name) is not None:
            return schema[name]
    for name in ("examples", "enum"):
        many = schema.get(name)
        if type(many) is list and many and many[0] is not None:
            return many[0]
    return None


def is_fixed(schema: dict[str, Any]) -> bool:
    """Whether its value is the description's to say, and not the caller's."""
    return any(schema.get(name) is not None for name in ("const", "default", "enum"))


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if type(value) is dict else {}


def _list(holder: dict[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    return value if type(value) is list else []
