"""/api/v1/admin/users: who runs the service. Its owners only."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, model_validator

from app.api.paging import Page, Paging, page_of
from app.api.routing import api_router, needs
from app.services.admins import Admins
from app.signin import ApiActor
from db.admins import KnownAdmin

Role = Literal["developer", "admin", "owner"]


class NewAdmin(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str | None = None
    user_id: UUID | None = None
    role: Role = "admin"
    permissions: dict[str, Any] = {}

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if (self.email is None) == (self.user_id is None):
            raise ValueError("Name the person by email or by user_id, one of the two.")
        return self


class AdminChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    permissions: dict[str, Any] | None = None


class AdminShown(BaseModel):
    id: UUID
    user_id: UUID
    email: str | None
    role: Role
    permissions: dict[str, Any]
    created_by: UUID | None
    created_at: datetime


def router(admins: Admins) -> APIRouter:
    routes = api_router()

    @routes.get("/admin/users", response_model=Page[AdminShown])
    async def list_admins(actor: ApiActor, paging: Paging) -> dict[str, Any]:
        return page_of(await admins.listed(actor), paging, shown)

    @routes.post("/admin/users", status_code=201, response_model=AdminShown)
    @needs("saas", in_one=True)
    async def add_admin(actor: ApiActor, body: NewAdmin) -> dict[str, Any]:
        return shown(await admins.add(actor, **dict(body)))

    @routes.patch("/admin/users/{admin_id}", response_model=AdminShown)
    @needs("saas")
    async def change_admin(actor: ApiActor, admin_id: UUID, body: AdminChange) -> dict[str, Any]:
        return shown(await admins.change(actor, admin_id, **dict(body)))

    @routes.delete("/admin/users/{admin_id}", status_code=204)
    @needs("saas")
    async def remove_admin(actor: ApiActor, admin_id: UUID) -> Response:
        """The last owner stays."""
        await admins.remove(actor, admin_id)
        return Response(status_code=204)

    return routes


def shown(known: KnownAdmin) -> dict[str, Any]:
    return {name: getattr(known, name) for name in AdminShown.model_fields}
