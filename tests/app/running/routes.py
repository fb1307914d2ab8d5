"""Every route there is, who may ask it, and what to ask it with."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from tests.app.conftest import Client

NAMED = re.compile(r"\{(\w+)\}")

# Who may ask: the least role in the workspace, or a role of the service. A route that is new has to
# be told about here before the tests pass.
LEAST = {
    "viewer": """
        GET /connectors
        GET /connectors/{connector_id}
        GET /connectors/{connector_id}/versions
        GET /connectors/{connector_id}/versions/{version}
        GET /connectors/{connector_id}/update
        GET /executions
        GET /executions.csv
        GET /executions/events
        GET /executions/{execution_id}
        GET /executions/{execution_id}/events
        GET /error-groups
        GET /bulk-executions
        GET /bulk-executions/{bulk_id}
        GET /schedules
        GET /schedules/{schedule_id}
        GET /contact-triggers
        GET /webhooks
        GET /contacts
        GET /contacts/{contact_id}
        GET /contacts/{contact_id}/provenance
        GET /workspace/credentials
        GET /workspace/credentials/{credential_id}
        GET /connector-templates
        GET /connector-templates/{template_id}
        GET /connector-templates/{template_id}/versions
        GET /connector-templates/{template_id}/reviews
        GET /workspaces
        GET /workspaces/{workspace_id}
        GET /workspaces/{workspace_id}/members
        GET /workspaces/{workspace_id}/members/{user_id}
        GET /alerts
        GET /usage
        GET /connectors/{connector_id}/checks
        GET /api-keys
        GET /audit
    """,
    "editor": """
        POST /connectors
        PUT /connectors/{connector_id}
        PATCH /connectors/{connector_id}
        DELETE /connectors/{connector_id}
        POST /connectors/{connector_id}/versions/{version}/restore
        POST /connectors/test
        POST /connectors/{connector_id}/test
        POST /connectors/{connector_id}/execute
        POST /connectors/{connector_id}/update
        POST /executions/{execution_id}/cancel
        POST /executions/{execution_id}/resume
        POST /executions/{execution_id}/retry
        POST /executions/{execution_id}/undo
        PUT /error-groups
        POST /connectors/{connector_id}/bulk-executions
        POST /bulk-executions/{bulk_id}/pause
        POST /bulk-executions/{bulk_id}/resume
        POST /bulk-executions/{bulk_id}/cancel
        POST /bulk-executions/{bulk_id}/retry
        POST /schedules
        PATCH /schedules/{schedule_id}
        DELETE /schedules/{schedule_id}
        POST /contact-triggers
        PATCH /contact-triggers/{trigger_id}
        DELETE /contact-triggers/{trigger_id}
        POST /webhooks
        DELETE /webhooks/{webhook_id}
        POST /contacts
        PATCH /contacts/{contact_id}
        DELETE /contacts/{contact_id}
        POST /connector-templates
        PATCH /connector-templates/{template_id}
        DELETE /connector-templates/{template_id}
        POST /connector-templates/check
        POST /connector-templates/{template_id}/install
        POST /connector-templates/{template_id}/rating
        POST /connector-templates/{template_id}/reviews/{review_id}/report
    """,
    "admin": """
        POST /contacts/import
        POST /workspace/credentials
        PATCH /workspace/credentials/{credential_id}
        DELETE /workspace/credentials/{credential_id}
        POST /workspace/credentials/{credential_id}/test
        POST /workspace/credentials/{credential_id}/move
        POST /workspaces/{workspace_id}/members
        PATCH /workspaces/{workspace_id}/members/{user_id}
        DELETE /workspaces/{workspace_id}/members/{user_id}
        POST /api-keys
        DELETE /api-keys
        DELETE /api-keys/{key_id}
        GET /alert-limits
        PUT /alert-limits
        GET /alert-channels
        POST /alert-channels
        PUT /alert-channels/{channel_id}
        DELETE /alert-channels/{channel_id}
        POST /alert-channels/{channel_id}/test
        GET /alert-deliveries/{delivery_id}
    """,
    "owner": """
        POST /workspaces
        PATCH /workspaces/{workspace_id}
        DELETE /workspaces/{workspace_id}
    """,
    "service": """
        GET /admin/connector-templates
        POST /admin/connector-templates
        PATCH /admin/connector-templates/{template_id}
        DELETE /admin/connector-templates/{template_id}
        POST /admin/connector-templates/{template_id}/rehearsal
        GET /admin/featured-templates
        PUT /admin/featured-templates
        GET /admin/reported-reviews
        POST /admin/reported-reviews/{review_id}
        GET /admin/canaries
        PUT /admin/canaries/place
        PATCH /admin/canaries/{template_id}
        POST /admin/canaries/{template_id}/run
        POST /admin/canaries/{template_id}/accept
        GET /admin/users
        POST /admin/users
        PATCH /admin/users/{admin_id}
        DELETE /admin/users/{admin_id}
    """,
}
# What everybody may know, and what whoever has the address may do, signed where that is asked.
NEED_NO_KEY = {"GET /schema/connector.json", "POST /hooks/{token}"}
CHANNEL = {"kind": "webhook", "name": "Ours", "events": ["run_failed"]}
TEMPLATE = {"name": "T", "config": {"steps": []}}
BODIES: dict[str, Any] = {
    "PUT /connectors/{connector_id}": {"name": "Mine", "config": {"steps": []}, "version": 1},
    "PATCH /connectors/{connector_id}": {"name": "Mine", "version": 1},
    "POST /connectors/{connector_id}/test": {"contact": {}},
    "POST /connectors/{connector_id}/bulk-executions": {"filter": {}},
    "POST /connectors/{connector_id}/update": {"version": 1, "template_version": 1},
    "PATCH /schedules/{schedule_id}": {"enabled": False},
    "PATCH /contact-triggers/{trigger_id}": {"enabled": False},
    "PATCH /contacts/{contact_id}": {"city": "Oslo"},
    "PATCH /workspace/credentials/{credential_id}": {"label": "Mine"},
    "POST /workspace/credentials/{credential_id}/move": {"to": str(uuid4())},
    "PATCH /connector-templates/{template_id}": {"name": "Mine"},
    "POST /connector-templates/{template_id}/install": {},
    "POST /connector-templates/{template_id}/rating": {"rating": 1},
    "POST /connector-templates/{template_id}/reviews/{review_id}/report": {"reason": "No."},
    "PATCH /workspaces/{workspace_id}": {"name": "Mine"},
    "POST /workspaces/{workspace_id}/members": {"email": "x@y.test", "role": "viewer"},
    "PATCH /workspaces/{workspace_id}/members/{user_id}": {"role": "viewer"},
    "PUT /alert-channels/{channel_id}": CHANNEL,
    "POST /admin/connector-templates": TEMPLATE,
    "PATCH /admin/connector-templates/{template_id}": {"name": "Mine"},
    "PUT /admin/featured-templates": {"template_ids": []},
    "POST /admin/reported-reviews/{review_id}": {"hide": True},
    "PUT /admin/canaries/place": {"workspace_id": None},
    "PATCH /admin/canaries/{template_id}": {"watched": False},
    "POST /admin/users": {"email": "x@y.test", "role": "owner"},
    "PATCH /admin/users/{admin_id}": {"role": "owner"},
}


@dataclass(frozen=True)
class Route:
    name: str  # GET /connectors/{connector_id}
    least: str

    @property
    def path(self) -> str:
        return self.name.partition(" ")[2]

    async def ask(self, client: Client, ids: dict[str, str]) -> tuple[int, bytes]:
        """The answer; of a stream that goes on, only that it began."""
        method, _, path = self.name.partition(" ")
        body = BODIES.get(self.name)
        async with client.stream(method, path.format_map(ids), json=body) as answer:
            goes_on = answer.headers.get("content-type", "").startswith("text/event-stream")
            return answer.status_code, b"" if goes_on else await answer.aread()


@cache
def routes() -> list[Route]:
    return [
        Route(" ".join(line.split()), least)
        for least, names in LEAST.items()
        for line in names.strip().splitlines()
    ]


class Nothing(dict[str, str]):
    """Ids of which nobody has ever heard."""

    def __missing__(self, name: str) -> str:
        return "1" if name == "version" else str(uuid4())
