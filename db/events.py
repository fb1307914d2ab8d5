"""What happened in executions, in sentences; ids become visible in order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base


class ExecutionEvent(Base):
    __tablename__ = "execution_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, server_default=BY_DATABASE)
    workspace_id: Mapped[str]
    execution_id: Mapped[UUID]
    connector_id: Mapped[UUID]
    type: Mapped[str]
    at: Mapped[datetime] = mapped_column(primary_key=True, server_default=BY_DATABASE)
    step_id: Mapped[str | None]
    status: Mapped[str | None]
    outcome: Mapped[str | None]
    sentence: Mapped[str]


async def newest_id(session: AsyncSession, workspace_id: str) -> int:
    """Whatever becomes visible later has a larger number: that is what "from now" means."""
    question = select(func.coalesce(func.max(ExecutionEvent.id), 0)).where(
        ExecutionEvent.workspace_id == workspace_id
    )
    return (await session.scalars(question)).one()


async def after(
    session: AsyncSession,
    workspace_id: str,
    last: int,
    limit: int,
    *,
    execution_id: UUID | None = None,
) -> Sequence[Row[Any]]:
    """Rows, not objects: a long run has tens of thousands, and each page reads them all."""
    question = select(*ExecutionEvent.__table__.columns).where(
        ExecutionEvent.workspace_id == workspace_id, ExecutionEvent.id > last
    )
    if execution_id is not None:
        question = question.where(ExecutionEvent.execution_id == execution_id)
    return (await session.execute(question.order_by(ExecutionEvent.id).limit(limit))).all()
