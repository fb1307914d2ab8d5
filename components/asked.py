"""What a connector asks people before a run, and the values that stand in for it in tests."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.model.names import readable

INPUT = re.compile(r"\binput\.([A-Za-z_]\w*)")
Schema = Mapping[str, Any]


def questions(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and schema of each."""
    found = (document.get("input_schema") or {}).get("properties") or {}
    for name, one in found.items():
        if isinstance(one, dict):
            yield name, one


def asked_in(step: Mapping[str, Any]) -> set[str]:
    """The names of what this step takes from people."""
    return set(INPUT.findall(json.dumps(step)))


def title_of(name: str, one: Schema) -> str:
    return str(one.get("title") or readable(name))


def example_of(one: Schema) -> Any:
    """The value for tests; None where there is none."""
    many = one.get("examples")
    example = many[0] if isinstance(many, list) and many else None
    return example if example is not None else one.get("default")


def sample_input(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, one in questions(document) if (value := example_of(one)) is not None
    }


def with_example(document: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The input schema with another value for tests."""
    return _changed(document, name, {"examples": [value] if value not in (None, "") else None})


def without(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    schema = dict(document.get("input_schema") or {})
    kept = {key: one for key, one in (schema.get("properties") or {}).items() if key != name}
    required = [one for one in schema.get("required") or [] if one != name]
    return {**schema, "properties": kept, "required": required}


def typed(one: Schema, said: str) -> Any:
    """What was typed for it, as the schema wants it; as text where it cannot be that."""
    try:
        if one.get("type") == "integer":
            return int(said)
        if one.get("type") == "number":
            return float(said)
    except ValueError:
        return said
    return said


def _changed(document: Mapping[str, Any], name: str, values: Schema) -> dict[str, Any]:
    schema = dict(document.get("input_schema") or {})
    known = dict(schema.get("properties") or {})
    one = {**known.get(name, {}), **values}
    known[name] = {key: value for key, value in one.items() if value is not None}
    return {**schema, "properties": known}
