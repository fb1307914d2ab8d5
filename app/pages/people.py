"""What contacts and their fields are called on screen."""

from typing import Final

from components.texts import _, later
from db.contacts import Contact

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
    "state": later("State"),
    "postal_code": later("Postal code"),
    "country": later("Country"),
}


ROLES: Final = {
    "viewer": later("Viewer"),
    "editor": later("Editor"),
    "developer": later("Developer"),
    "admin": later("Admin"),
    "owner": later("Owner"),
}


def role_word(role: str) -> str:
    return _(ROLES.get(role, role.capitalize()))


def name_of(contact: Contact) -> str:
    names = [name for name in (contact.first_name, contact.last_name) if name]
    return " ".join(names) or contact.email or contact.company or _("Without a name")


def in_words(field: str) -> str:
    """email → E-mail, data.email_status → Email status"""
    if field in WORDS:
        return _(WORDS[field])
    plain = field.removeprefix("data.").replace("_", " ").strip()
    return plain[:1].upper() + plain[1:]
