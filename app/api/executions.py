"""/api/v1/executions: what ran and how it went, one by one, as a list and as a file."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from app.api.moments import Moment
from app.api.paging import Page, Paging, page
from app.api.routing import api_router
from app.services.exporting import Exporting
from app.services.history import History, Narrowed
from app.services.problems import bad_field
from app.signin import ApiActor
from db.executions import Execution

MOST_IDS: Final = 200
STATUSES: Final = ("pending", "running", "success", "failed", "timeout", "cancelled")
OUTCOMES: Final = ("found", "partly", "not_found", "skipped", "failed")


class Brief(BaseModel):
    """An execution as a list shows it."""

    id: UUID
    connector_id: UUID
    workspace_id: str
    contact_id: UUID | None
    flow_run_id: str | None
    bulk_id: UUID | None
    retry_of: UUID | None
    status: Literal["pending", "running", "success", "failed", "timeout", "cancelled"]
    outcome: Literal["found", "partly", "not_found", "skipped", "failed"] | None
    current_step: str | None
    input_data: dict[str, Any]
    output_data: dict[str, Any] | None
    error_code: str | None
    error_message: str | None
    error_hint: str | None
    execution_time_ms: int | None
    trigger_run_id: str | None
    attempt: int
    connector_version: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Shape(Brief):
    """An execution with every step finished so far, in order; secrets are masked."""

    steps_executed: list[Any]


CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "One line a run.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
ATTACHED: Final = {"content-disposition": 'attachment; filename="executions.csv"'}

Several = Annotated[str | None, Query(max_length=10_000)]


def router(history: History, exporting: Exporting) -> APIRouter:
    routes = api_router()
    routes.tags = ["executions"]

    @routes.get("/executions", response_model=Page[Brief | Shape])
    async def list_executions(
        actor: ApiActor,
        paging: Paging,
        narrowed: Annotated[Narrowed, Depends(_narrowed)],
        include: Annotated[Literal["steps"] | None, Query()] = None,
    ) -> Any:
        # Who names the executions wants all of them in one answer.
        limit = max(paging.limit, len(narrowed.ids or ()))
        rows = await history.list(
            actor, narrowed, limit=limit, after=paging.after, steps=include == "steps"
        )
        return page(rows, shape if include == "steps" else brief)

    @routes.get("/executions.csv", response_class=StreamingResponse, responses=CSV)
    async def export_executions(
        actor: ApiActor, narrowed: Annotated[Narrowed, Depends(_narrowed)]
    ) -> StreamingResponse:
        """All that fit, newest first, with the same filters as the list."""
        return StreamingResponse(
            exporting.runs(actor, narrowed), media_type="text/csv; charset=utf-8", headers=ATTACHED
        )

    @routes.get("/executions/{execution_id}", response_model=Shape)
    async def get_execution(actor: ApiActor, execution_id: UUID) -> Any:
        return shape(await history.get(actor, execution_id))

    return routes


def _narrowed(
    connector_id: UUID | None = None,
    status: Annotated[Several, Query(description="One or several, by commas.")] = None,
    outcome: Annotated[Several, Query(description="One or several, by commas.")] = None,
    contact_id: UUID | None = None,
    bulk_id: UUID | None = None,
    trigger: Annotated[
        Literal["manual", "api", "schedule", "webhook", "bulk", "retry", "contact"] | None,
        Query(description="What started it."),
    ] = None,
    error_code: Annotated[str | None, Query(max_length=200)] = None,
    step_id: Annotated[
        str | None, Query(max_length=200, description="The step that ended it.")
    ] = None,
    q: Annotated[
        str | None, Query(max_length=200, description="Contact's name or e-mail, or an id.")
    ] = None,
    since: Moment | None = None,
    until: Moment | None = None,
    ids: Annotated[Several, Query(description=f"By commas, up to {MOST_IDS}.")] = None,
) -> Narrowed:
    return Narrowed(
        connector_id=connector_id,
        status=_words("status", status, STATUSES),
        outcome=_words("outcome", outcome, OUTCOMES),
        contact_id=contact_id,
        bulk_id=bulk_id,
        trigger=trigger,
        error_code=error_code,
        step_id=step_id,
        q=(q or "").strip() or None,
        since=since,
        until=until,
        ids=_ids(ids),
    )


def brief(row: Execution) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Brief.model_fields}


def shape(row: Execution) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Shape.model_fields}


def _words(name: str, text: str | None, known: tuple[str, ...]) -> tuple[str, ...]:
    words = tuple(filter(None, (text or "").split(",")))
    for word in words:
        if word not in known:
            raise bad_field(name, f"“{word}” is not one of {', '.join(known)}.")
    return words


def _ids(text: str | None) -> tuple[UUID, ...] | None:
    if text is None:
        return None
    parts = [part for part in text.split(",") if part]
    if len(parts) > MOST_IDS:
        raise bad_field("ids", f"These are {len(parts)} ids; {MOST_IDS} fit into one request.")
    try:
        return tuple(UUID(part) for part in parts)
    except ValueError as error:
        raise bad_field("ids", "One of these is not an id.") from error
