"""What a caller gives a connector, checked against its input schema before anything runs."""

import copy
from functools import lru_cache
from typing import Any, Final

import re2
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from app.services.problems import BadInput, Complaint, Wrong, bad_field

NOWHERE: Final[Registry[Any]] = Registry()  # references lead inside the schema or to nothing
MOST_COMPLAINTS: Final = 20


def checked(schema: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The input with the schema's defaults in place of what is missing."""
    whole = _with_defaults(schema, given)
    try:
        errors = list(_Validator(schema, registry=NOWHERE).iter_errors(whole))
    except (Unresolvable, RecursionError, re2.error) as error:
        raise bad_field(
            "input_schema",
            "The connector's input schema cannot be used, so that no input can be checked.",
            hint="Publish the connector with a mended input schema.",
        ) from error
    if errors:
        raise BadInput([_in_our_words(error) for error in errors[:MOST_COMPLAINTS]])
    return whole


def _with_defaults(schema: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    whole = dict(given)
    properties = schema.get("properties")
    for name, part in properties.items() if isinstance(properties, dict) else ():
        if not isinstance(part, dict):
            continue
        if name not in whole and "default" in part:
            whole[name] = copy.deepcopy(part["default"])
        elif isinstance(whole.get(name), dict):
            whole[name] = _with_defaults(part, whole[name])
    return whole


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> Any:
    quiet = re2.Options()
    quiet.log_errors = False
    return re2.compile(pattern, quiet)


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Any:
    """Patterns come from people: RE2 answers in linear time, whatever they wrote."""
    if isinstance(value, str) and not _compiled(pattern).search(value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: dict[str, Any], value: Any, __: Any) -> Any:
    for pattern, schema in patterns.items() if isinstance(value, dict) else ():
        for name in value:
            if _compiled(pattern).search(name):
                yield from validator.descend(value[name], schema, path=name, schema_path=pattern)


_extended: Final[Any] = extend  # the library leaves it untyped
_Validator: Final = _extended(
    Draft202012Validator, {"pattern": _pattern, "patternProperties": _pattern_properties}
)


def _in_our_words(error: ValidationError) -> Complaint:
    path = "input"
    for part in error.absolute_path:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    if error.validator == "required":
        required: Any = error.validator_value
        missing = next(name for name in required if error.message.startswith(repr(name)))
        return Wrong(f"{path}.{missing}", "This is required.")
    title = error.schema.get("title") if isinstance(error.schema, dict) else None
    said = error.message if len(error.message) < 300 else "This does not fit the input schema."
    return Wrong(path, f"{title}: {said}." if title else f"{said}.")
