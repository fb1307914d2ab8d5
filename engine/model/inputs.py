"""What a person or caller must give before a run: checked against the connector's input schema."""

import copy
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, SchemaError, ValidationError, validators
from referencing import Registry

from engine.errors import Problem
from engine.model.patterns import BadPattern, compile_pattern, searches

MOST_PROBLEMS = 50


def check_schema(schema: dict[str, Any]) -> list[Problem]:
    """What keeps a schema from being used."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return [Problem(_place("input_schema", error.absolute_path), _short(error.message))]
    except RecursionError:
        return [Problem("input_schema", "This is nested too deeply.")]
    return list(_unsupported(schema, ("input_schema",)))


def check_input(schema: dict[str, Any], given: Any) -> tuple[dict[str, Any], list[Problem]]:
    """The input with defaults filled in, and what is wrong with it."""
    if given is not None and type(given) is not dict:
        return {}, [Problem("input", "The input is an object of values.")]
    value = _with_defaults(schema, copy.deepcopy(given or {}))
    if not schema:
        return value, []
    problems = []
    try:
        for error in _Validator(schema, registry=_NOWHERE).iter_errors(value):
            problems.append(_problem(error))
            if len(problems) == MOST_PROBLEMS:
                break
    except RecursionError:
        problems = [Problem("input", "The input schema leads in a circle.")]
    return value, problems


def _with_defaults(schema: Any, value: dict[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties") if type(schema) is dict else None
    for name, inner in (properties if type(properties) is dict else {}).items():
        if type(inner) is not dict:
            continue
        if name not in value and "default" in inner:
            value[name] = copy.deepcopy(inner["default"])
        if type(value.get(name)) is dict:
            value[name] = _with_defaults(inner, value[name])
    return value


# Patterns in linear time, and no schema from anywhere else.


def _pattern(validator: Any, pattern: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if type(instance) is str and not searches(pattern, instance):
        yield ValidationError("This does not look as expected.")


_Validator = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _pattern}
)
_NOWHERE: Registry[Any] = Registry()
_ELSEWHERE = ("$ref", "$dynamicRef")
_NOT_HERE = ("patternProperties", "$id", "$schema:vocabulary", "$anchor", "$dynamicAnchor")


def _unsupported(schema: Any, place: tuple[Any, ...]) -> Iterator[Problem]:
    if type(schema) is list:
        for number, inner in enumerate(schema):
            yield from _unsupported(inner, (*place, number))
        return
    if type(schema) is not dict:
        return
    for name, inner in schema.items():
        here = (*place, name)
        named_by_people = place[-1] in ("properties", "$defs")
        if name in ("default", "examples", "const", "enum") and not named_by_people:
            continue
        if not named_by_people:
            yield from _keyword(name, inner, here)
        yield from _unsupported(inner, here)


def _keyword(name: str, value: Any, place: tuple[Any, ...]) -> Iterator[Problem]:
    if name in _ELSEWHERE and not (value == "#" or str(value).startswith("#/")):
        yield Problem(_place("", place), "A schema may only refer to its own parts (#/…).")
    elif name in _NOT_HERE:
        yield Problem(_place("", place), f"“{name}” is not supported here.")
    elif name == "pattern":
        try:
            compile_pattern(value)
        except BadPattern as problem:
            yield Problem(_place("", place), f"This pattern cannot be used: {problem}.")


# Words


def _problem(error: ValidationError) -> Problem:
    path = _place("input", error.absolute_path)
    wanted: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "required":
            missing = [name for name in wanted if name not in instance]
            name = next((name for name in missing if repr(name) in error.message), "a value")
            return Problem(f"{path}.{name}", f"“{name}” is missing.", field=name)
        case "type":
            sentence = f"This must be {_typed(wanted)}."
        case "enum":
            sentence = f"This must be one of {', '.join(map(str, wanted))}."
        case "minLength" | "minItems" | "minProperties":
            sentence = f"At least {wanted} belong here."
        case "maxLength" | "maxItems" | "maxProperties":
            sentence = f"At most {wanted} fit here."
        case "minimum":
            sentence = f"This must be {wanted} or more."
        case "maximum":
            sentence = f"This must be {wanted} or less."
        case _:
            sentence = error.message
    return Problem(path, _short(sentence), field=_last_name(error))


_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "empty",
}


def _typed(wanted: Any) -> str:
    many = wanted if type(wanted) is list else [wanted]
    return " or ".join(_TYPES.get(one, str(one)) for one in many)


def _last_name(error: ValidationError) -> str | None:
    return next((part for part in reversed(error.absolute_path) if type(part) is str), None)


def _place(start: str, parts: Any) -> str:
    text = start
    for part in parts:
        text += f"[{part}]" if type(part) is int else f".{part}" if text else str(part)
    return text


def _short(message: str) -> str:
    text = message if len(message) <= 200 else f"{message[:199]}…"
    return text if text.endswith((".", "…")) else f"{text}."
