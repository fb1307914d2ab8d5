"""/api/v1/webhooks: addresses at which the outside starts a connector."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paging, page
from app.api.routing import api_router, needs
from app.services.webhooks import Webhooks
from app.signin import ApiActor
from db.webhooks import Webhook


class New(BaseModel):
    model_config = ConfigDict(extra="forbid")

    connector_id: UUID
    name: Annotated[str, Field(min_length=1, max_length=200, examples=["Sign-up form"])]


class Shape(BaseModel):
    id: UUID
    workspace_id: str
    connector_id: UUID
    name: str
    calls: int
    last_called_at: datetime | None
    created_by: UUID
    created_at: datetime


class Opened(Shape):
    """Told once: neither can be read again."""

    url: Annotated[str, Field(description="Whoever knows it and the secret may start runs.")]
    secret: Annotated[str, Field(description="What calls are signed with.")]


def router(webhooks: Webhooks) -> APIRouter:
    routes = api_router()
    routes.tags = ["webhooks"]

    @routes.get("/webhooks", response_model=Page[Shape])
    async def list_webhooks(
        actor: ApiActor, paging: Paging, connector_id: UUID | None = None
    ) -> Any:
        rows = await webhooks.listed(
            actor, connector_id=connector_id, limit=paging.limit, after=paging.after
        )
        return page(rows, shape)

    @routes.post("/webhooks", status_code=201, response_model=Opened)
    @needs("webhooks.change", answers_with_secret=True, in_one=True)
    async def open_webhook(actor: ApiActor, request: Request, body: New) -> Any:
        """Its URL and its secret are told in this answer and never again."""
        made = await webhooks.open(actor, body.connector_id, body.name)
        here = f"{request.url.scheme}://{request.url.netloc}"
        url = f"{here}/api/v1/hooks/{made.token}"
        return {**shape(made.row), "url": url, "secret": made.secret}

    @routes.delete("/webhooks/{webhook_id}", status_code=204)
    @needs("webhooks.change")
    async def remove_webhook(actor: ApiActor, webhook_id: UUID) -> None:
        """Its URL is nobody's from now on."""
        await webhooks.remove(actor, webhook_id)

    return routes


def shape(row: Webhook) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Shape.model_fields}
