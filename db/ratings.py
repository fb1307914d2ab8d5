"""What people think of templates. The means and counts are the database's own work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import SmallInteger, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Flag, Made


class Rating(Base):
    __tablename__ = "template_ratings"

    template_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    stars: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[Made]
    updated_at: Mapped[Made]
    said: Mapped[str | None]
    said_at: Mapped[datetime | None]
    review_id: Mapped[UUID] = mapped_column(server_default=BY_DATABASE)
    hidden: Mapped[Flag]


async def keep(
    session: AsyncSession, template_id: UUID, user_id: UUID, changes: Mapping[str, Any]
) -> None:
    """{stars} or {stars, said}: the first time, or instead of what the person said before."""
    values: dict[str, Any] = dict(changes)
    if "said" in values:
        values["said_at"] = None if values["said"] is None else func.now()
    first = insert(Rating).values(template_id=template_id, user_id=user_id, **values)
    await session.execute(
        first.on_conflict_do_update(
            index_elements=[Rating.template_id, Rating.user_id],
            set_={**values, "updated_at": func.now()},
        )
    )


async def of_person(session: AsyncSession, template_id: UUID, user_id: UUID) -> Rating | None:
    return await session.scalar(
        select(Rating).where(Rating.template_id == template_id, Rating.user_id == user_id)
    )


async def count_usage(session: AsyncSession) -> None:
    """As the queue: how often the connectors made from each template ran."""
    await session.execute(text("select app.count_usage()"))


async def measure(session: AsyncSession) -> None:
    """As the queue: how well what was made from each template does in practice."""
    await session.execute(text("select app.measure_templates()"))
