"""/api/v1/schedules: connectors that start by the clock."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.bulk import ContactIds, Filter
from app.api.paging import Page, Paging, page
from app.api.routing import api_router, needs
from app.services.schedules import Schedules, Wanted, coming
from app.signin import ApiActor
from db.schedules import Schedule

Cron = Annotated[
    str,
    Field(
        max_length=200,
        description="Minute, hour, day of month, month, day of week; or @daily and the like.",
        examples=["0 9 * * mon-fri"],
    ),
]
Zone = Annotated[str, Field(max_length=100, examples=["Europe/Berlin"])]


class New(BaseModel):
    model_config = ConfigDict(extra="forbid")

    connector_id: UUID
    cron: Cron
    time_zone: Zone = "UTC"
    contact_ids: ContactIds = None
    filter: Filter = None
    input: dict[str, Any] = {}
    enabled: bool = True


UNSAID: Any = None  # a default that was not sent, so that an explicit null is still refused


class Change(BaseModel):
    """Only what is sent changes."""

    model_config = ConfigDict(extra="forbid")

    connector_id: UUID = UNSAID
    cron: Cron = UNSAID
    time_zone: Zone = UNSAID
    contact_ids: ContactIds = None
    filter: Filter = None
    input: dict[str, Any] = UNSAID
    enabled: bool = UNSAID


class Shape(BaseModel):
    """A schedule; without contact_ids and filter it makes one run that is about nobody."""

    id: UUID
    workspace_id: str
    connector_id: UUID
    cron: str
    time_zone: str
    contact_ids: list[UUID] | None
    filter: dict[str, Any] | None
    input: dict[str, Any]
    enabled: bool
    reason: Annotated[str | None, Field(description="Why it switched itself off.")]
    next_fire_at: datetime | None
    next_times: Annotated[list[datetime], Field(description="The next five, while it is on.")]
    last_fire_at: datetime | None
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime


def router(schedules: Schedules) -> APIRouter:
    routes = api_router()
    routes.tags = ["schedules"]

    @routes.get("/schedules", response_model=Page[Shape])
    async def list_schedules(
        actor: ApiActor, paging: Paging, connector_id: UUID | None = None
    ) -> Any:
        rows = await schedules.listed(
            actor, connector_id=connector_id, limit=paging.limit, after=paging.after
        )
        return page(rows, shape)

    @routes.post("/schedules", status_code=201, response_model=Shape)
    @needs("schedules.change", in_one=True)
    async def add_schedule(actor: ApiActor, body: New) -> Any:
        """Times that pass while no worker runs are made up for by one run."""
        return shape(await schedules.add(actor, Wanted(**body.model_dump())))

    @routes.get("/schedules/{schedule_id}", response_model=Shape)
    async def get_schedule(actor: ApiActor, schedule_id: UUID) -> Any:
        return shape(await schedules.get(actor, schedule_id))

    @routes.patch("/schedules/{schedule_id}", response_model=Shape)
    @needs("schedules.change")
    async def change_schedule(actor: ApiActor, schedule_id: UUID, body: Change) -> Any:
        """From now on it acts in the name of whoever changed it."""
        changes = body.model_dump(exclude_unset=True)
        return shape(await schedules.change(actor, schedule_id, changes))

    @routes.delete("/schedules/{schedule_id}", status_code=204)
    @needs("schedules.change")
    async def remove_schedule(actor: ApiActor, schedule_id: UUID) -> None:
        await schedules.remove(actor, schedule_id)

    return routes


def shape(row: Schedule) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in Shape.model_fields if name != "next_times"}
    return {**told, "next_times": coming(row)}
