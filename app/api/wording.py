"""What is wrong with a field, said without the words of the library that found it."""

from collections.abc import Mapping
from typing import Any, Final

from engine.model.shapes import SENTENCES

_TIME: Final = "This is no time such as 2026-01-31T12:00:00Z."
_ID: Final = "This is not an id, such as 123e4567-e89b-42d3-a456-426614174000."
_NUMBER: Final = "This must be a whole number."
_YES_OR_NO: Final = "This must be true or false."
WORDS: Final = {
    **SENTENCES,
    "missing": "This is required.",
    "extra_forbidden": "There is no such field.",
    "int_parsing": _NUMBER,
    "int_parsing_size": _NUMBER,
    "bool_parsing": _YES_OR_NO,
    "list_type": "This must be a list.",
    "uuid_parsing": _ID,
    "uuid_type": _ID,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_type": _TIME,
    "date_from_datetime_parsing": "This is no day such as 2026-01-31.",
    "timezone_aware": "Say the time zone as well, as in 2026-01-31T12:00:00Z.",
    "string_too_short": "This must be at least {min_length:,} characters.",
    "greater_than": "This must be more than {gt:,}.",
    "less_than": "This must be less than {lt:,}.",
}


def in_our_words(error: Mapping[str, Any]) -> str:
    kind, given = error["type"], error.get("ctx") or {}
    if kind == "string_too_short" and given["min_length"] == 1:
        return "This must not be empty."
    if kind in WORDS:
        return WORDS[kind].format(**given)
    message = str(error["msg"]).removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."
