"""Connectors that start when a contact comes or changes, and on whom they are still to start."""

from uuid import UUID

from sqlalchemy import ARRAY, Text, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Flag, Made
from db.starters import Due, Starter


class ContactTrigger(Starter, Base):
    __tablename__ = "contact_triggers"

    on_created: Mapped[Flag]
    on_updated: Mapped[Flag]
    fields: Mapped[list[str] | None] = mapped_column(ARRAY(Text()))


class Waiting(Base):
    """A contact on which a trigger's connector is to be started; written by the database."""

    __tablename__ = "contact_trigger_queue"

    trigger_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    at: Mapped[Made]


async def quietly(session: AsyncSession) -> None:
    """What this transaction writes to contacts starts nothing."""
    await session.execute(select(func.set_config("app.quiet", "on", True)))


# -- at work --


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
