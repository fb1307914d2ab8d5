"""/api/v1/executions/{id}/undo: what a run wrote is taken back."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.routing import api_router, needs
from app.services.undo import Undo
from app.signin import ApiActor


class How(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fields: Annotated[list[str] | None, Field(description="Only these; absent: all.")] = None
    overwrite: Annotated[
        list[str], Field(description="These, even where somebody wrote something else since.")
    ] = []


class Restored(BaseModel):
    field: str
    before: Annotated[Any, Field(description="What was there: what the run had written.")]
    after: Annotated[Any, Field(description="What was there before the run, and is there again.")]
    at: datetime


class Conflict(BaseModel):
    field: str
    written: Annotated[Any, Field(description="What the run had written.")]
    now: Annotated[Any, Field(description="What somebody wrote since; it stays.")]


class Shape(BaseModel):
    execution_id: UUID
    contact_id: UUID | None
    restored: list[Restored]
    conflicts: list[Conflict]


def router(undo: Undo) -> APIRouter:
    routes = api_router()
    routes.tags = ["executions"]

    @routes.post("/executions/{execution_id}/undo", response_model=Shape)
    @needs("executions.change", in_one=True)
    async def undo_execution(actor: ApiActor, execution_id: UUID, body: How | None = None) -> Any:
        """Gives the contact the values it had before, but where they were changed since.

        Once only: asked again, the answer is the same. 409 while the execution is under way.
        """
        how = body or How()
        done = await undo.undo(actor, execution_id, only=how.fields, over=how.overwrite)
        return {
            "execution_id": execution_id,
            "contact_id": done.contact_id,
            "restored": [
                {name: getattr(write, name) for name in Restored.model_fields}
                for write in done.restored
            ],
            "conflicts": [
                {name: getattr(kept, name) for name in Conflict.model_fields}
                for kept in done.conflicts
            ],
        }

    return routes
