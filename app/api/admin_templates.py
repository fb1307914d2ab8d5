"""/api/v1/admin/connector-templates: what the service itself offers, and what it lets through."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from app.api.paging import NumberPaging, Page, page_by_number
from app.api.publishing import UNSAID, Parts, Published, shape
from app.api.routing import api_router, needs
from app.api.templates import Brief, brief
from app.services.publishing import RANK, Publishing
from app.services.ratings import Ratings
from app.services.reviewing import Reviewing
from app.signin import ApiActor
from db.reviews import Reported as Review

State = Literal["none", "pending", "approved", "rejected"]


def also(word: str) -> FieldInfo:
    """As the lists of templates call it where they are narrowed."""
    field: FieldInfo = Field(validation_alias=AliasChoices(f"is_{word}", word))
    return field


class Ranked(Parts):
    is_official: Annotated[bool, also("official")] = UNSAID
    is_featured: Annotated[bool, also("featured")] = UNSAID
    is_public: Annotated[bool, also("public")] = UNSAID
    review_state: Annotated[
        State, Field(description="approved shows it to everyone, rejected hides it.")
    ] = UNSAID
    review_note: Annotated[
        str | None, Field(max_length=2000, description="Why, for its author.")
    ] = None

    def rank(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in RANK if name in self.model_fields_set}


class New(Ranked):
    connector_id: Annotated[
        UUID, Field(description="Take from this connector what is not given here.")
    ] = UNSAID


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    template_ids: Annotated[
        list[UUID], Field(max_length=100, description="These, in this order, and no others.")
    ]


class Played(BaseModel):
    """A template on its own example."""

    status: str
    outcome: str | None
    sentence: str
    hint: str
    steps: list[Any]
    would_write: list[Any]


class Reported(BaseModel):
    id: UUID
    template_id: UUID
    template_name: str
    rating: int
    text: str
    created_at: datetime
    reports: int
    reasons: list[str]


class Settled(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    hide: bool


def router(publishing: Publishing, reviewing: Reviewing, ratings: Ratings) -> APIRouter:
    routes = api_router()
    routes.tags = ["admin"]

    @routes.get("/admin/connector-templates", response_model=Page[Published])
    async def list_templates_to_review(
        actor: ApiActor, paging: NumberPaging, review_state: State | None = None
    ) -> Any:
        """Everything that is no workspace's own, with what the scan was not sure about."""
        skip = paging.after or 0
        rows = await publishing.to_review(actor, review_state, limit=paging.limit, skip=skip)
        return page_by_number(rows, shape, number=lambda _: skip + len(rows.items))

    @routes.post("/admin/connector-templates", status_code=201, response_model=Published)
    @needs("saas", in_one=True)
    async def add_official_template(actor: ApiActor, body: New) -> Any:
        """Official and public, unless said otherwise."""
        return shape(await publishing.add_official(actor, body.said(), body.rank()))

    @routes.patch("/admin/connector-templates/{template_id}", response_model=Published)
    @needs("saas")
    async def judge_template(actor: ApiActor, template_id: UUID, body: Ranked) -> Any:
        return shape(await publishing.judge(actor, template_id, body.said(), body.rank()))

    @routes.delete("/admin/connector-templates/{template_id}", status_code=204)
    @needs("saas")
    async def remove_any_template(actor: ApiActor, template_id: UUID) -> None:
        """Connectors made from it stay as they are."""
        await publishing.remove_any(actor, template_id)

    @routes.post("/admin/connector-templates/{template_id}/rehearsal", response_model=Played)
    @needs("saas")
    async def rehearse_template(actor: ApiActor, template_id: UUID) -> Any:
        """On its own example: its example answers are played, and nothing is called."""
        return asdict(await reviewing.rehearsed(actor, template_id))

    @routes.get("/admin/featured-templates", response_model=list[Brief])
    async def list_featured(actor: ApiActor) -> Any:
        return [brief(row) for row in await reviewing.featured(actor)]

    @routes.put("/admin/featured-templates", response_model=list[Brief])
    @needs("saas")
    async def order_featured(actor: ApiActor, body: Order) -> Any:
        """The first row of the marketplace."""
        return [brief(row) for row in await reviewing.feature(actor, body.template_ids)]

    @routes.get("/admin/reported-reviews", response_model=list[Reported])
    async def list_reported_reviews(actor: ApiActor) -> Any:
        """What people found fault with, and nobody has decided."""
        return [reported(row) for row in await reviewing.reported(actor)]

    @routes.post("/admin/reported-reviews/{review_id}", status_code=204)
    @needs("saas")
    async def settle_review(actor: ApiActor, review_id: UUID, body: Settled) -> None:
        """Its words disappear or stay; its stars count either way."""
        await reviewing.must_review(actor)
        await ratings.settle(actor, review_id, hide=body.hide)

    return routes


def reported(row: Review) -> dict[str, Any]:
    same = ("template_id", "template_name", "reports", "reasons")
    return {
        "id": row.review_id,
        "rating": row.stars,
        "text": row.said,
        "created_at": row.said_at,
        **{name: getattr(row, name) for name in same},
    }
