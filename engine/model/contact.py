"""A contact as connectors see it: fixed fields, and whatever else under data."""

from typing import Any, Final

from engine.errors import Problem
from engine.model.names import closest, listed

FIELDS: Final = (
    "email",
    "phone",
    "first_name",
    "last_name",
    "company",
    "job_title",
    "website",
    "linkedin_url",
    "street",
    "city",
    "state",
    "postal_code",
    "country",
)
COLUMNS: Final = frozenset(FIELDS)
NAMES: Final = ("id", *FIELDS, "data")  # what {{ contact. }} offers


def contact_scope(contact: dict[str, Any]) -> dict[str, Any]:
    """The contact as expressions see it: every field is there, null where nothing is known."""
    found = {field: contact.get(field) for field in FIELDS}
    contact_id = contact.get("id")
    found["id"] = None if contact_id is None else str(contact_id)
    found["data"] = dict(contact.get("data") or {})
    return found


def check_contact(contact: Any, *, path: str = "contact") -> list[Problem]:
    """What keeps a typed contact from being used: unknown fields, values that are no text."""
    if type(contact) is not dict:
        return [Problem(path, "A contact is an object of fields.")]
    problems = []
    for name, value in contact.items():
        if name not in NAMES:
            hint = closest(name, NAMES) or f"Known: {listed(NAMES)}."
            problems.append(Problem(f"{path}.{name}", f"A contact has no “{name}”.", hint))
        elif name == "data":
            if value is not None and type(value) is not dict:
                problems.append(Problem(f"{path}.data", "Other data is an object of values."))
        elif value is not None and type(value) is not str:
            problems.append(Problem(f"{path}.{name}", "This must be text."))
    return problems
