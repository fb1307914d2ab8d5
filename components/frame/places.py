"""Where one can go, for whom, and which keys work: data for the frame."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from components.texts import _, later

Hits = list[dict[str, str]]  # {title, href, icon, more, group}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, in which workspace. Roles here are courtesy: the database decides."""

    name: str
    email: str
    workspace_id: str
    workspace_name: str
    role: str = "viewer"
    workspaces: tuple[tuple[str, str], ...] = ()
    saas_role: str | None = None
    is_demo: bool = False
    search: Callable[[str], Awaitable[Hits]] | None = field(default=None, compare=False)

    @property
    def may_edit(self) -> bool:
        return self.role in ("editor", "admin", "owner")

    @property
    def may_administer(self) -> bool:
        return self.role in ("admin", "owner")


PLACES = (
    ("home", later("Home"), "/", "house"),
    ("connectors", later("Connectors"), "/connectors", "workflow"),
    ("templates", later("Templates"), "/templates", "store"),
    ("runs", later("Runs"), "/runs", "activity"),
    ("bulk", later("Bulk runs"), "/bulk", "list-checks"),
    ("triggers", later("Triggers"), "/triggers", "calendar-clock"),
    ("contacts", later("Contacts"), "/contacts", "users"),
    ("credentials", later("Credentials"), "/credentials", "key-round"),
)
OWN_PLACES = (
    ("members", later("Members & keys"), "/members", "shield"),
    ("alerts", later("Alerts"), "/alerts", "bell"),
    ("usage", later("Usage"), "/usage", "chart-column"),
)
ADMIN_PLACES = (("audit", later("Audit log"), "/audit", "scroll-text"),)
SAAS_PLACES = (
    ("admin-templates", later("Review"), "/admin/templates", "badge-check"),
    ("admin-featured", later("Featured"), "/admin/featured", "star"),
    ("admin-canaries", later("API watch"), "/admin/canaries", "eye"),
    ("admin-usage", later("Usage of all"), "/admin/usage", "table-2"),
    ("admin", later("Admin users"), "/admin/users", "lock"),
)

SHORTCUTS: tuple[dict[str, Any], ...] = (
    {
        "title": later("Everywhere"),
        "keys": [["Ctrl+K", later("Search and commands")], ["?", later("This list")]],
    },
    {
        "title": later("Lists"),
        "keys": [
            ["↑+↓", later("Walk through rows")],
            ["Enter", later("Open")],
            ["Esc", later("Close what is open")],
        ],
    },
    {
        "title": later("Runs"),
        "keys": [
            ["J", later("Next run")],
            ["K", later("Previous run")],
            ["E", later("Open all")],
            ["W", later("Close all")],
            ["R", later("Run again")],
            ["C", later("Cancel")],
        ],
    },
    {
        "title": later("Builder"),
        "keys": [
            ["Ctrl+Enter", later("Test")],
            ["Ctrl+Z", later("Undo")],
            ["Ctrl+Shift+Z", later("Redo")],
            ["↑+↓+←+→", later("Walk through the steps")],
            ["Enter", later("Open the step, then go on to its settings")],
            ["Esc", later("From the settings back to the step")],
            ["Alt+↑", later("Move the step up")],
            ["Alt+↓", later("Move the step down")],
            ["Alt+→", later("Into a frame, to the next way")],
            ["Alt+←", later("To the way before, out of a frame")],
            ["Ctrl+C", later("Copy the step")],
            ["Ctrl+V", later("Put in what is copied")],
            ["Ctrl+D", later("Duplicate the step")],
            ["Ctrl+E", later("Leave the step out, or take it in")],
            ["Del", later("Delete the step")],
            ["{{", later("Insert a value into a field")],
        ],
    },
)


def shortcuts() -> list[dict[str, Any]]:
    return [
        {"title": _(title), "keys": [[caps, _(what)] for caps, what in keys]}
        for title, keys in (group.values() for group in SHORTCUTS)
    ]


def groups_of(viewer: Viewer) -> list[dict[str, Any]]:
    own = [*OWN_PLACES, *(ADMIN_PLACES if viewer.may_administer else ())]
    groups = [
        {"title": "", "places": [_place(place) for place in PLACES]},
        {"title": _("Workspace"), "places": [_place(place) for place in own]},
    ]
    if viewer.saas_role:
        groups.append({"title": _("Administration"), "places": [_place(p) for p in SAAS_PLACES]})
    return groups


def commands_of(viewer: Viewer) -> list[dict[str, Any]]:
    """What the palette offers on every page."""
    places = [
        *PLACES,
        *OWN_PLACES,
        *(ADMIN_PLACES if viewer.may_administer else ()),
        *(SAAS_PLACES if viewer.saas_role else ()),
    ]
    return [
        *(
            {
                "key": key,
                "title": _("Go to {place}").format(place=_(title)),
                "href": href,
                "icon": icon,
                "group": _("Pages"),
            }
            for key, title, href, icon in places
        ),
        {"key": "theme", "title": _("Switch light / dark"), "icon": "moon"},
        {"key": "shortcuts", "title": _("Keyboard shortcuts"), "icon": "keyboard", "caps": "?"},
    ]


def initials(name: str) -> str:
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def _place(place: tuple[str, str, str, str]) -> dict[str, str]:
    key, title, href, icon = place
    return {"key": key, "title": _(title), "href": href, "icon": icon}
