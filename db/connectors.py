"""Connectors: what is stored, its versions, its draft and its last tests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    Base,
    Changed,
    Count,
    Flag,
    Json,
    JsonWithDefault,
    ListWithDefault,
    Made,
    NewId,
    TextWithDefault,
)


class Connector(Base):
    __tablename__ = "connectors"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    name: Mapped[str]
    description: Mapped[TextWithDefault]
    icon: Mapped[str | None]
    category: Mapped[str | None]
    type: Mapped[TextWithDefault]
    config: Mapped[Json]
    input_schema: Mapped[JsonWithDefault]
    field_mappings: Mapped[ListWithDefault]
    enabled: Mapped[Flag]
    timeout_ms: Mapped[Count]
    max_retries: Mapped[Count]
    continue_on_error: Mapped[Flag]
    total_executions: Mapped[Count]
    successful_executions: Mapped[Count]
    failed_executions: Mapped[Count]
    last_executed_at: Mapped[datetime | None]
    created_from_template: Mapped[UUID | None]
    version: Mapped[Count]
    created_at: Mapped[Made]
    updated_at: Mapped[Changed]


class ConnectorVersion(Base):
    """What was published: {name, description, config, input_schema, field_mappings, …}."""

    __tablename__ = "connector_versions"

    connector_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    version: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[Json]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]


class ConnectorDraft(Base):
    """What someone is editing: forgiving, saved at each change, never run by the queue."""

    __tablename__ = "connector_drafts"

    connector_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    draft: Mapped[Json]
    base_version: Mapped[int]
    revision: Mapped[Count]
    updated_by: Mapped[UUID | None]
    updated_at: Mapped[Made]


class StepTest(Base):
    """The last good and the last failed answer of a step, secrets masked."""

    __tablename__ = "connector_step_tests"

    connector_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    step_id: Mapped[str] = mapped_column(primary_key=True)
    good: Mapped[bool] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    entry: Mapped[Json]
    tested_at: Mapped[Made]
