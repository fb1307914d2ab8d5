"""/api/v1/connector-templates: the marketplace."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.api.paging import NumberPaging, Page, page_by_number
from app.api.routing import api_router
from app.services.templates import Narrowed, Templates
from app.signin import ApiActor
from db.templates import Sort, Template

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
    usage_count: int
    install_count: int
    rating: float
    rating_count: int
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


def router(templates: Templates) -> APIRouter:
    routes = api_router()
    routes.tags = ["templates"]

    @routes.get("/connector-templates", response_model=Page[Brief])
    async def list_templates(
        actor: ApiActor,
        paging: NumberPaging,
        q: Annotated[Word, Query(description="Part of the name, description or category.")] = None,
        category: Word = None,
        tag: Word = None,
        official: bool | None = None,
        featured: bool | None = None,
        sort: Sort = "newest",
    ) -> Any:
        narrowed = Narrowed((q or "").strip() or None, category, tag, official, featured, sort)
        skip = paging.after or 0
        rows = await templates.listed(actor, narrowed, limit=paging.limit, skip=skip)
        return page_by_number(rows, brief, number=lambda _: skip + len(rows.items))

    @routes.get("/connector-templates/{template_id}", response_model=Shape)
    async def get_template(actor: ApiActor, template_id: UUID) -> Any:
        return shape(await templates.get(actor, template_id))

    return routes


def brief(row: Template) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Brief.model_fields}


def shape(row: Template) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Shape.model_fields}
