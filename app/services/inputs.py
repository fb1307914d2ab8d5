"""What a caller gives a connector, checked against its input schema before anything runs."""

from typing import Any

from app.services.problems import BadInput
from engine.model.inputs import check_input


def checked(schema: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The input with the schema's defaults in place of what is missing."""
    whole, problems = check_input(schema, given)
    if problems:
        raise BadInput(problems)
    return whole
