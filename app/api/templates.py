"""/api/v1/connector-templates: the marketplace."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.connectors import Shape as Connector
from app.api.connectors import shape as connector
from app.api.paging import NumberPaging, Page, page_by_number
from app.api.routing import api_router, needs
from app.services.problems import NotFound, bad_field
from app.services.templates import Narrowed, Templates
from app.signin import ApiActor
from db.session import Actor
from db.template_installs import TemplateVersion
from db.templates import Sort, Template, Which

Word = Annotated[str | None, Query(max_length=200)]


class Brief(BaseModel):
    """A template as the marketplace lists it."""

    id: UUID
    workspace_id: Annotated[str | None, Field(description="Set where it is private.")]
    name: str
    description: str
    icon: str | None
    category: str | None
    tags: list[str]
    slots: list[Any]
    is_official: bool
    is_featured: bool
    is_public: bool
    review_state: Literal["none", "pending", "approved", "rejected"]
    usage_count: int
    install_count: int
    rating: float
    rating_count: int
    version: Annotated[int, Field(description="The newest one; it grows with each change.")]
    success_rate: Annotated[
        float | None,
        Field(description="Measured; null while fewer than five workspaces have run it."),
    ]
    hit_rate: Annotated[float | None, Field(description="found / (found + not found)")]
    price_per_found: float | None
    published_by: UUID | None
    created_at: datetime
    updated_at: datetime


class Shape(Brief):
    """A whole template; it holds no secret."""

    config: dict[str, Any]
    input_schema: dict[str, Any]
    field_mappings: list[Any]
    example_contact: dict[str, Any]
    example_responses: dict[str, Any]


class VersionShape(BaseModel):
    template_id: UUID
    version: int
    created_at: datetime
    content: Annotated[
        dict[str, Any], Field(description="config, input_schema, field_mappings, slots")
    ]


class Install(BaseModel):
    model_config = ConfigDict(extra="forbid")

    workspace_id: Annotated[str | None, Field(description="The key's own, if given.")] = None
    workspaceId: str | None = None
    name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    version: Annotated[
        int | None,
        Field(description="The template's version that was looked at; 409 if it is not newest."),
    ] = None
    credentials: Annotated[
        dict[str, Any],
        Field(
            description='`{slot: {field: value}}` or `{"slot_field": value}`; left out where the '
            "workspace has that service already (409 where it has another key for it).",
            examples=[{"hunter": {"api_key": "…"}}],
        ),
    ] = {}


def router(templates: Templates) -> APIRouter:
    routes = api_router()
    routes.tags = ["templates"]

    @routes.get("/connector-templates", response_model=Page[Brief])
    async def list_templates(
        actor: ApiActor,
        paging: NumberPaging,
        q: Annotated[
            Word, Query(description="Words of the name, description, category, tags or services.")
        ] = None,
        category: Word = None,
        tag: Word = None,
        official: bool | None = None,
        featured: bool | None = None,
        mine: Annotated[bool, Query(description="Only the workspace's and your own.")] = False,
        sort: Sort = "newest",
    ) -> Any:
        which: Which = "mine" if mine else "both"
        narrowed = Narrowed(
            (q or "").strip() or None, category, tag, official, featured, which, sort
        )
        skip = paging.after or 0
        rows = await templates.listed(actor, narrowed, limit=paging.limit, skip=skip)
        return page_by_number(rows, brief, number=lambda _: skip + len(rows.items))

    @routes.get("/connector-templates/{template_id}", response_model=Shape)
    async def get_template(actor: ApiActor, template_id: UUID) -> Any:
        return shape(await templates.get(actor, template_id))

    @routes.get("/connector-templates/{template_id}/versions", response_model=Page[VersionShape])
    async def list_template_versions(
        actor: ApiActor, template_id: UUID, paging: NumberPaging
    ) -> Any:
        """Every published state, the newest first."""
        rows = await templates.versions(actor, template_id, limit=paging.limit, below=paging.after)
        return page_by_number(rows, version_shape, number=lambda row: row.version)

    @routes.post(
        "/connector-templates/{template_id}/install", status_code=201, response_model=Connector
    )
    @needs("templates.install", in_one=True)
    async def install_template(
        actor: ApiActor, template_id: UUID, body: Install | None = None
    ) -> Any:
        """Makes a connector of one's own, and stores the keys that were given, or does neither."""
        wanted = body or Install()
        _for_this_workspace(actor, wanted)
        made = await templates.install(
            actor,
            template_id,
            name=wanted.name,
            credentials=wanted.credentials,
            version=wanted.version,
        )
        return connector(made)

    return routes


def _for_this_workspace(actor: Actor, body: Install) -> None:
    named = {one for one in (body.workspace_id, body.workspaceId) if one is not None}
    if len(named) > 1:
        raise bad_field("workspace_id", "workspace_id and workspaceId name different workspaces.")
    if named - {actor.workspace_id}:
        raise NotFound("workspace")


def version_shape(row: TemplateVersion) -> dict[str, Any]:
    return {name: getattr(row, name) for name in VersionShape.model_fields}


def brief(row: Template) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Brief.model_fields}


def shape(row: Template) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Shape.model_fields}
