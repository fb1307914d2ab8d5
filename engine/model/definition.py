"""A connector from the outside: JSON in, a strict definition or all its problems out."""

from typing import Any, Literal

from pydantic import ValidationError

from engine.errors import BadDefinition, Problem
from engine.model import limits, shapes
from engine.model.checks import check
from engine.model.parts import Definition
from engine.model.poison import NotJson, sanitize
from engine.model.values import TooLarge, weight

MOST_PROBLEMS = 100


def load(raw: Any) -> Definition:
    """The definition, or BadDefinition with everything that is wrong with it."""
    definition, problems = read(raw)
    if problems or definition is None:
        raise BadDefinition(problems[:MOST_PROBLEMS])
    return definition


def read(raw: Any) -> tuple[Definition | None, list[Problem]]:
    """The definition as far as it fits, and what does not."""
    if type(raw) is not dict:
        return None, [Problem("definition", "A connector is an object with config.")]
    try:
        raw = sanitize(raw)
    except NotJson as problem:
        return None, [Problem("definition", f"This cannot be stored: {problem}.")]
    if more := _too_much(raw):
        return None, [more]
    try:
        definition = Definition.model_validate(raw)
    except ValidationError as error:
        return None, _all_problems(raw, error)
    return definition, check(definition)


def _too_much(raw: dict[str, Any]) -> Problem | None:
    """Reading takes a while for each expression, and everybody waits meanwhile."""
    try:
        weight(raw, limits.CONNECTOR_BYTES)
    except TooLarge:
        large = f"A connector is at most {limits.CONNECTOR_BYTES // limits.MB} MB large."
        return Problem("config", large, "Make two connectors of it.")
    if _expressions(raw) <= limits.EXPRESSIONS:
        return None
    many = f"A connector has at most {limits.EXPRESSIONS:,} expressions."
    return Problem("config", many, "Make two connectors of it.")


def _expressions(raw: Any) -> int:
    count, left = 0, [raw]
    while left:
        one = left.pop()
        if type(one) is str:
            count += one.count("{{")
        elif type(one) is dict:
            left += one
            left += one.values()
        elif type(one) is list:
            left += one
    return count


def _all_problems(raw: Any, error: ValidationError) -> list[Problem]:
    problems = shapes.problems_of(error, raw)
    try:
        rest = check(Definition.model_validate(shapes.mended(raw, error)))
    except ValidationError:
        return problems
    known = [problem.path for problem in problems]
    return problems + [one for one in rest if not any(one.path.startswith(path) for path in known)]


def kind_of(definition: Definition) -> Literal["single-step", "multi-step"]:
    """What the marketplace calls it; worked out, never taken from the caller."""
    steps = definition.config.steps
    alone = len(steps) == 1 and steps[0].kind in ("http", "set", "wait", "stop")
    return "single-step" if alone else "multi-step"
