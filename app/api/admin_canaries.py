"""/api/v1/admin/canaries: nightly practice runs of official templates, and what they saw."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.routing import api_router, needs
from app.services.canaries import Canaries, Watched
from app.signin import ApiActor


class Place(BaseModel):
    """Where practice runs find their keys, and when they begin."""

    model_config = ConfigDict(extra="forbid")

    workspace_id: Annotated[str | None, Field(description="null: no practice runs.")]
    hour: Annotated[int, Field(ge=0, le=23, description="Of the day, in UTC.")] = 3


class Change(BaseModel):
    model_config = ConfigDict(extra="forbid")

    watched: Annotated[
        bool | None, Field(description="null: if its calls only read, which is the default.")
    ] = None
    contact: Annotated[
        dict[str, Any] | None, Field(description="On whom to ask; null: the example contact.")
    ] = None


class Shown(BaseModel):
    template_id: UUID
    name: str
    watched: bool
    calls: int
    only_reads: bool
    missing: Annotated[list[str], Field(description="Services without a key there.")]
    state: str
    message: str | None
    differences: list[Any]
    ran_at: datetime | None
    state_since: datetime | None


class All(BaseModel):
    place: Place
    items: list[Shown]


def router(canaries: Canaries) -> APIRouter:
    routes = api_router()
    routes.tags = ["admin"]

    @routes.get("/admin/canaries", response_model=All)
    async def list_canaries(actor: ApiActor) -> Any:
        chosen = await canaries.settings(actor)
        where = {
            "workspace_id": chosen.workspace_id if chosen else None,
            "hour": chosen.hour if chosen else 3,
        }
        return {"place": where, "items": [shown(one) for one in await canaries.listed(actor)]}

    @routes.put("/admin/canaries/place", response_model=Place)
    @needs("saas")
    async def choose_place_of_canaries(actor: ApiActor, body: Place) -> Any:
        """In one's own name, and only where one may run connectors."""
        await canaries.choose(actor, body.workspace_id, body.hour)
        return body

    @routes.patch("/admin/canaries/{template_id}", response_model=Shown)
    @needs("saas")
    async def change_canary(actor: ApiActor, template_id: UUID, body: Change) -> Any:
        sent = {name: getattr(body, name) for name in body.model_fields_set}
        await canaries.change(actor, template_id, sent)
        return await one(actor, template_id)

    @routes.post("/admin/canaries/{template_id}/run", response_model=Shown)
    @needs("saas")
    async def run_canary(actor: ApiActor, template_id: UUID) -> Any:
        """Now, instead of at night."""
        await canaries.run_now(actor, template_id)
        return await one(actor, template_id)

    @routes.post("/admin/canaries/{template_id}/accept", response_model=Shown)
    @needs("saas")
    async def accept_answer(actor: ApiActor, template_id: UUID) -> Any:
        """What was seen last is how it is from now on."""
        await canaries.accept(actor, template_id)
        return await one(actor, template_id)

    async def one(actor: ApiActor, template_id: UUID) -> dict[str, Any]:
        rows = await canaries.listed(actor)
        return next(shown(row) for row in rows if row.template.id == template_id)

    return routes


def shown(one: Watched) -> dict[str, Any]:
    canary = one.canary
    return {
        "template_id": one.template.id,
        "name": one.template.name,
        "watched": one.on,
        "calls": one.calls,
        "only_reads": one.only_reads,
        "missing": list(one.missing),
        "state": canary.state if canary else "waiting",
        "message": canary.message if canary else None,
        "differences": canary.differences if canary else [],
        "ran_at": canary.ran_at if canary else None,
        "state_since": canary.state_since if canary else None,
    }
