"""Which template a connector was shared as, or is a working copy of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Made
from db.connectors import Connector
from db.templates import Template


class TemplateSource(Base):
    __tablename__ = "template_sources"

    connector_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    template_id: Mapped[UUID]
    made_by: Mapped[UUID | None]
    created_at: Mapped[Made]


async def template_of(
    session: AsyncSession, workspace_id: str, connector_id: UUID
) -> tuple[Template, datetime] | None:
    """As far as the caller may see it; and when the two were the same last."""
    found = await session.execute(
        select(Template, TemplateSource.created_at)
        .join(TemplateSource, TemplateSource.template_id == Template.id)
        .where(
            TemplateSource.workspace_id == workspace_id,
            TemplateSource.connector_id == connector_id,
        )
    )
    row = found.first()
    return None if row is None else (row[0], row[1])


async def copy_of(
    session: AsyncSession, workspace_id: str, template_id: UUID, user_id: UUID
) -> tuple[UUID, datetime] | None:
    """This person's working copy in this workspace: its id, and when it was changed last."""
    found = await session.execute(
        select(Connector.id, Connector.updated_at)
        .join(TemplateSource, TemplateSource.connector_id == Connector.id)
        .where(
            TemplateSource.workspace_id == workspace_id,
            Connector.workspace_id == workspace_id,
            TemplateSource.template_id == template_id,
            TemplateSource.made_by == user_id,
        )
        .order_by(Connector.updated_at.desc())
        .limit(1)
    )
    row = found.first()
    return None if row is None else (row[0], row[1])


async def keep(
    session: AsyncSession,
    workspace_id: str,
    connector_id: UUID,
    template_id: UUID,
    made_by: UUID,
) -> None:
    """The newest wins: a connector stands for one template."""
    first = insert(TemplateSource).values(
        connector_id=connector_id,
        workspace_id=workspace_id,
        template_id=template_id,
        made_by=made_by,
    )
    await session.execute(
        first.on_conflict_do_update(
            index_elements=["connector_id"],
            set_={
                "template_id": first.excluded.template_id,
                "made_by": first.excluded.made_by,
                "created_at": func.now(),
            },
        )
    )


async def official_slots(session: AsyncSession, services: Sequence[str]) -> list[list[Any]]:
    """The slots of official templates that ask for one of these services."""
    asked = [Template.slots.contains([{"service_name": name}]) for name in services]
    if not asked:
        return []
    question = select(Template.slots).where(Template.is_official, or_(*asked))
    return list(await session.scalars(question.order_by(Template.name).limit(50)))


async def published_by(
    session: AsyncSession, workspace_id: str, user_id: UUID, *, most: int = 200
) -> list[Template]:
    """This person's, in this workspace or for everybody; the newest first."""
    question = (
        select(Template)
        .where(
            Template.published_by == user_id,
            or_(Template.workspace_id.is_(None), Template.workspace_id == workspace_id),
        )
        .order_by(Template.created_at.desc(), Template.id.desc())
        .limit(most)
    )
    return list(await session.scalars(question))
