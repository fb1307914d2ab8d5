"""/api/v1/connector-templates: published, changed, withdrawn and rated by those who use them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.api.connectors import Category, Config, Description, Icon
from app.api.routing import api_router, needs
from app.api.templates import Shape as Whole
from app.services.publishing import Publishing, Visibility
from app.services.ratings import UNSAID as UNTOUCHED
from app.services.ratings import Ratings
from app.services.roles import allows
from app.services.template_draft import SAID
from app.signin import ApiActor
from db.templates import Template

Name = Annotated[str, Field(min_length=1, max_length=255)]
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=20)]
UNSAID: Any = None  # a default that was not sent, so that an explicit null is still refused


class Parts(BaseModel):
    """What a template is made of; secrets are refused wherever they stand."""

    model_config = ConfigDict(extra="forbid")

    name: Name = UNSAID
    description: Description = UNSAID
    icon: Icon = None
    category: Category = None
    tags: Tags = UNSAID
    config: Config = UNSAID
    input_schema: dict[str, Any] = UNSAID
    field_mappings: list[Any] = UNSAID
    slots: list[Any] = UNSAID
    example_contact: dict[str, Any] = UNSAID
    example_responses: dict[str, Any] = UNSAID

    def said(self) -> dict[str, Any]:
        sent = self.model_fields_set & {*SAID, "connector_id"}
        return {name: getattr(self, name) for name in sent}


class New(Parts):
    connector_id: Annotated[
        UUID, Field(description="Take from this connector what is not given here.")
    ] = UNSAID
    visibility: Annotated[
        Literal["private", "community"],
        Field(
            description="private: this workspace. community: everyone, after a review; what "
            "holds where nothing is said and your role may."
        ),
    ] = UNSAID
    is_public: Annotated[bool, Field(description="The same as visibility community.")] = UNSAID

    def shared(self, role: str | None) -> Visibility:
        if self.visibility is None and self.is_public is None:
            return "community" if allows(role, "templates.publish_community") else "private"
        return "community" if self.is_public or self.visibility == "community" else "private"


class Published(Whole):
    review_state: Literal["none", "pending", "approved", "rejected"]
    review_note: str | None
    review_since: datetime | None
    warnings: Annotated[list[Any], Field(description="What may be a key; have a look.")]


class Checked(BaseModel):
    errors: Annotated[list[Any], Field(description="What keeps it from being shared.")]
    warnings: Annotated[list[Any], Field(description="What may be a key; have a look.")]


class Stars(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    rating: Annotated[int, Field(ge=1, le=5)] = UNSAID
    stars: Annotated[int, Field(ge=1, le=5, description="Another word for rating.")] = UNSAID
    text: Annotated[
        str | None,
        Field(max_length=2000, description="By those who installed it; null takes it back."),
    ] = UNSAID

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.rating is None) == (self.stars is None):
            raise ValueError("Give a rating from 1 to 5.")
        return self


class Rated(BaseModel):
    template_id: UUID
    yours: int
    rating: float
    rating_count: int


def router(publishing: Publishing, ratings: Ratings) -> APIRouter:
    routes = api_router()
    routes.tags = ["templates"]

    @routes.post("/connector-templates", status_code=201, response_model=Published)
    @needs("templates.publish", in_one=True)
    async def publish_template(actor: ApiActor, body: New) -> Any:
        """From a connector or from its parts. Refused where it would give a key away."""
        return shape(await publishing.publish(actor, body.said(), body.shared(actor.role)))

    @routes.post("/connector-templates/check", response_model=Checked)
    @needs("templates.publish")
    async def check_template(actor: ApiActor, body: New) -> Any:
        """The same gates as in publishing, and nothing is published."""
        examined = await publishing.examined(actor, body.said())
        errors = [{"path": one.path, "message": one.message} for one in examined.wrong]
        return {"errors": errors, "warnings": [*examined.doubts, *examined.advice]}

    @routes.patch("/connector-templates/{template_id}", response_model=Published)
    @needs("templates.publish")
    async def change_template(actor: ApiActor, template_id: UUID, body: Parts) -> Any:
        """One's own. A community template is reviewed again before others see the change."""
        return shape(await publishing.change(actor, template_id, body.said()))

    @routes.delete("/connector-templates/{template_id}", status_code=204)
    @needs("templates.publish")
    async def remove_template(actor: ApiActor, template_id: UUID) -> None:
        """Connectors made from it stay as they are."""
        await publishing.remove(actor, template_id)

    @routes.post("/connector-templates/{template_id}/rating", response_model=Rated)
    @needs("templates.rate", in_one=True)
    async def rate_template(actor: ApiActor, template_id: UUID, body: Stars) -> Any:
        """One a person; a second one takes the place of the first."""
        stars = body.rating if body.rating is not None else body.stars
        said = body.text if "text" in body.model_fields_set else UNTOUCHED
        row = await ratings.rate(actor, template_id, stars, said)
        mean = {"rating": row.rating, "rating_count": row.rating_count}
        return {"template_id": template_id, "yours": stars, **mean}

    return routes


def shape(row: Template) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Published.model_fields}
