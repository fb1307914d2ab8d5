"""The definition as JSON Schema: the shapes of its parts, and what they must hold together.

A schema cannot say everything that a save looks at; what it does say, a save would say, too.
"""

from functools import cache
from typing import Any, Final

from engine.model import limits
from engine.model.call_checks import NO_RIGHT
from engine.model.contact import FIELDS
from engine.model.headers import OURS
from engine.model.parts import Definition
from engine.model.reach import NOT_FOR_LOOPS, RESERVED

Schema = dict[str, Any]


@cache
def connector_schema() -> Schema:
    """With every limit."""
    schema = Definition.model_json_schema(by_alias=True)
    _meant(schema)
    for name, more in TOGETHER.items():
        part = schema["$defs"][name]
        part.setdefault("allOf", []).extend(more)
    schema["properties"]["input_schema"]["allOf"] = [{"$ref": DIALECT}]
    return {
        "$schema": DIALECT,
        "$id": "/api/v1/schema/connector.json",
        **schema,
        "title": "Connector",
        "x-limits": dict(limits.PUBLISHED),
    }


DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_WORDS: Final = {"array": {"maxLength": "maxItems", "minLength": "minItems"}}
_RANGE: Final = {"ge": "minimum", "le": "maximum"}


def _meant(schema: Any) -> None:
    """Pydantic names a list's size and a number's range as those of a text or of nothing, where
    a validator of ours comes first, and leaves names that fit no pattern to whoever reads."""
    if type(schema) is list:
        for inner in schema:
            _meant(inner)
    elif type(schema) is dict:
        for said, meant in {**_WORDS.get(str(schema.get("type")), {}), **_RANGE}.items():
            if type(schema.get(said)) in (int, float):
                schema[meant] = schema.pop(said)
        if "patternProperties" in schema:
            schema["additionalProperties"] = False
        for inner in schema.values():
            _meant(inner)


# What holds between the members of one part


def _has(*names: str) -> Schema:
    return {"required": list(names)}


def _lacks(*names: str) -> Schema:
    return {"not": {"anyOf": [_has(name) for name in names]}}


def _where(name: str, fits: Schema, then: Schema) -> Schema:
    """`then` holds for parts in which that member is given and fits."""
    return {"if": {**_has(name), "properties": {name: fits}}, "then": then}


def _each(name: str, fits: Schema) -> Schema:
    return {"properties": {name: fits}}


def _none_of(names: Any) -> Schema:
    return {"not": {"enum": sorted(names)}}


def _any_case(text: str) -> str:
    return "".join(f"[{sign.upper()}{sign}]" if sign.isalpha() else sign for sign in text)


_TEXT: Final = {"type": "string"}
_FILLED: Final = {"type": "string", "minLength": 1}
_EXPRESSION: Final = {"type": "string", "pattern": r"\{\{"}
_ONE: Final = {"type": ["string", "number", "boolean", "null"]}
_ONE_OR_MANY: Final = {"type": [*_ONE["type"], "array"], "items": _ONE}
_MEMBERS: Final = {"additionalProperties": _ONE_OR_MANY}
_PATH: Final = {"pattern": r"^\$", "maxLength": limits.PATH}
_LINE_END: Final = "[\\u0001-\\u0008\\u000a-\\u001f\\u007f]"
_NOT_OURS: Final = (
    f"^(?!(?:{'|'.join(_any_case(name) for name in sorted(OURS))})$"
    f"|{_any_case('proxy-')}|{_any_case('sec-')})"
)
_ADDRESS: Final = rf"^(?:{_any_case('http')}[Ss]?://[^/?#]|\{{\{{)"
_NAME_IN_DATA: Final = r"[^\s!-@\[-\^`{-~][^\s!-,./:-@\[-\^`{-~]{0,63}"
_FIELD: Final = {
    "anyOf": [{"enum": [*FIELDS]}, {"pattern": rf"^data(?:\.{_NAME_IN_DATA}){{1,10}}$"}]
}
_FORMS: Final = ("op", "all", "any", "not")
_LIST: Final = {"if": {"type": "array"}, "then": {"minItems": 1}}
_OPS_WITH_RIGHT: Final = {"type": "string", **_none_of(NO_RIGHT)}


def _needs(kind: str, *names: str) -> Schema:
    texts = {"properties": dict.fromkeys(names, _TEXT)}
    return _where("kind", {"const": kind}, {**_has(*names), **texts})


def _only(form: str) -> Schema:
    rest = [name for name in _FORMS if name != form]
    return {**_has(form), **_lacks(*rest, *(() if form == "op" else ("left", "right")))}


TOGETHER: Final[dict[str, list[Schema]]] = {
    "Condition": [
        {"oneOf": [_only(form) for form in _FORMS]},
        _each("all", _LIST),
        _each("any", _LIST),
        _where("op", _TEXT, _has("left")),
        _where(
            "op", _OPS_WITH_RIGHT, {**_has("right"), **_each("right", {"not": {"type": "null"}})}
        ),
        _where("op", {"const": "in"}, _each("right", {"anyOf": [{"type": "array"}, _EXPRESSION]})),
    ],
    "Body": [
        {"oneOf": [_has("json"), _has("form"), _has("text")]},
        _where("content_type", _FILLED, _has("text")),
        _each("form", _MEMBERS),
    ],
    "Request": [
        _each("url", {"pattern": _ADDRESS}),
        _each("query", _MEMBERS),
        _each(
            "headers",
            {
                "additionalProperties": {**_ONE, "not": {"type": "string", "pattern": _LINE_END}},
                "propertyNames": {"pattern": _NOT_OURS},
            },
        ),
    ],
    "Paginate": [
        _needs("cursor", "next", "param"),
        _needs("page", "param"),
        _needs("offset", "param"),
        _needs("next_url", "next"),
        _each("items", _PATH),
        _each("next", _PATH),
    ],
    "HttpStep": [
        _each("extract", {"additionalProperties": _PATH, "propertyNames": _none_of(RESERVED)}),
        _where(
            "paginate",
            {"type": "object", **_has("param_in"), **_each("param_in", {"const": "body"})},
            _each(
                "request",
                {
                    **_has("body"),
                    **_each("body", {"type": "object", "anyOf": [_has("json"), _has("form")]}),
                },
            ),
        ),
    ],
    "BranchStep": [
        _each(
            "branches",
            {
                "contains": {"not": {**_has("when"), **_each("when", {"not": {"type": "null"}})}},
                "minContains": 0,
                "maxContains": 1,
            },
        )
    ],
    "ForEachStep": [_each("items", _EXPRESSION), _each("as", _none_of(NOT_FOR_LOOPS))],
    "Attempt": [_each("result", {"propertyNames": _none_of(RESERVED)})],
    "WaitStep": [
        {
            "oneOf": [
                {**_has(name), **_each(name, {"not": {"type": "null"}})}
                for name in ("for_ms", "until")
            ]
        },
        _each("until", {"anyOf": [{"type": "null"}, _EXPRESSION, {"pattern": "[0-9]"}]}),
    ],
    "Config": [_each("steps", {"maxItems": limits.STEPS})],
    "FieldMapping": [_each("field", _FIELD)],
}
