"""Nightly practice runs of official templates: where they are made, and what they saw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import SmallInteger, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    BY_DATABASE,
    Base,
    Json,
    JsonWithDefault,
    ListWithDefault,
    Made,
    NotYet,
    TextWithDefault,
)
from db.templates import Template


class CanarySettings(Base):
    __tablename__ = "canary_settings"

    here: Mapped[bool] = mapped_column(primary_key=True, server_default=BY_DATABASE)
    workspace_id: Mapped[str | None]
    acts_as: Mapped[UUID | None]
    hour: Mapped[int] = mapped_column(SmallInteger, server_default=BY_DATABASE)
    updated_at: Mapped[Made]


class Canary(Base):
    __tablename__ = "template_canaries"

    template_id: Mapped[UUID] = mapped_column(primary_key=True)
    watched: Mapped[bool | None]
    contact: Mapped[Json | None] = mapped_column(server_default=BY_DATABASE)
    state: Mapped[TextWithDefault]
    message: Mapped[str | None] = mapped_column(server_default=BY_DATABASE)
    differences: Mapped[ListWithDefault]
    seen: Mapped[JsonWithDefault]
    accepted: Mapped[JsonWithDefault]
    ran_at: Mapped[NotYet]
    state_since: Mapped[NotYet]
    claimed_until: Mapped[NotYet]


_OFFICIAL = (
    select(Template, Canary)
    .outerjoin(Canary, Canary.template_id == Template.id)
    .where(Template.is_official, Template.is_public, Template.workspace_id.is_(None))
)


@dataclass(frozen=True, slots=True)
class Post:
    """Where the practice runs of this night are made, as whom, and from which hour (UTC)."""

    workspace_id: str
    user_id: UUID
    role: str
    hour: int


async def post(session: AsyncSession) -> Post | None:
    """As the engine. None: nobody chose a place, or who chose it may not use it any more."""
    found = await session.execute(
        text("select workspace_id, user_id, role, hour from app.canary_post()")
    )
    row = found.first()
    return None if row is None else Post(*row)


async def settings(session: AsyncSession) -> CanarySettings | None:
    return await session.scalar(select(CanarySettings))


async def choose(session: AsyncSession, workspace_id: str | None, user_id: UUID, hour: int) -> None:
    wanted = {"workspace_id": workspace_id, "acts_as": user_id, "hour": hour}
    changed = await session.scalar(
        update(CanarySettings)
        .values(**wanted, updated_at=func.now())
        .returning(CanarySettings.here)
    )
    if changed is None:
        session.add(CanarySettings(**wanted))
        await session.flush()


async def official(session: AsyncSession) -> list[tuple[Template, Canary | None]]:
    """Every official template that is offered, with what its last practice run saw."""
    rows = await session.execute(_OFFICIAL.order_by(Template.name))
    return [(template, canary) for template, canary in rows]


async def find(session: AsyncSession, template_id: UUID) -> tuple[Template, Canary | None] | None:
    """One that is offered officially."""
    rows = await session.execute(_OFFICIAL.where(Template.id == template_id))
    row = rows.first()
    return None if row is None else (row[0], row[1])


async def claim(
    session: AsyncSession, template_id: UUID, *, not_since: datetime, now: datetime
) -> bool:
    """For one worker, for a while; False where another one has it, or it ran since then."""
    first = insert(Canary).values(
        template_id=template_id, claimed_until=now + timedelta(minutes=15)
    )
    taken = await session.scalar(
        first.on_conflict_do_update(
            index_elements=["template_id"],
            set_={"claimed_until": first.excluded.claimed_until},
            where=(func.coalesce(Canary.claimed_until, now) <= now)
            & (func.coalesce(Canary.ran_at, datetime.min.replace(tzinfo=now.tzinfo)) < not_since),
        ).returning(Canary.template_id)
    )
    return taken is not None


async def change(session: AsyncSession, template_id: UUID, values: Mapping[str, Any]) -> None:
    await session.execute(
        insert(Canary)
        .values(template_id=template_id)
        .on_conflict_do_nothing(index_elements=["template_id"])
    )
    await session.execute(update(Canary).where(Canary.template_id == template_id).values(**values))
