"""Connectors: what is stored, its versions, its draft and its last tests."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Row, Select, cast, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, defer, mapped_column

from db.base import (
    BY_DATABASE,
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

HIGHEST: Final = 2**31 - 1  # a version number Postgres can compare


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
    last_executed_at: Mapped[datetime | None] = mapped_column(server_default=BY_DATABASE)
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


# What a version keeps, and what restoring it brings back.
VERSIONED = (
    "name",
    "description",
    "config",
    "input_schema",
    "field_mappings",
    "timeout_ms",
    "max_retries",
    "continue_on_error",
)


async def newest(
    session: AsyncSession,
    workspace_id: str,
    *,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
    q: str | None = None,
    category: str | None = None,
    enabled: bool | None = None,
    kind: str | None = None,
) -> list[Connector]:
    question = select(Connector).where(Connector.workspace_id == workspace_id)
    if after is not None:
        question = question.where(tuple_(Connector.created_at, Connector.id) < tuple_(*after))
    if q:
        said = Connector.name.icontains(q, autoescape=True)
        question = question.where(said | Connector.description.icontains(q, autoescape=True))
    if category is not None:
        question = question.where(Connector.category == category)
    if enabled is not None:
        question = question.where(Connector.enabled == enabled)
    if kind is not None:
        question = question.where(Connector.type == kind)
    order = (Connector.created_at.desc(), Connector.id.desc())
    return list(await session.scalars(question.order_by(*order).limit(limit)))


async def named(
    session: AsyncSession, workspace_id: str, ids: Collection[UUID]
) -> Sequence[Row[UUID, str]]:
    question = select(Connector.id, Connector.name).where(
        Connector.workspace_id == workspace_id, Connector.id.in_(ids)
    )
    return (await session.execute(question)).all()


def called(workspace_id: str, words: str) -> Select[UUID]:
    """The keys of those whose name holds these words."""
    said = Connector.name.icontains(words, autoescape=True)
    return select(Connector.id).where(Connector.workspace_id == workspace_id, said)


async def find(
    session: AsyncSession, workspace_id: str, connector_id: UUID, *, to_change: bool = False
) -> Connector | None:
    question = select(Connector).where(
        Connector.workspace_id == workspace_id, Connector.id == connector_id
    )
    if to_change:
        question = question.with_for_update()
    return await session.scalar(question)


async def add(session: AsyncSession, connector: Connector, created_by: UUID | None) -> None:
    session.add(connector)
    await session.flush()
    await session.refresh(connector)
    await add_version(session, connector, created_by)


async def add_version(session: AsyncSession, connector: Connector, created_by: UUID | None) -> None:
    """Keeps what the connector says now under its version."""
    session.add(
        ConnectorVersion(
            connector_id=connector.id,
            workspace_id=connector.workspace_id,
            version=connector.version,
            definition={name: getattr(connector, name) for name in VERSIONED},
            created_by=created_by,
        )
    )
    await session.flush()


async def remove(session: AsyncSession, workspace_id: str, connector_id: UUID) -> str | None:
    """Its name, when it was there."""
    return await session.scalar(
        delete(Connector)
        .where(Connector.workspace_id == workspace_id, Connector.id == connector_id)
        .returning(Connector.name)
    )


async def versions(
    session: AsyncSession,
    workspace_id: str,
    connector_id: UUID,
    *,
    limit: int,
    after: int | None = None,
    whole: bool = False,
) -> list[ConnectorVersion]:
    question = select(ConnectorVersion).where(
        ConnectorVersion.workspace_id == workspace_id,
        ConnectorVersion.connector_id == connector_id,
    )
    if after is not None:
        question = question.where(ConnectorVersion.version < min(after, HIGHEST))
    if not whole:
        question = question.options(defer(ConnectorVersion.definition, raiseload=True))
    question = question.order_by(ConnectorVersion.version.desc()).limit(limit)
    return list(await session.scalars(question))


async def find_version(
    session: AsyncSession, workspace_id: str, connector_id: UUID, version: int
) -> ConnectorVersion | None:
    if version > HIGHEST:
        return None
    return await session.scalar(
        select(ConnectorVersion).where(
            ConnectorVersion.workspace_id == workspace_id,
            ConnectorVersion.connector_id == connector_id,
            ConnectorVersion.version == version,
        )
    )


async def draft_of(
    session: AsyncSession, workspace_id: str, connector_id: UUID
) -> ConnectorDraft | None:
    return await session.scalar(
        select(ConnectorDraft).where(
            ConnectorDraft.workspace_id == workspace_id,
            ConnectorDraft.connector_id == connector_id,
        )
    )


async def save_draft(session: AsyncSession, draft: ConnectorDraft, *, after: int) -> bool:
    """False where another save came between; `after` 0 is the first one."""
    values = {
        name: getattr(draft, name)
        for name in ("draft", "base_version", "revision", "updated_by", "updated_at")
    }
    keys = {"connector_id": draft.connector_id, "workspace_id": draft.workspace_id}
    if after == 0:
        first = insert(ConnectorDraft).values(**keys, **values)
        made = await session.execute(
            first.on_conflict_do_nothing().returning(ConnectorDraft.revision)
        )
        return made.first() is not None
    changed = await session.execute(
        update(ConnectorDraft)
        .where(
            ConnectorDraft.workspace_id == draft.workspace_id,
            ConnectorDraft.connector_id == draft.connector_id,
            ConnectorDraft.revision == after,
        )
        .values(**values)
        .returning(ConnectorDraft.revision)
    )
    return changed.first() is not None


async def drafts_with(
    session: AsyncSession, workspace_id: str, service_name: str
) -> list[ConnectorDraft]:
    """Drafts with a step that takes this credential; locked, since they are about to change."""
    named = func.jsonb_path_exists(
        ConnectorDraft.draft,
        cast("$.** ? (exists(@.request) && @.credential == $name)", JSONPATH),
        cast({"name": service_name}, JSONB),
    )
    question = (
        select(ConnectorDraft)
        .where(ConnectorDraft.workspace_id == workspace_id, named)
        .order_by(ConnectorDraft.connector_id)
        .with_for_update()
    )
    return list(await session.scalars(question))


async def drop_draft(session: AsyncSession, workspace_id: str, connector_id: UUID) -> None:
    await session.execute(
        delete(ConnectorDraft).where(
            ConnectorDraft.workspace_id == workspace_id,
            ConnectorDraft.connector_id == connector_id,
        )
    )


async def step_tests(
    session: AsyncSession, workspace_id: str, connector_id: UUID
) -> list[StepTest]:
    return list(
        await session.scalars(
            select(StepTest)
            .where(StepTest.workspace_id == workspace_id, StepTest.connector_id == connector_id)
            .order_by(StepTest.tested_at)
        )
    )


async def keep_step_test(session: AsyncSession, test: StepTest) -> None:
    """The newest of its sort replaces the one before."""
    values = {
        name: getattr(test, name)
        for name in (
            "connector_id",
            "workspace_id",
            "step_id",
            "good",
            "fingerprint",
            "entry",
            "tested_at",
        )
    }
    first = insert(StepTest).values(**values)
    keys = ["connector_id", "step_id", "good"]
    newer = {name: first.excluded[name] for name in ("fingerprint", "entry", "tested_at")}
    await session.execute(first.on_conflict_do_update(index_elements=keys, set_=newer))
