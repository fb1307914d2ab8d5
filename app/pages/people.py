"""What contacts and their fields are called on screen."""

from typing import Final

from components.texts import _, later
from db.contacts import Contact

WORDS: Final = {
    "email": "E-mail",
    "phone": "Phone",
    "first_name": later("First name"),
    "last_name": later("Last name"),
    "company": "Company",
    "job_title": later("Job title"),
    "website": "Website",
    "linkedin_url": "LinkedIn",
    "street": "Street",
    "city": "City",
    "state": "State",
    "postal_code": later("Postal code"),
    "country": "Country",
}


def name_of(contact: Contact) -> str:
    names = [name for name in (contact.first_name, contact.last_name) if name]
    return " ".join(names) or contact.email or contact.company or _("Without a name")


def in_words(field: str) -> str:
    """email → E-mail, data.email_status → Email status"""
    if field in WORDS:
        return WORDS[field]
    plain = field.removeprefix("data.").replace("_", " ").strip()
    return plain[:1].upper() + plain[1:]
