"""/api/v1/api-keys"""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.moments import ZonedMoment
from app.api.paging import Page, Paging, page
from app.api.routing import api_router, needs
from app.services.api_keys import ApiKeys
from app.signin import ApiActor
from db.api_keys import ApiKey


class NewKey(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, strict=True)
    expires_at: ZonedMoment | None = None


class KeyShown(BaseModel):
    id: UUID
    workspace_id: str
    user_id: UUID
    name: str
    last4: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class KeyOnce(KeyShown):
    key: str = Field(description="Shown this once and never again.")


def router(keys: ApiKeys) -> APIRouter:
    routes = api_router()

    @routes.get("/api-keys", response_model=Page[KeyShown])
    async def list_keys(actor: ApiActor, asked: Paging) -> dict[str, Any]:
        return page(await keys.listed(actor, limit=asked.limit, after=asked.after), shown)

    @routes.post("/api-keys", status_code=201, response_model=KeyOnce)
    @needs("api_keys.change", answers_with_secret=True, in_one=True)
    async def make_key(actor: ApiActor, body: NewKey) -> dict[str, Any]:
        """Acts as its maker, in this workspace."""
        row, key = await keys.add(actor, body.name, body.expires_at)
        return {**shown(row), "key": key}

    @routes.delete("/api-keys/{key_id}", status_code=204)
    @needs("api_keys.change")
    async def remove_key(actor: ApiActor, key_id: UUID) -> Response:
        """It stops working at once."""
        await keys.remove(actor, key_id)
        return Response(status_code=204)

    @routes.delete("/api-keys", status_code=204)
    @needs("api_keys.change")
    async def remove_key_named(actor: ApiActor, id: UUID = Query()) -> Response:  # noqa: B008
        """The same with the id as a parameter."""
        await keys.remove(actor, id)
        return Response(status_code=204)

    return routes


def shown(key: ApiKey) -> dict[str, Any]:
    return {name: getattr(key, name) for name in KeyShown.model_fields}
