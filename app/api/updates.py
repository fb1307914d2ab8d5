"""/api/v1/connectors/{id}/update: the template's newer version, beside the workspace's changes."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.connectors import Shape as ConnectorShape
from app.api.connectors import shape as connector
from app.api.routing import api_router, needs
from app.services.updates import Decision, Update, Updates
from app.signin import ApiActor
from engine.model.merge import GONE


class Change(BaseModel):
    path: str
    was: Any
    now: Any


class Open(BaseModel):
    """Both sides changed this. Null where a side has nothing there."""

    path: str
    base: Any
    mine: Any
    theirs: Any


class Asked(BaseModel):
    """Where data may go, or how to sign in, that nobody agreed to yet."""

    id: str
    kind: Literal["host", "slot", "slot_host", "auth", "fields"]
    service_name: str | None
    what: str


class Shape(BaseModel):
    available: bool
    connector_id: UUID
    connector_version: int
    template_id: UUID | None
    installed_version: int
    template_version: int | None
    changes: Annotated[list[Change], Field(description="Between the two versions.")]
    conflicts: list[Open]
    consent: Annotated[list[Asked], Field(description="Name the ids in `agree`.")]
    slots: Annotated[list[Any], Field(description="What keys it needs, as at an install.")]
    merged: Annotated[
        dict[str, Any] | None, Field(description="What would be stored; conflicts as `mine`.")
    ]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(description="The connector's version that was looked at.")]
    template_version: Annotated[int, Field(description="The template's.")]
    choices: Annotated[
        dict[str, Literal["mine", "theirs"]], Field(description="One for each conflict, by path.")
    ] = {}
    agree: Annotated[list[str], Field(description="The id of everything in `consent`.")] = []
    credentials: Annotated[dict[str, Any], Field(description="As at an install.")] = {}


def router(updates: Updates) -> APIRouter:
    routes = api_router()
    routes.tags = ["templates"]

    @routes.get("/connectors/{connector_id}/update", response_model=Shape)
    async def get_update(actor: ApiActor, connector_id: UUID) -> Any:
        """What a newer version of its template would change, and what it asks for."""
        return shape(await updates.look(actor, connector_id))

    @routes.post("/connectors/{connector_id}/update", response_model=ConnectorShape)
    @needs("templates.install", in_one=True)
    async def apply_update(actor: ApiActor, connector_id: UUID, body: Body) -> Any:
        """Three-way: the workspace's own changes stay. 409 where something is not settled or not
        agreed to; then nothing is stored."""
        decision = Decision(
            version=body.version,
            template_version=body.template_version,
            choices=body.choices,
            agree=tuple(body.agree),
            credentials=body.credentials,
        )
        return connector(await updates.apply(actor, connector_id, decision))

    return routes


def shape(row: Update) -> dict[str, Any]:
    there = row.template is not None
    return {
        "available": there,
        "connector_id": row.connector.id,
        "connector_version": row.connector.version,
        "template_id": row.connector.created_from_template,
        "installed_version": row.installed,
        "template_version": row.template.version if row.template else None,
        "changes": [
            {"path": path, "was": _json(was), "now": _json(now)} for path, was, now in row.changes
        ],
        "conflicts": [
            {
                "path": one.path,
                "base": _json(one.base),
                "mine": _json(one.mine),
                "theirs": _json(one.theirs),
            }
            for one in row.merged.conflicts
        ],
        "consent": [
            {"id": one.id, "kind": one.kind, "service_name": one.service or None, "what": one.what}
            for one in row.asks
        ],
        "slots": row.needed,
        "merged": row.merged.value if there else None,
    }


def _json(value: Any) -> Any:
    return None if value is GONE else value
