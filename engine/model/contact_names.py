"""What services call the fields of a contact."""

from collections.abc import Mapping
from typing import Final

from engine.model.names import name_for

# Of two words with a dot the first stands around the second.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("email", "e_mail", "email_address", "mail", "work_email"),
    "phone": ("phone", "phone_number", "mobile", "mobile_phone", "telephone", "tel"),
    "first_name": ("first_name", "given_name", "firstname", "forename", "name.first", "fname"),
    "last_name": ("last_name", "family_name", "lastname", "surname", "name.last", "lname"),
    "company": (
        *("company", "company_name", "organization", "organisation", "organization_name"),
        *("employer", "company.name", "organization.name", "employment.name"),
    ),
    "job_title": ("job_title", "position", "jobtitle", "headline", "employment.title", "title"),
    "website": ("website", "domain", "homepage", "site", "web", "website_url", "company_domain"),
    "linkedin_url": ("linkedin_url", "linkedin", "linkedin_profile", "linkedin_profile_url"),
    "street": ("street", "street_address", "address_line_1", "address1", "address_line1"),
    "city": ("city", "town", "locality"),
    "state": ("state", "region", "province", "state_code"),
    "postal_code": ("postal_code", "zip", "zip_code", "postcode", "postalcode"),
    "country": ("country", "country_name", "country_code"),
}
# In an answer they tell of the person; in a question they may ask for something else.
_VAGUE: Final = frozenset(
    {"position", "headline", "title", "domain", "company_domain", "site", "web", "homepage"}
    | {"state", "state_code", "region", "province", "locality", "country_code"}
    | {"organization", "organisation", "employer", "mail"}
)
_SURE: Final = {
    name: f"{{{{ contact.{field} }}}}"
    for field, names in NAMES.items()
    for name in names
    if "." not in name and name not in _VAGUE
}
_WHOLE_NAME: Final = "{{ contact.first_name }} {{ contact.last_name }}"
_ASKED: Final = {**_SURE, "full_name": _WHOLE_NAME, "fullname": _WHOLE_NAME}


def asked_by(name: str) -> str:
    """The contact's value that a service asks for under this name, as an expression; or nothing.

    >>> asked_by("emailAddress"), asked_by("state")
    ('{{ contact.email }}', '')
    """
    return _ASKED.get(name_for(name), "")


def told_by(name: str, around: str = "") -> str:
    """The contact field that an answer tells about under this name; or nothing."""
    key, outer = name_for(name), name_for(around)
    for field, names in NAMES.items():
        if key in names or f"{outer}.{key}" in names:
            return field
    return ""
