"""Examples that give nobody away: an invented contact, answers of the shape of real ones."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

CONTACT: Final = {
    "email": "avery@example.com",
    "phone": "+12025550143",
    "first_name": "Avery",
    "last_name": "Sample",
    "company": "Example Corp",
    "job_title": "Head of Operations",
    "website": "https://example.com",
    "linkedin_url": "https://www.linkedin.com/in/avery-sample",
    "street": "1 Main Street",
    "city": "Springfield",
    "state": "Illinois",
    "postal_code": "62701",
    "country": "United States",
}
MOST_ITEMS: Final = 2
LONGEST_TEXT: Final = 120

_USED: Final = re.compile(r"contact\.(data\.)?([A-Za-z_][A-Za-z0-9_]*)")
_ORDINARY: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$ .:-]{0,60}")
_BY_SHAPE: Final = (
    (re.compile(r"[^@\s]+@[^@\s]+\.\w+"), CONTACT["email"]),
    (re.compile(r"https?://\S+"), "https://example.com/avery-sample"),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "2024-01-15"),
    (re.compile(r"\d{4}-\d{2}-\d{2}[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?"), "2024-01-15T00:00:00Z"),
    (re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
     "00000000-0000-4000-8000-000000000001"),
    (re.compile(r"\+?[\d ()./-]{7,20}"), CONTACT["phone"]),
    (re.compile(r"(?:[\w-]+\.)+[a-z]{2,12}", re.IGNORECASE), "example.com"),
)  # fmt: skip
_BY_NAME: Final = (
    (r"givenname|firstname|forename", "Avery"),
    (r"familyname|lastname|surname", "Sample"),
    (r"fullname|displayname|personname", "Avery Sample"),
    (r"e?mail.*", CONTACT["email"]),
    (r"phone.*|mobile.*|tel", CONTACT["phone"]),
    (r"(?:job)?title|position|headline", CONTACT["job_title"]),
    (r"company.*|organi[sz]ation.*|employer|employment.*", CONTACT["company"]),
    (r"domain|website|site|host", "example.com"),
    (r"city|town|locality", CONTACT["city"]),
    (r"state|region|province", CONTACT["state"]),
    (r"country", CONTACT["country"]),
    (r"countrycode|statecode|.*locale", "US"),
    (r"street.*|address.*", CONTACT["street"]),
    (r"zip.*|postal.*", CONTACT["postal_code"]),
    (r"name", "Avery Sample"),
)


def contact_for(parts: Any) -> dict[str, Any]:
    """With the fields that are asked for, and nobody's."""
    made: dict[str, Any] = {}
    for data, name in _USED.findall(json.dumps(parts)):
        if data:
            made.setdefault("data", {})[name] = "example"
        elif name in CONTACT:
            made[name] = CONTACT[name]
    return made or {"email": CONTACT["email"]}


def answer_like(answer: Mapping[str, Any], parts: Any) -> dict[str, Any]:
    """The same members and types, other values; words of the connector itself stay as they are.

    `answer` is a response as a step's record has it, `parts` what the template says anyway.
    """
    known = {text for text in _texts(parts) if len(text) <= LONGEST_TEXT}
    return {"status": answer.get("status", 200), "body": _like(answer.get("body"), "", known)}


def _like(value: Any, name: str, known: set[str]) -> Any:
    if isinstance(value, dict):
        return {_member(key): _like(inner, key, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [_like(inner, name, known) for inner in value[:MOST_ITEMS]]
    if isinstance(value, str):
        return value if value == "" or value in known else _text_like(value, name)
    if isinstance(value, bool) or value is None:
        return value
    return 1 if isinstance(value, int) else 0.5


def _text_like(value: str, name: str) -> str:
    for shape, invented in _BY_SHAPE:
        if shape.fullmatch(value):
            return invented
    plain = re.sub(r"[^a-z]", "", name.lower())
    for words, invented in _BY_NAME:
        if re.fullmatch(words, plain):
            return invented
    return "12345" if value.isdigit() else "example"


def _member(name: str) -> str:
    """A name that was made from data, an address for instance, is data."""
    digits = sum(map(str.isdigit, name))
    return name if _ORDINARY.fullmatch(name) and digits < 4 else "example 1"


def _texts(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value, *_quoted(value)}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for one in inner for text in _texts(one)}


def _quoted(text: str) -> list[str]:
    """What a path or an expression compares with: $.emails[?@.type == 'work']"""
    return [one or other for one, other in re.findall(r"'([^']*)'|\"([^\"]*)\"", text)]
