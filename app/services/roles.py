"""Who may do what: one table, asked by pages and API alike; Postgres decides once more."""

from typing import Final

from app.services.problems import NotAllowed
from db.session import Actor

RANKS: Final = ("viewer", "editor", "admin", "owner")

LEAST_ROLE: Final[dict[str, str]] = {
    "look": "viewer",
    "contacts.change": "editor",
    "contacts.import": "admin",
    "connectors.change": "editor",
    "connectors.test": "editor",
    "executions.start": "editor",
    "executions.change": "editor",
    "bulk.change": "editor",
    "schedules.change": "editor",
    "webhooks.change": "editor",
    "templates.publish": "editor",
    "templates.publish_community": "admin",
    "templates.install": "editor",  # credentials that come along ask for credentials.change
    "templates.rate": "editor",
    "credentials.change": "admin",
    "members.change": "admin",
    "alerts.change": "admin",
    "audit.export": "admin",
    "api_keys.change": "admin",
    "workspace.create": "owner",
    "workspace.change": "owner",
    "workspace.delete": "owner",
    "saas": "viewer",  # the list of SaaS admins decides, not the role in a workspace
}


def allows(role: str | None, action: str) -> bool:
    return role in RANKS and RANKS.index(role) >= RANKS.index(LEAST_ROLE[action])


def outranks(role: str | None, other: str) -> bool:
    """Whether a person of this role may hand out, change or take away the other role."""
    if role == "owner":
        return True
    return role == "admin" and RANKS.index(other) < RANKS.index("admin")


def must(actor: Actor, action: str) -> None:
    if not allows(actor.role, action):
        raise NotAllowed(
            f"Your role in this workspace is {actor.role or 'none'}; "
            f"this needs the role {LEAST_ROLE[action]} or higher.",
            hint="Ask an owner of the workspace to do it, or to change your role.",
            code="role_too_low",
        )
