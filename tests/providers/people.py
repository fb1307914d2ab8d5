"""The people and companies the pretended providers know; everybody not called nobody exists."""

from typing import Any

ADA = "ada@example.com"
NOBODY = "nobody@example.com"


def person(email: str) -> dict[str, Any] | None:
    """A person as an enrichment service describes one, worked out from the address."""
    local, _, domain = email.partition("@")
    if not domain or local.startswith("nobody"):
        return None
    first, _, last = local.partition(".")
    first, last = first.title(), (last or "Lovelace").title()
    name = domain.split(".")[0].title()
    return {
        "id": f"p-{local}",
        "email": email,
        "name": {"fullName": f"{first} {last}", "givenName": first, "familyName": last},
        "location": "London, England, United Kingdom",
        "geo": {"city": "London", "state": "England", "countryCode": "GB"},
        "employment": {"domain": domain, "name": f"{name} Ltd", "title": "Head of Engines"},
        "linkedin": {"handle": f"in/{local}"},
        "phone": "+44 20 7946 0958",
        "facebook": {"handle": None},
    }


def company(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": "Analytical Engines Ltd",
        "domain": "example.com",
        "employees": 42,
        "address": {"street": "12 St James's Square", "city": "London", "postal code": "SW1Y 4JH"},
    }
