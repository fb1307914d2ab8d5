"""/api/v1/executions: start one, stop it, let it go on, start it again."""

import re
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.executions import Shape, shape
from app.api.idempotency import UnderKey, Work
from app.api.moments import ZonedMoment
from app.api.routing import api_router, needs
from app.live import Live
from app.services.executions import Also, Executions
from app.services.history import History
from app.services.holds import Holds
from app.signin import ApiActor
from db.executions import Execution
from db.idempotency import Session

LONGEST_WAIT_S: Final = 60
PATIENCE: Final = re.compile(r'(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})', re.I)


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


Prefer = Annotated[
    str | None,
    Header(description="`wait=30` answers, still with 202, when it finished or time is up."),
]


def router(executions: Executions, history: History, holds: Holds, live: Live) -> APIRouter:
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

    @routes.post("/executions/{execution_id}/cancel", status_code=202, response_model=Shape)
    @needs("executions.change", in_one=True)
    async def cancel_execution(actor: ApiActor, execution_id: UUID) -> Any:
        """It stops before its next step; 409 where it has finished already."""
        await executions.cancel(actor, execution_id)
        return shape(await history.get(actor, execution_id))

    @routes.post("/executions/{execution_id}/resume", status_code=202, response_model=Shape)
    @needs("executions.change", in_one=True)
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


def _patience(prefer: str | None) -> int:
    asked = PATIENCE.search(prefer or "")
    return min(int(asked[1]), LONGEST_WAIT_S) if asked else 0
