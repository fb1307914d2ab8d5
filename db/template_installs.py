"""Which template a connector was made from, and what its people agreed to; and its versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Json, Made
from db.templates import Template


class TemplateVersion(Base):
    """One published state: {config, input_schema, field_mappings, slots}."""

    __tablename__ = "template_versions"

    template_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[Json]
    created_at: Mapped[Made]


class Install(Base):
    __tablename__ = "template_installs"

    connector_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    template_id: Mapped[UUID]
    version: Mapped[int]
    base: Mapped[Json]
    consent: Mapped[Json]
    agreed_by: Mapped[UUID | None]
    agreed_at: Mapped[Made]


@dataclass(frozen=True, slots=True)
class Newer:
    """A connector behind its template."""

    template_id: UUID
    installed: int
    newest: int


async def versions(
    session: AsyncSession, template_id: UUID, *, limit: int, below: int | None = None
) -> list[TemplateVersion]:
    """The newest first."""
    question = select(TemplateVersion).where(TemplateVersion.template_id == template_id)
    if below is not None:
        question = question.where(TemplateVersion.version < below)
    newest = question.order_by(TemplateVersion.version.desc()).limit(limit)
    return list(await session.scalars(newest))


async def version(session: AsyncSession, template_id: UUID, number: int) -> TemplateVersion | None:
    return await session.get(TemplateVersion, (template_id, number))


async def of_connector(
    session: AsyncSession, workspace_id: str, connector_id: UUID, *, to_change: bool = False
) -> Install | None:
    question = select(Install).where(
        Install.workspace_id == workspace_id, Install.connector_id == connector_id
    )
    return await session.scalar(question.with_for_update() if to_change else question)


async def outdated(session: AsyncSession, workspace_id: str) -> dict[UUID, Newer]:
    """The workspace's connectors whose template has published something newer since."""
    rows = await session.execute(
        select(Install.connector_id, Install.template_id, Install.version, Template.version)
        .join(Template, Template.id == Install.template_id)
        .where(
            Install.workspace_id == workspace_id,
            Template.version > Install.version,
            or_(Template.is_public, Template.workspace_id == workspace_id),
        )
    )
    return {row[0]: Newer(row[1], row[2], row[3]) for row in rows}


async def connectors_of(
    session: AsyncSession, workspace_id: str, template_id: UUID
) -> list[tuple[UUID, int]]:
    """(connector, version) of everything this workspace made from it."""
    rows = await session.execute(
        select(Install.connector_id, Install.version).where(
            Install.workspace_id == workspace_id, Install.template_id == template_id
        )
    )
    return [(row[0], row[1]) for row in rows]


async def keep(session: AsyncSession, install: Install) -> None:
    session.add(install)
    await session.flush()


async def renew(
    session: AsyncSession, install: Install, values: dict[str, Any], agreed_by: UUID
) -> datetime | None:
    return await session.scalar(
        update(Install)
        .where(
            Install.workspace_id == install.workspace_id,
            Install.connector_id == install.connector_id,
        )
        .values(**values, agreed_by=agreed_by, agreed_at=func.now())
        .returning(Install.agreed_at)
        .execution_options(synchronize_session=False)
    )
