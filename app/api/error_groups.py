"""/api/v1/error-groups: runs that fail alike, and what is to become of them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.moments import Moment, ZonedMoment
from app.api.paging import Page
from app.api.routing import api_router, needs
from app.services.error_groups import Alike, ErrorGroups
from app.signin import ApiActor
from db.error_groups import Found

State = Literal["open", "resolved", "ignored"]


class Shape(BaseModel):
    """Failures of one connector, one step and one error code."""

    connector_id: UUID
    step_id: Annotated[str, Field(description="The step that ended the runs; empty: none began.")]
    error_code: str
    message: Annotated[str, Field(description="Of the latest one.")]
    count: int
    first_at: datetime
    last_at: datetime
    example_id: Annotated[UUID, Field(description="The latest execution.")]
    state: State
    came_back: Annotated[bool, Field(description="It was resolved or ignored, and is open again.")]
    until: Annotated[datetime | None, Field(description="Ignored so long; null: for good.")]


class Decision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    connector_id: UUID
    step_id: Annotated[str, Field(max_length=200)] = ""
    error_code: Annotated[str, Field(min_length=1, max_length=200)]
    state: State
    until: Annotated[ZonedMoment | None, Field(description="Where it is ignored only for now.")] = (
        None
    )


def router(groups: ErrorGroups) -> APIRouter:
    routes = api_router()
    routes.tags = ["executions"]

    @routes.get("/error-groups", response_model=Page[Shape])
    async def list_error_groups(
        actor: ApiActor,
        state: State | None = None,
        connector_id: UUID | None = None,
        since: Annotated[
            Moment | None, Query(description="Of executions made since; seven days ago.")
        ] = None,
        until: Moment | None = None,
    ) -> Any:
        """The latest failure first. Cancelled executions are no failures."""
        found = await groups.listed(
            actor, since=since, until=until, connector_id=connector_id, state=state
        )
        return {"items": [shape(one) for one in found], "next_cursor": None}

    @routes.put("/error-groups", status_code=204)
    @needs("executions.change")
    async def decide_about_an_error_group(actor: ApiActor, body: Decision) -> Response:
        """`resolved` holds until one fails again; `ignored` until that time, or for good."""
        alike = Alike(body.connector_id, body.step_id, body.error_code)
        await groups.decide(actor, alike, body.state, body.until)
        return Response(status_code=204)

    return routes


def shape(one: Found) -> dict[str, Any]:
    return {
        "connector_id": one.alike.connector_id,
        "step_id": one.alike.step_id,
        "error_code": one.alike.error_code,
        **{
            name: getattr(one, name)
            for name in Shape.model_fields
            if name not in ("connector_id", "step_id", "error_code")
        },
    }
