"""/api/v1/contact-triggers: connectors that start when a contact comes or changes."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paging, page
from app.api.routing import api_router, needs
from app.services.contact_triggers import ContactTriggers, Wanted
from app.signin import ApiActor

Fields = Annotated[
    list[str] | None,
    Field(
        max_length=50,
        description="Only an update of one of these counts; null: of any.",
        examples=[["email", "company"]],
    ),
]


class New(BaseModel):
    model_config = ConfigDict(extra="forbid")

    connector_id: UUID
    on_created: bool = True
    on_updated: bool = False
    fields: Fields = None
    input: dict[str, Any] = {}
    enabled: bool = True


UNSAID: Any = None  # a default that was not sent, so that an explicit null is still refused


class Change(BaseModel):
    """Only what is sent changes."""

    model_config = ConfigDict(extra="forbid")

    connector_id: UUID = UNSAID
    on_created: bool = UNSAID
    on_updated: bool = UNSAID
    fields: Fields = None
    input: dict[str, Any] = UNSAID
    enabled: bool = UNSAID


class Shape(BaseModel):
    """What people, imports and programs do to contacts starts it; what runs write does not."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    workspace_id: str
    connector_id: UUID
    on_created: bool
    on_updated: bool
    fields: list[str] | None
    input: dict[str, Any]
    enabled: bool
    reason: Annotated[str | None, Field(description="Why it switched itself off.")]
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime


def router(contact_triggers: ContactTriggers) -> APIRouter:
    routes = api_router()
    routes.tags = ["contact triggers"]

    @routes.get("/contact-triggers", response_model=Page[Shape])
    async def list_contact_triggers(
        actor: ApiActor, paging: Paging, connector_id: UUID | None = None
    ) -> Any:
        rows = await contact_triggers.listed(
            actor, connector_id=connector_id, limit=paging.limit, after=paging.after
        )
        return page(rows, Shape.model_validate)

    @routes.post("/contact-triggers", status_code=201, response_model=Shape)
    @needs("schedules.change", in_one=True)
    async def add_contact_trigger(actor: ApiActor, body: New) -> Any:
        """One contact makes one run; an import makes a bulk execution, which can be paused."""
        return await contact_triggers.add(actor, Wanted(**body.model_dump()))

    @routes.patch("/contact-triggers/{trigger_id}", response_model=Shape)
    @needs("schedules.change")
    async def change_contact_trigger(actor: ApiActor, trigger_id: UUID, body: Change) -> Any:
        """From now on it acts in the name of whoever changed it."""
        return await contact_triggers.change(actor, trigger_id, body.model_dump(exclude_unset=True))

    @routes.delete("/contact-triggers/{trigger_id}", status_code=204)
    @needs("schedules.change")
    async def remove_contact_trigger(actor: ApiActor, trigger_id: UUID) -> None:
        await contact_triggers.remove(actor, trigger_id)

    return routes
