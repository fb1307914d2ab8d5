"""/api/v1/connector-templates/{id}/reviews: what people wrote, and nothing about who they are."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paging, page
from app.api.routing import api_router, needs
from app.services.ratings import Ratings
from app.signin import ApiActor
from db.reviews import Review


class Shape(BaseModel):
    id: UUID
    rating: int
    text: str
    created_at: datetime
    yours: bool


class Report(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    reason: Annotated[str, Field(max_length=500)] = ""


def router(ratings: Ratings) -> APIRouter:
    routes = api_router()
    routes.tags = ["templates"]

    @routes.get("/connector-templates/{template_id}/reviews", response_model=Page[Shape])
    async def list_reviews(actor: ApiActor, template_id: UUID, paging: Paging) -> Any:
        """The newest first."""
        found = await ratings.opinions(actor, template_id, limit=paging.limit, after=paging.after)
        return page(found.reviews, shape)

    @routes.post("/connector-templates/{template_id}/reviews/{review_id}/report", status_code=204)
    @needs("templates.rate")
    async def report_review(
        actor: ApiActor, template_id: UUID, review_id: UUID, body: Report | None = None
    ) -> None:
        """Brings it before the admins. Once a person."""
        await ratings.report(actor, template_id, review_id, (body or Report()).reason)

    return routes


def shape(row: Review) -> dict[str, Any]:
    return {
        "id": row.id,
        "rating": row.stars,
        "text": row.said,
        "created_at": row.created_at,
        "yours": row.yours,
    }
