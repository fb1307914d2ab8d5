"""Executions: one row a run, its finished steps, and what it wrote to contacts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    Base,
    Count,
    Flag,
    GrowingId,
    Json,
    JsonWithDefault,
    ListWithDefault,
    Made,
    NewId,
    TextWithDefault,
)


class Execution(Base):
    __tablename__ = "connector_executions"

    id: Mapped[NewId]
    connector_id: Mapped[UUID]
    workspace_id: Mapped[str]
    contact_id: Mapped[UUID | None]
    flow_run_id: Mapped[str | None]
    bulk_id: Mapped[UUID | None]
    retry_of: Mapped[UUID | None]
    status: Mapped[TextWithDefault]
    outcome: Mapped[str | None]
    steps_executed: Mapped[ListWithDefault]
    current_step: Mapped[str | None]
    input_data: Mapped[JsonWithDefault]
    output_data: Mapped[Json | None]
    error_message: Mapped[str | None]
    error_code: Mapped[str | None]
    error_hint: Mapped[str | None]
    execution_time_ms: Mapped[int | None]
    trigger_run_id: Mapped[str | None]
    trigger: Mapped[TextWithDefault]
    attempt: Mapped[Count]
    connector_version: Mapped[int]
    cancel_requested: Mapped[Flag]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]
    run_at: Mapped[Made]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class ExecutionStep(Base):
    """A finished step (or item, attempt, page): the checkpoint, written once."""

    __tablename__ = "execution_steps"

    execution_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    path: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    entry: Mapped[Json]
    result: Mapped[Json | None]


class FieldWrite(Base):
    """A value written to a contact: by which step, what it was before, what after."""

    __tablename__ = "contact_field_writes"

    id: Mapped[GrowingId]
    workspace_id: Mapped[str]
    contact_id: Mapped[UUID]
    execution_id: Mapped[UUID | None]
    connector_id: Mapped[UUID | None]
    step_id: Mapped[str | None]
    field: Mapped[str]
    action: Mapped[str]
    before: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    written_by: Mapped[UUID | None]
    at: Mapped[Made]
