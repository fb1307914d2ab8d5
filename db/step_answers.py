"""Whole answers of tests, where the record keeps only their beginning."""

from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class StepAnswer(Base):
    __tablename__ = "connector_step_answers"

    connector_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    step_id: Mapped[str] = mapped_column(primary_key=True)
    good: Mapped[bool] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    body: Mapped[bytes]


async def find(
    session: AsyncSession, workspace_id: str, connector_id: UUID, step_id: str, good: bool
) -> StepAnswer | None:
    return await session.scalar(
        select(StepAnswer).where(*_which(workspace_id, connector_id, step_id, good))
    )


async def keep(
    session: AsyncSession,
    workspace_id: str,
    connector_id: UUID,
    step_id: str,
    good: bool,
    whole: tuple[str, bytes] | None,
) -> None:
    """(media type, body) of the newest test; None: it stands whole in the record."""
    if whole is None:
        await session.execute(
            delete(StepAnswer).where(*_which(workspace_id, connector_id, step_id, good))
        )
        return
    new = {"media_type": whole[0], "body": whole[1]}
    await session.execute(
        insert(StepAnswer)
        .values(
            connector_id=connector_id,
            workspace_id=workspace_id,
            step_id=step_id,
            good=good,
            **new,
        )
        .on_conflict_do_update(index_elements=["connector_id", "step_id", "good"], set_=new)
    )


def _which(
    workspace_id: str, connector_id: UUID, step_id: str, good: bool
) -> tuple[ColumnElement[bool], ...]:
    return (
        StepAnswer.workspace_id == workspace_id,
        StepAnswer.connector_id == connector_id,
        StepAnswer.step_id == step_id,
        StepAnswer.good == good,
    )
