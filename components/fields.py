"""What a contact's fields are called on screen."""

from typing import Final

from components.texts import ENGLISH, _, language, later
from engine.model.names import readable

WORDS: Final = {
    "email": later("E-mail"),
    "phone": later("Phone"),
    "first_name": later("First name"),
    "last_name": later("Last name"),
    "company": later("Company"),
    "job_title": later("Job title"),
    "website": later("Website"),
    "linkedin_url": later("LinkedIn"),
    "street": later("Street"),
    "city": later("City"),
    "state": later("State or region"),
    "postal_code": later("Postal code"),
    "country": later("Country"),
}


def field_label(name: str) -> str:
    """email → E-mail, data.email_status → Email status"""
    if name in WORDS:
        return _(WORDS[name])
    return readable(name.removeprefix("data."))


def amid(label: str) -> str:
    """As it is written inside of a sentence: small in English, in German as it stands."""
    return label.lower() if language() == ENGLISH else label
