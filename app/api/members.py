"""/api/v1/workspaces/{id}/members"""

from datetime import datetime
from operator import attrgetter
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paging, page_of
from app.api.routing import api_router, needs
from app.services.workspaces import Workspaces
from app.signin import ApiActor
from db.workspaces import Person

Role = Literal["viewer", "editor", "admin", "owner"]


class NewMember(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    email: str = Field(max_length=255, examples=["ada@example.com"])
    role: Role = "viewer"


class NewRole(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    role: Role


class MemberShown(BaseModel):
    user_id: UUID
    email: str | None
    role: Role
    created_at: datetime


def router(workspaces: Workspaces) -> APIRouter:
    routes = api_router()
    members = "/workspaces/{workspace_id}/members"

    @routes.get(members, response_model=Page[MemberShown])
    async def list_members(actor: ApiActor, workspace_id: str, paging: Paging) -> dict[str, Any]:
        found = await workspaces.members(actor, workspace_id)
        return page_of(found, paging, shown, attrgetter("user_id"))

    @routes.post(members, status_code=201, response_model=MemberShown)
    @needs("members.change", in_one=True)
    async def add_member(actor: ApiActor, workspace_id: str, body: NewMember) -> dict[str, Any]:
        return shown(await workspaces.add_member(actor, workspace_id, body.email, body.role))

    @routes.get(members + "/{user_id}", response_model=MemberShown)
    async def get_member(actor: ApiActor, workspace_id: str, user_id: UUID) -> dict[str, Any]:
        return shown(await workspaces.member(actor, workspace_id, user_id))

    @routes.patch(members + "/{user_id}", response_model=MemberShown)
    @needs("members.change")
    async def change_role(
        actor: ApiActor, workspace_id: str, user_id: UUID, body: NewRole
    ) -> dict[str, Any]:
        return shown(await workspaces.change_role(actor, workspace_id, user_id, body.role))

    @routes.delete(members + "/{user_id}", status_code=204)
    @needs("members.change")
    async def remove_member(actor: ApiActor, workspace_id: str, user_id: UUID) -> Response:
        await workspaces.remove_member(actor, workspace_id, user_id)
        return Response(status_code=204)

    return routes


def shown(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in MemberShown.model_fields}
