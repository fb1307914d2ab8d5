"""/api/v1/workspaces: a key is for one of them, so the others are not there."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, TextPaging, page
from app.api.routing import api_router, needs
from app.services.workspaces import Place, Workspaces
from app.signin import ApiActor

Name = Annotated[str, Field(min_length=1, max_length=200)]


class WorkspaceValues(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name


class WorkspaceShown(BaseModel):
    id: str
    name: str
    is_demo: bool
    role: Literal["viewer", "editor", "admin", "owner"] = Field(description="Yours, in there.")
    created_at: datetime


def router(workspaces: Workspaces) -> APIRouter:
    routes = api_router()

    @routes.get("/workspaces", response_model=Page[WorkspaceShown])
    async def list_workspaces(actor: ApiActor, asked: TextPaging) -> dict[str, Any]:
        found = await workspaces.listed(actor, limit=asked.limit, after=asked.after)
        return page(found, shown)

    @routes.post("/workspaces", status_code=201, response_model=WorkspaceShown)
    @needs("workspace.create", in_one=True)
    async def create_workspace(actor: ApiActor, body: WorkspaceValues) -> dict[str, Any]:
        """Its creator owns it. The key that made it stays with its own workspace."""
        return shown(await workspaces.create(actor, body.name))

    @routes.get("/workspaces/{workspace_id}", response_model=WorkspaceShown)
    async def get_workspace(actor: ApiActor, workspace_id: str) -> dict[str, Any]:
        return shown(await workspaces.get(actor, workspace_id))

    @routes.patch("/workspaces/{workspace_id}", response_model=WorkspaceShown)
    @needs("workspace.change")
    async def rename_workspace(
        actor: ApiActor, workspace_id: str, body: WorkspaceValues
    ) -> dict[str, Any]:
        return shown(await workspaces.rename(actor, workspace_id, body.name))

    @routes.delete("/workspaces/{workspace_id}", status_code=204)
    @needs("workspace.delete")
    async def remove_workspace(actor: ApiActor, workspace_id: str) -> Response:
        """Takes everything in it along."""
        await workspaces.remove(actor, workspace_id)
        return Response(status_code=204)

    return routes


def shown(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in WorkspaceShown.model_fields}
