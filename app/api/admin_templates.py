"""/api/v1/admin/connector-templates: what the service itself offers, and what it lets through."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from app.api.paging import NumberPaging, Page, page_by_number
from app.api.publishing import UNSAID, Parts, Published, shape
from app.api.routing import api_router, needs
from app.services.publishing import RANK, Publishing
from app.signin import ApiActor

State = Literal["none", "pending", "approved", "rejected"]


class Ranked(Parts):
    is_official: bool = UNSAID
    is_featured: bool = UNSAID
    is_public: bool = UNSAID
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


def router(publishing: Publishing) -> APIRouter:
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
    @needs("saas")
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

    return routes
