"""/api/v1/executions: started, watched, stopped and started again."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api.idempotency import UnderKey, Work
from app.api.moments import Moment, ZonedMoment
from app.api.paging import Page, Paging, page
from app.api.routing import api_router, needs
from app.live import Live
from app.services.executions import Also, Executions
from app.services.exporting import Exporting
from app.services.history import History, Narrowed
from app.services.holds import Holds
from app.services.problems import bad_field
from app.signin import ApiActor
from db.executions import Execution
from db.idempotency import Session

LONGEST_WAIT_S: Final = 60
PATIENCE: Final = re.compile(r'(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})', re.I)
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


class Start(BaseModel):
    model_config = ConfigDict(extra="forbid")

    contact_id: UUID | None = None
    input: dict[str, Any] | None = None
    flow_run_id: Annotated[str | None, Field(max_length=500)] = None
    run_at: Annotated[ZonedMoment | None, Field(description="Not before this time.")] = None


class Again(BaseModel):
    model_config = ConfigDict(extra="forbid")

    from_: Annotated[Literal["failed_step", "start"], Field(alias="from")] = "failed_step"
    version: Literal["same", "latest"] = "same"
    unknown: Annotated[
        Literal["repeat", "skip", "mark_done"] | None,
        Field(description="What becomes of a call of which nobody knows whether it arrived."),
    ] = None


CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "One line a run.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
ATTACHED: Final = {"content-disposition": 'attachment; filename="executions.csv"'}

Prefer = Annotated[
    str | None,
    Header(description="`wait=30` answers, still with 202, when it finished or time is up."),
]
Several = Annotated[str | None, Query(max_length=10_000)]


def router(
    executions: Executions, history: History, holds: Holds, live: Live, exporting: Exporting
) -> APIRouter:
    routes = api_router()
    routes.tags = ["executions"]

    @routes.post("/connectors/{connector_id}/execute", status_code=202, response_model=Shape)
    @needs("executions.start")
    async def execute_connector(
        actor: ApiActor,
        connector_id: UUID,
        response: Response,
        body: Start | None = None,
        prefer: Prefer = None,
        work: UnderKey = None,
    ) -> Any:
        """Accepted means it will run, whatever happens to this server."""
        start = body or Start()
        execution = await executions.enqueue(
            actor,
            connector_id,
            contact_id=start.contact_id,
            input=start.input or {},
            flow_run_id=start.flow_run_id,
            run_at=start.run_at,
            trigger="api",
            also=accepted(work) if work else None,
        )
        if wait := _patience(prefer):
            await live.until_finished(actor, execution.id, wait)
            execution = await history.get(actor, execution.id)
            response.headers["Preference-Applied"] = f"wait={wait}"
        return shape(execution)

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

    @routes.post("/executions/{execution_id}/cancel", status_code=202, response_model=Shape)
    @needs("executions.change")
    async def cancel_execution(actor: ApiActor, execution_id: UUID) -> Any:
        """It stops before its next step; 409 where it has finished already."""
        await executions.cancel(actor, execution_id)
        return shape(await history.get(actor, execution_id))

    @routes.post("/executions/{execution_id}/resume", status_code=202, response_model=Shape)
    @needs("executions.change")
    async def resume_execution(actor: ApiActor, execution_id: UUID) -> Any:
        """A run on hold makes its next call at once; 409 where it is not on hold.

        On hold: pending, with what it waits for in `error_code` (as a `hold` rule or a login that
        must be connected again left it), `error_message` and `error_hint`. It goes on by itself
        once that is mended, and fails after 7 days.
        """
        await holds.resume(actor, execution_id)
        return shape(await history.get(actor, execution_id))

    @routes.post("/executions/{execution_id}/retry", status_code=202, response_model=Shape)
    @needs("executions.change", in_one=True)
    async def retry_execution(
        actor: ApiActor, execution_id: UUID, body: Again | None = None
    ) -> Any:
        """A new execution; the old one stays as it ended."""
        how = body or Again()
        again = await executions.retry(
            actor, execution_id, from_=how.from_, version=how.version, unknown=how.unknown
        )
        return shape(await history.get(actor, again.id))

    return routes


def accepted(work: Work) -> Also:
    """The answer under an Idempotency-Key, durable together with the execution."""

    async def also(session: Session, row: Execution) -> None:
        await work.answer_with(session, 202, Shape(**shape(row)).model_dump_json())

    return also


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


def _patience(prefer: str | None) -> int:
    asked = PATIENCE.search(prefer or "")
    return min(int(asked[1]), LONGEST_WAIT_S) if asked else 0


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
