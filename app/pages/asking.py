"""Fields for what a connector wants from whoever starts it, made from its input schema."""

from collections.abc import Mapping
from typing import Any

from components.controls import Choice, Field, Tick, choice, field, tick
from components.fields import field_label

Asked = dict[str, Field | Choice | Tick]


def ask_for(input_schema: Mapping[str, Any]) -> Asked:
    """By name, in the schema's order; drawn where this is called."""
    required = input_schema.get("required") or []
    return {
        name: _one(name, schema, name in required)
        for name, schema in (input_schema.get("properties") or {}).items()
    }


def _one(name: str, schema: Mapping[str, Any], wanted: bool) -> Field | Choice | Tick:
    label = str(schema.get("title") or field_label(name))
    hint, usual = str(schema.get("description") or ""), schema.get("default")
    if schema.get("type") == "boolean":
        return tick(label, bool(usual), hint=hint)
    if isinstance(schema.get("enum"), list):
        return choice(label, {one: str(one) for one in schema["enum"]}, usual, hint=hint)
    kind = "number" if schema.get("type") in ("number", "integer") else "text"
    return field(label, "" if usual is None else usual, kind=kind, hint=hint, optional=not wanted)


def given(asked: Asked) -> dict[str, Any]:
    """What was filled in; a field left empty is not said at all."""
    return {name: one.value for name, one in asked.items() if one.value not in ("", None)}
