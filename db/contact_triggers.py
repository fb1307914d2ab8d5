"""Connectors that start when a contact comes or changes, and on whom they are still to start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, delete, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Changed, Flag, JsonWithDefault, Made, NewId


class ContactTrigger(Base):
    __tablename__ = "contact_triggers"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    connector_id: Mapped[UUID]
    on_created: Mapped[Flag]
    on_updated: Mapped[Flag]
    fields: Mapped[list[str] | None] = mapped_column(ARRAY(Text()))
    input: Mapped[JsonWithDefault]
    enabled: Mapped[Flag]
    reason: Mapped[str | None] = mapped_column(server_default=BY_DATABASE)
    acts_as: Mapped[UUID | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]
    updated_at: Mapped[Changed]


class Waiting(Base):
    """A contact on which a trigger's connector is to be started; written by the database."""

    __tablename__ = "contact_trigger_queue"

    trigger_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    at: Mapped[Made]


async def newest(
    session: AsyncSession,
    workspace_id: str,
    *,
    connector_id: UUID | None,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[ContactTrigger]:
    question = select(ContactTrigger).where(ContactTrigger.workspace_id == workspace_id)
    if connector_id is not None:
        question = question.where(ContactTrigger.connector_id == connector_id)
    if after is not None:
        row = tuple_(ContactTrigger.created_at, ContactTrigger.id)
        question = question.where(row < tuple_(*after))
    order = (ContactTrigger.created_at.desc(), ContactTrigger.id.desc())
    return (await session.scalars(question.order_by(*order).limit(limit))).all()


async def find(
    session: AsyncSession, workspace_id: str, trigger_id: UUID, *, to_change: bool = False
) -> ContactTrigger | None:
    question = select(ContactTrigger).where(
        ContactTrigger.workspace_id == workspace_id, ContactTrigger.id == trigger_id
    )
    return await session.scalar(question.with_for_update() if to_change else question)


async def remove(session: AsyncSession, workspace_id: str, trigger_id: UUID) -> bool:
    gone = await session.scalar(
        delete(ContactTrigger)
        .where(ContactTrigger.workspace_id == workspace_id, ContactTrigger.id == trigger_id)
        .returning(ContactTrigger.id)
    )
    return gone is not None


async def quietly(session: AsyncSession) -> None:
    """What this transaction writes to contacts starts nothing."""
    await session.execute(select(func.set_config("app.quiet", "on", True)))


# -- at work --


@dataclass(frozen=True, slots=True)
class Due:
    id: UUID
    workspace_id: str
    acts_as: UUID | None


async def due(session: AsyncSession) -> list[Due]:
    """As the queue: triggers somebody waits for."""
    rows = await session.execute(
        text("""
        select t.id, t.workspace_id, t.acts_as
          from contact_triggers t
         where t.id in (select distinct trigger_id from contact_trigger_queue)
         limit 200
        """)
    )
    return [Due(*row) for row in rows]


async def take(session: AsyncSession, one: Due, most: int) -> list[UUID]:
    """Those who wait for it. A second taker waits for the first, and finds them gone."""
    rows = await session.scalars(
        text("""
        delete from contact_trigger_queue q
         where (q.trigger_id, q.contact_id) in (
               select trigger_id, contact_id from contact_trigger_queue
                where workspace_id = :workspace and trigger_id = :trigger
                order by at limit :most)
        returning q.contact_id
        """),
        {"workspace": one.workspace_id, "trigger": one.id, "most": most},
    )
    return list(rows)


async def forget(session: AsyncSession, one: Due) -> None:
    await session.execute(
        delete(Waiting).where(
            Waiting.workspace_id == one.workspace_id, Waiting.trigger_id == one.id
        )
    )
