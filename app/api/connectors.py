"""/api/v1/connectors: what a workspace has built."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paging, page
from app.api.routing import api_router, needs
from app.services.checking import Checking
from app.services.connectors import Connectors, Narrowed, Wanted
from app.signin import ApiActor
from db.connectors import Connector

Kind = Literal["single-step", "multi-step"]
Name = Annotated[str, Field(min_length=1, max_length=200, examples=["Find people at Hunter"])]
Description = Annotated[str, Field(max_length=10_000)]
Icon = Annotated[str | None, Field(max_length=2_000)]
Category = Annotated[str | None, Field(max_length=100)]
Config = Annotated[
    dict[str, Any],
    Field(description="The steps, as `/api/v1/schema/connector.json` says."),
]
Newest = Annotated[int, Field(description="The version that was changed; 409 if it is not newest.")]
# Worked out by the console. Accepted, so that an answer can be sent back, and ignored.
Ours = Annotated[Any, Field(json_schema_extra={"readOnly": True})]


class Shape(BaseModel):
    """A connector as the API shows it."""

    id: UUID
    workspace_id: str
    name: str
    description: str
    icon: str | None
    category: str | None
    type: Kind
    config: dict[str, Any]
    input_schema: dict[str, Any]
    field_mappings: list[Any]
    enabled: bool
    timeout_ms: int
    max_retries: int
    continue_on_error: bool
    total_executions: int
    successful_executions: int
    failed_executions: int
    last_executed_at: datetime | None
    created_from_template: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: Ours = None
    workspace_id: Ours = None
    type: Ours = None
    total_executions: Ours = None
    successful_executions: Ours = None
    failed_executions: Ours = None
    last_executed_at: Ours = None
    created_from_template: Ours = None
    created_at: Ours = None
    updated_at: Ours = None


class Whole(Body):
    name: Name
    description: Description = ""
    icon: Icon = None
    category: Category = None
    config: Config
    input_schema: dict[str, Any] = {}
    field_mappings: list[Any] = []
    enabled: bool = True
    timeout_ms: int = 30_000
    max_retries: int = 3
    continue_on_error: bool = False

    def wanted(self) -> Wanted:
        return Wanted(**{part: getattr(self, part) for part in SAID})


class New(Whole):
    version: Ours = None


class Replacement(Whole):
    version: Newest


UNSAID: Any = None  # a default that was not sent, so that an explicit null is still refused


class Change(Body):
    """Only what is sent changes."""

    version: Newest
    name: Name = UNSAID
    description: Description = UNSAID
    icon: Icon = None
    category: Category = None
    config: Config = UNSAID
    input_schema: dict[str, Any] = UNSAID
    field_mappings: list[Any] = UNSAID
    enabled: bool = UNSAID
    timeout_ms: int = UNSAID
    max_retries: int = UNSAID
    continue_on_error: bool = UNSAID

    def changes(self) -> dict[str, Any]:
        return {part: getattr(self, part) for part in SAID if part in self.model_fields_set}


SAID = tuple(Wanted.__dataclass_fields__)


class Checked(BaseModel):
    """Something a connector may be saved with, and that is worth a second look."""

    path: str
    message: str
    hint: str | None
    step_id: str | None
    field: str | None


def router(connectors: Connectors, checking: Checking) -> APIRouter:
    routes = api_router()
    routes.tags = ["connectors"]

    @routes.get("/connectors", response_model=Page[Shape])
    async def list_connectors(
        actor: ApiActor,
        paging: Paging,
        q: Annotated[str | None, Query(max_length=200, description="Part of the name.")] = None,
        category: Annotated[str | None, Query(max_length=100)] = None,
        enabled: bool | None = None,
        type: Kind | None = None,
    ) -> Any:
        rows = await connectors.list(
            actor, Narrowed(q, category, enabled, type), limit=paging.limit, after=paging.after
        )
        return page(rows, shape)

    @routes.post("/connectors", status_code=201, response_model=Shape)
    @needs("connectors.change", in_one=True)
    async def create_connector(actor: ApiActor, body: New) -> Any:
        return shape(await connectors.create(actor, body.wanted()))

    @routes.get("/connectors/{connector_id}", response_model=Shape)
    async def get_connector(actor: ApiActor, connector_id: UUID) -> Any:
        return shape(await connectors.get(actor, connector_id))

    @routes.get("/connectors/{connector_id}/checks", response_model=Page[Checked])
    async def check_connector(actor: ApiActor, connector_id: UUID) -> Any:
        """What it was saved with and hardly meant: keys the workspace lacks or that may not go
        where they are asked to, steps that are never reached, loops that grow."""
        found = await checking.of(actor, connector_id)
        items = [Checked.model_validate(one, from_attributes=True) for one in found]
        return {"items": items, "next_cursor": None}

    @routes.put("/connectors/{connector_id}", response_model=Shape)
    @needs("connectors.change")
    async def replace_connector(actor: ApiActor, connector_id: UUID, body: Replacement) -> Any:
        return shape(await connectors.replace(actor, connector_id, body.version, body.wanted()))

    @routes.patch("/connectors/{connector_id}", response_model=Shape)
    @needs("connectors.change")
    async def change_connector(actor: ApiActor, connector_id: UUID, body: Change) -> Any:
        return shape(await connectors.change(actor, connector_id, body.version, body.changes()))

    @routes.delete("/connectors/{connector_id}", status_code=204)
    @needs("connectors.change")
    async def remove_connector(actor: ApiActor, connector_id: UUID) -> None:
        """Its versions and runs go with it."""
        await connectors.remove(actor, connector_id)

    return routes


def shape(row: Connector) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Shape.model_fields}
