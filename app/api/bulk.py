"""/api/v1/bulk-executions: one connector over many contacts."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.idempotency import UnderKey, Work
from app.api.paging import Page, Paging, page
from app.api.routing import api_router, needs
from app.services.bulk import Also, Batch, Bulk
from app.services.choosing import Chosen
from app.signin import ApiActor
from db.choosing import MOST
from db.idempotency import Session

ContactIds = Annotated[list[UUID] | None, Field(min_length=1, description="These contacts.")]
Filter = Annotated[
    dict[str, Any] | None,
    Field(
        description="Contacts as their list finds them: `q`, and fields with the value they have "
        "(null: none). `{}` is everyone.",
        examples=[{"q": "acme", "city": "Bergen", "data.tier": None}],
    ),
]
Money = Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=6, allow_inf_nan=False)]


class Start(BaseModel):
    model_config = ConfigDict(extra="forbid")

    contact_ids: ContactIds = None
    filter: Filter = None
    limit: Annotated[
        int | None, Field(ge=1, le=MOST, description="No more contacts than this.")
    ] = None
    max_cost: Annotated[
        Money | None,
        Field(description="Pauses before this could be exceeded, where steps say what they cost."),
    ] = None
    try_first: Annotated[
        int | None, Field(ge=1, le=MOST, description="Run so many, then pause.")
    ] = None
    input: Annotated[dict[str, Any], Field(description="The same for every contact.")] = {}


class Resume(BaseModel):
    model_config = ConfigDict(extra="forbid")

    max_cost: Money | None = None


class Statuses(BaseModel):
    pending: int
    running: int
    success: int
    failed: int
    timeout: int
    cancelled: int


class Outcomes(BaseModel):
    found: int
    partly: int
    not_found: int
    skipped: int
    failed: int


class Estimate(BaseModel):
    cost_each: Annotated[
        float | None, Field(description="What one contact costs at most; null: no step says.")
    ]
    cost: float | None


class Shape(BaseModel):
    """A batch; its runs are `/executions?bulk_id=…`."""

    id: UUID
    workspace_id: str
    connector_id: UUID
    connector_version: int
    trigger: str
    state: Literal["running", "paused", "try_first", "cancelled", "finished"]
    reason: Annotated[str | None, Field(description="Why it is paused.")]
    total: int
    done: int
    by_status: Statuses
    by_outcome: Outcomes
    try_first: int | None
    max_cost: float | None
    cost: Annotated[float | None, Field(description="Of the runs counted so far, if known.")]
    estimate: Estimate
    input: dict[str, Any]
    created_by: UUID | None
    created_at: datetime
    finished_at: datetime | None


def router(bulk: Bulk) -> APIRouter:
    routes = api_router()
    routes.tags = ["bulk"]

    @routes.post(
        "/connectors/{connector_id}/bulk-executions", status_code=202, response_model=Shape
    )
    @needs("bulk.change", in_one=True)
    async def start_bulk(actor: ApiActor, connector_id: UUID, body: Start) -> Any:
        """Who is in it is fixed now; each of them gets one run, whatever happens to this server."""
        chosen = Chosen(body.contact_ids, body.filter, body.limit)
        return shape(
            await bulk.start(
                actor,
                connector_id,
                chosen,
                input=body.input,
                max_cost=body.max_cost,
                try_first=body.try_first,
            )
        )

    @routes.get("/bulk-executions", response_model=Page[Shape])
    async def list_bulks(actor: ApiActor, paging: Paging, connector_id: UUID | None = None) -> Any:
        rows = await bulk.listed(
            actor, connector_id=connector_id, limit=paging.limit, after=paging.after
        )
        return page(rows, shape)

    @routes.get("/bulk-executions/{bulk_id}", response_model=Shape)
    async def get_bulk(actor: ApiActor, bulk_id: UUID) -> Any:
        return shape(await bulk.get(actor, bulk_id))

    @routes.post("/bulk-executions/{bulk_id}/pause", status_code=202, response_model=Shape)
    @needs("bulk.change", in_one=True)
    async def pause_bulk(actor: ApiActor, bulk_id: UUID) -> Any:
        """No further contact is begun; runs that have begun go on to their end."""
        return shape(await bulk.pause(actor, bulk_id))

    @routes.post("/bulk-executions/{bulk_id}/resume", status_code=202, response_model=Shape)
    @needs("bulk.change", in_one=True)
    async def resume_bulk(actor: ApiActor, bulk_id: UUID, body: Resume | None = None) -> Any:
        max_cost = body.max_cost if body else None
        return shape(await bulk.resume(actor, bulk_id, max_cost=max_cost))

    @routes.post("/bulk-executions/{bulk_id}/cancel", status_code=202, response_model=Shape)
    @needs("bulk.change")
    async def cancel_bulk(actor: ApiActor, bulk_id: UUID, work: UnderKey = None) -> Any:
        """Runs under way are stopped; 409 where it has ended already."""
        also = accepted(work) if work else None
        return shape(await bulk.cancel(actor, bulk_id, also=also))

    @routes.post("/bulk-executions/{bulk_id}/retry", status_code=202, response_model=Shape)
    @needs("bulk.change", in_one=True)
    async def retry_bulk(actor: ApiActor, bulk_id: UUID) -> Any:
        """A new batch of the contacts whose run failed or timed out; 409 before it has ended."""
        return shape(await bulk.again(actor, bulk_id))

    return routes


def accepted(work: Work) -> Also:
    """The answer under an Idempotency-Key, durable together with what was decided."""

    async def also(session: Session, batch: Batch) -> None:
        await work.answer_with(session, 202, Shape(**shape(batch)).model_dump_json())

    return also


def shape(batch: Batch) -> dict[str, Any]:
    row = batch.row
    known = row.cost_each is not None
    return {
        **{name: getattr(row, name) for name in Shape.model_fields if hasattr(row, name)},
        "done": batch.done,
        "by_status": batch.by_status,
        "by_outcome": batch.by_outcome,
        "cost": row.cost if known else None,
        "estimate": {
            "cost_each": row.cost_each,
            "cost": row.cost_each * row.total if row.cost_each is not None else None,
        },
    }
