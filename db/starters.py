"""What all starters of connectors share: rows of a workspace, newest first, and who they act as."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Changed, Flag, JsonWithDefault, Made, NewId


class OfConnector:
    """Mixed into a mapped class."""

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    connector_id: Mapped[UUID]
    created_at: Mapped[Made]


class Starter(OfConnector):
    """Starts its connector by itself, in somebody's name."""

    input: Mapped[JsonWithDefault]
    enabled: Mapped[Flag]
    reason: Mapped[str | None] = mapped_column(server_default=BY_DATABASE)
    acts_as: Mapped[UUID | None]
    created_by: Mapped[UUID | None]
    updated_at: Mapped[Changed]


@dataclass(frozen=True, slots=True)
class Due:
    """A starter whose moment has come."""

    id: UUID
    workspace_id: str
    acts_as: UUID | None


Row = TypeVar("Row", bound=OfConnector)


async def newest(
    session: AsyncSession,
    rows: type[Row],
    workspace_id: str,
    *,
    connector_id: UUID | None,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[Row]:
    question = select(rows).where(rows.workspace_id == workspace_id)
    if connector_id is not None:
        question = question.where(rows.connector_id == connector_id)
    if after is not None:
        question = question.where(tuple_(rows.created_at, rows.id) < tuple_(*after))
    order = (rows.created_at.desc(), rows.id.desc())
    return (await session.scalars(question.order_by(*order).limit(limit))).all()


async def find(
    session: AsyncSession,
    rows: type[Row],
    workspace_id: str,
    row_id: UUID,
    *,
    to_change: bool = False,
) -> Row | None:
    question = select(rows).where(rows.workspace_id == workspace_id, rows.id == row_id)
    return await session.scalar(question.with_for_update() if to_change else question)
