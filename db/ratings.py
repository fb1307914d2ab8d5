"""What people think of templates. The means and counts are the database's own work."""

from uuid import UUID

from sqlalchemy import SmallInteger, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Made


class Rating(Base):
    __tablename__ = "template_ratings"

    template_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    stars: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[Made]
    updated_at: Mapped[Made]


async def keep(session: AsyncSession, template_id: UUID, user_id: UUID, stars: int) -> None:
    """The first time, or instead of what the person said before."""
    said = insert(Rating).values(template_id=template_id, user_id=user_id, stars=stars)
    await session.execute(
        said.on_conflict_do_update(
            index_elements=[Rating.template_id, Rating.user_id],
            set_={"stars": stars, "updated_at": func.now()},
        )
    )


async def count_usage(session: AsyncSession) -> None:
    """As the queue: how often the connectors made from each template ran."""
    await session.execute(text("select app.count_usage()"))
