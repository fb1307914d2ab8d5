"""What people may be, in a word."""

from typing import Final

from components.texts import _, later

ROLES: Final = {
    "viewer": later("Viewer"),
    "editor": later("Editor"),
    "developer": later("Developer"),
    "admin": later("Admin"),
    "owner": later("Owner"),
}


def role_word(role: str) -> str:
    return _(ROLES.get(role, role.capitalize()))
