"""What contacts are called on screen."""

from components.texts import _
from db.contacts import Contact


def name_of(contact: Contact) -> str:
    names = [name for name in (contact.first_name, contact.last_name) if name]
    return " ".join(names) or contact.email or contact.company or _("Without a name")
