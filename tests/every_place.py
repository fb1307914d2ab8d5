"""Every place of a template that a schema allows, so that no test forgets the newest one."""

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from app.services.template_draft import Draft
from engine.effects import auth
from engine.model.published import connector_schema
from engine.model.template import Example, Slot

Schema = dict[str, Any]

NAMED = "named"  # a member whose name is the author's own
WORDS = "words"


def whole(schema: Schema) -> Any:
    """A document with every member there may be, and one of each kind where several may stand."""
    return _Filling(schema.get("$defs", {})).of(schema, ())


def every_template() -> dict[str, Any]:
    """One that no service would take, with all that can be said in one."""
    connector = whole(connector_schema())
    slot, kinds = whole(Slot.model_json_schema()), TypeAdapter(auth.Auth).json_schema()
    auths = [whole({**kind, "$defs": kinds["$defs"]}) for kind in kinds["anyOf"]]
    words = ("title", "description", "default", "const", "pattern", "format")
    shape = {**dict.fromkeys(words, WORDS), "examples": [WORDS], "enum": [WORDS]}
    return {
        **whole(TypeAdapter(Draft).json_schema()),
        "config": connector["config"],
        "field_mappings": connector["field_mappings"],
        "input_schema": {"properties": {NAMED: {**shape, "properties": {NAMED: shape}}}},
        "slots": [{**slot, "auth": one} for one in auths],
        "example_responses": {NAMED: whole(Example.model_json_schema())},
    }


def names(document: Any, here: str = "") -> Iterator[str]:
    """The places of all members whose names an author makes up."""
    inner = document.items() if isinstance(document, dict) else ()
    for name, value in inner:
        place = f"{here}.{name}" if here else name
        if name == NAMED:
            yield place
        yield from names(value, place)
    for number, value in enumerate(document) if isinstance(document, list) else ():
        yield from names(value, f"{here}[{number}]")


def values(document: Any, here: str = "") -> Iterator[str]:
    """The places of all that an author can say, as problems name them."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from values(value, f"{here}.{name}" if here else name)
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from values(value, f"{here}[{number}]")
    else:
        yield here


def saying(document: Any, text: str) -> Any:
    """The same document, with that text for every value."""
    if isinstance(document, dict):
        return {name: saying(value, text) for name, value in document.items()}
    return [saying(one, text) for one in document] if isinstance(document, list) else text


def naming(document: Any, text: str) -> Any:
    """The same document, with that text for the name of every member that is free."""
    if isinstance(document, dict):
        return {text if name == NAMED else name: naming(v, text) for name, v in document.items()}
    return [naming(one, text) for one in document] if isinstance(document, list) else document


class _Filling:
    def __init__(self, known: dict[str, Schema]) -> None:
        self._known = known

    def of(self, schema: Schema, inside: tuple[str, ...]) -> Any:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return None if name in inside else self.of(self._known[name], (*inside, name))
        kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
        if kinds:
            return self.of(kinds[-1], inside)
        if "const" in schema or "enum" in schema:
            return schema.get("const", [*schema.get("enum", ()), None][0])
        return self._typed(schema, inside)

    def _typed(self, schema: Schema, inside: tuple[str, ...]) -> Any:
        kind = schema.get("type")
        if kind == "array":
            return self._list(schema.get("items", {}), inside)
        if kind == "object":
            return self._object(schema, inside)
        if kind is None:
            return {NAMED: [WORDS, {NAMED: WORDS}]}
        return {"string": WORDS, "boolean": True}.get(kind, 1)

    def _list(self, items: Schema, inside: tuple[str, ...]) -> list[Any]:
        """Below the first list of kinds one kind is enough: the same code looks at all of them."""
        kinds = items.get("oneOf") or [items]
        few = kinds[:1] if "of kinds" in inside else kinds
        below = (*inside, "of kinds") if len(kinds) > 1 else inside
        return [one for kind in few if (one := self.of(kind, below)) is not None]

    def _object(self, schema: Schema, inside: tuple[str, ...]) -> dict[str, Any]:
        members = {
            name: value
            for name, inner in schema.get("properties", {}).items()
            if (value := self.of(inner, inside)) is not None
        }
        free = [*schema.get("patternProperties", {}).values()]
        more = schema.get("additionalProperties", not members and not free)
        if free or more:
            members[NAMED] = self.of(free[0] if free else more if more is not True else {}, inside)
        return members
