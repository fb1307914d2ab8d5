"""What a person or caller must give before a run: checked against the connector's input schema."""

import copy
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft202012Validator, SchemaError, ValidationError, validators
from referencing import Registry
from referencing.exceptions import Unresolvable

from engine.errors import Problem, RunStopped
from engine.model.limits import SCHEMA_PARTS
from engine.model.patterns import BadPattern, compile_pattern, searches
from engine.model.values import as_json

MOST_PROBLEMS = 50


def check_schema(schema: dict[str, Any]) -> list[Problem]:
    """What keeps a schema from being used."""
    if len(list(islice(_parts(schema), SCHEMA_PARTS + 1))) > SCHEMA_PARTS:
        return [Problem("input_schema", f"An input schema has at most {SCHEMA_PARTS} parts.")]
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return [Problem(_place("input_schema", error.absolute_path), _short(error.message))]
    except RecursionError:
        return [Problem("input_schema", "This is nested too deeply.")]
    return list(_unsupported(schema, ("input_schema",), schema)) or _in_a_circle(schema)


def _parts(schema: Any) -> Iterator[Any]:
    """Every object in it, for each may be a rule of its own: judging one takes a millisecond."""
    left = [schema]
    while left:
        one = left.pop()
        if type(one) is dict:
            yield one
            left += one.values()
        elif type(one) is list:
            left += one


def _in_a_circle(schema: dict[str, Any]) -> list[Problem]:
    """A schema that cannot even say what an empty input lacks will not judge any other."""
    try:
        any(_validator(schema).iter_errors({}))
    except (RecursionError, Unresolvable, _TooMuch):
        return [Problem("input_schema", "The input schema leads in a circle, or nowhere.")]
    return []


def check_input(schema: dict[str, Any], given: Any) -> tuple[dict[str, Any], list[Problem]]:
    """The input with defaults filled in, and what is wrong with it."""
    if given is not None and type(given) is not dict:
        return {}, [Problem("input", "The input is an object of values.")]
    value = _with_defaults(schema, copy.deepcopy(given or {}))
    if not schema:
        return value, []
    try:
        errors = islice(_validator(schema).iter_errors(value), MOST_PROBLEMS)
        return value, [_problem(error) for error in errors]
    except (RecursionError, Unresolvable, _TooMuch):
        return value, [Problem("input", "The input schema leads in a circle, or nowhere.")]
    except (RunStopped, OverflowError):
        return value, [Problem("input", "A number in the input is too large.")]


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


# A schema is written by one person and an input by another: neither may cost without bounds,
# and no part of a schema is ever fetched from anywhere.

MOST_REFERENCES = 10_000
_NOWHERE: Registry[Any] = Registry()


class _TooMuch(Exception):
    """References that multiply: each leads to two more."""


def _multiple(validator: Any, step: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """In tenths as people count them: 0.29 is a multiple of 0.01."""
    if type(instance) not in (int, float):
        return
    try:
        fits = Decimal(str(instance)) % Decimal(str(step)) == 0
    except InvalidOperation:  # too far apart to be told
        fits = False
    if not fits:
        yield ValidationError(f"{instance} is not a multiple of {step}.")


def _pattern(validator: Any, pattern: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if type(instance) is str and not searches(pattern, instance):
        yield ValidationError("This does not look as expected.")


def _unique(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    many = instance if wanted and type(instance) is list else []
    if len({(type(one), as_json(one)) for one in many}) < len(many):
        yield ValidationError("Each value may be there only once.")


_Bounded = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"multipleOf": _multiple, "pattern": _pattern, "uniqueItems": _unique}
)


def _validator(schema: dict[str, Any]) -> Any:
    left = MOST_REFERENCES
    follow = Draft202012Validator.VALIDATORS["$ref"]

    def counted(validator: Any, ref: Any, instance: Any, schema: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooMuch
        return follow(validator, ref, instance, schema)

    counting = validators.extend(_Bounded, {"$ref": counted})  # type: ignore[no-untyped-call]
    return counting(schema, registry=_NOWHERE)


_NOT_HERE = ("patternProperties", "$id", "$anchor", "$dynamicAnchor", "$dynamicRef")


def _unsupported(schema: Any, place: tuple[Any, ...], whole: Any) -> Iterator[Problem]:
    if type(schema) is list:
        for number, inner in enumerate(schema):
            yield from _unsupported(inner, (*place, number), whole)
        return
    if type(schema) is not dict:
        return
    for name, inner in schema.items():
        here = (*place, name)
        named_by_people = place[-1] in ("properties", "$defs")
        if name in ("default", "examples", "const", "enum") and not named_by_people:
            continue
        if not named_by_people:
            yield from _keyword(name, inner, here, whole)
        yield from _unsupported(inner, here, whole)


def _keyword(name: str, value: Any, place: tuple[Any, ...], whole: Any) -> Iterator[Problem]:
    if name == "$ref" and not (value == "#" or str(value).startswith("#/")):
        yield Problem(_place("", place), "A schema may only refer to its own parts (#/…).")
    elif name == "$ref" and not _leads_somewhere(whole, value):
        yield Problem(_place("", place), "There is no such part of this schema.")
    elif name in _NOT_HERE:
        yield Problem(_place("", place), f"“{name}” is not supported here.")
    elif name == "pattern":
        try:
            compile_pattern(value)
        except BadPattern as problem:
            yield Problem(_place("", place), f"This pattern cannot be used: {problem}.")


def _leads_somewhere(whole: Any, reference: str) -> bool:
    here = whole
    for part in unquote(reference).split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if type(here) is dict and name in here:
            here = here[name]
        elif type(here) is list and name.isdecimal() and int(name[:9]) < len(here):
            here = here[int(name[:9])]
        else:
            return False
    return type(here) in (dict, bool)


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
