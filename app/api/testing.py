"""/api/v1/connectors/test: run now, answer with the record, write nothing."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.routing import api_router, needs
from app.services.problems import bad_field
from app.services.testing import Tested, Testing, Trial
from app.signin import ApiActor


class On(BaseModel):
    """The contact to try on: one of the workspace, or one typed in; without either an empty one."""

    model_config = ConfigDict(extra="forbid")

    contact_id: UUID | None = None
    contact: Annotated[
        dict[str, Any] | None, Field(examples=[{"email": "ada@example.com", "data": {}}])
    ] = None
    input: dict[str, Any] | None = None
    until_step: Annotated[
        str | None, Field(description="The last step to perform; absent: all of them.")
    ] = None

    def trial(self) -> Trial:
        if self.contact_id is not None and self.contact is not None:
            raise bad_field("contact", "Give either contact_id or contact, not both.")
        return Trial(self.contact_id, self.contact, self.input or {}, self.until_step)


class OnDefinition(On):
    definition: Annotated[
        dict[str, Any],
        Field(
            description="`config`, `input_schema`, `field_mappings`, and if wanted `timeout_ms`, "
            "`max_retries`, `continue_on_error`; it need not be saved."
        ),
    ]


class WouldWrite(BaseModel):
    field: str
    before: Any
    after: Any
    action: Annotated[str, Field(description="overwrite, if_empty, append, clear or keep.")]


class Shape(BaseModel):
    """As an execution, but kept nowhere: `id` is null."""

    id: None = None
    connector_id: UUID | None
    workspace_id: str
    contact_id: UUID | None
    flow_run_id: None = None
    bulk_id: None = None
    retry_of: None = None
    status: str
    outcome: str | None
    steps_executed: list[Any]
    current_step: str | None
    input_data: dict[str, Any]
    output_data: dict[str, Any] | None
    error_code: str | None
    error_message: str | None
    error_hint: str | None
    execution_time_ms: int
    trigger_run_id: None = None
    attempt: int = 1
    connector_version: int | None
    created_at: datetime
    started_at: datetime
    finished_at: datetime
    would_write: list[WouldWrite]


def router(testing: Testing) -> APIRouter:
    routes = api_router()
    routes.tags = ["connectors"]

    @routes.post("/connectors/test", response_model=Shape)
    @needs("connectors.test")
    async def test_definition(actor: ApiActor, body: OnDefinition) -> Any:
        """Tries steps that nobody has saved. Answers with the record also where the run fails."""
        return shape(await testing.try_now(actor, body.definition, body.trial()))

    @routes.post("/connectors/{connector_id}/test", response_model=Shape)
    @needs("connectors.test")
    async def test_connector(actor: ApiActor, connector_id: UUID, body: On | None = None) -> Any:
        """Tries the newest version. Answers with the record also where the run fails."""
        return shape(await testing.try_now(actor, connector_id, (body or On()).trial()))

    return routes


def shape(tested: Tested) -> dict[str, Any]:
    said = {name: getattr(tested, name) for name in Tested.__dataclass_fields__}
    return {**said, "created_at": tested.started_at}
