"""What people wrote about templates; the database keeps to itself who they are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import TIMESTAMP, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Review:
    id: UUID
    stars: int
    said: str
    created_at: datetime
    yours: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """A review that somebody found fault with, for the admins who decide."""

    review_id: UUID
    template_id: UUID
    template_name: str
    stars: int
    said: str
    said_at: datetime
    reports: int
    reasons: list[str]
    reported_at: datetime


async def of_template(
    session: AsyncSession,
    template_id: UUID,
    *,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
) -> list[Review]:
    """The newest first."""
    at, id_ = after or (None, None)
    rows = await session.execute(
        text("select * from app.template_reviews(:template, :limit, :at, :id)").bindparams(
            bindparam("at", type_=TIMESTAMP(timezone=True)), bindparam("id", type_=Uuid())
        ),
        {"template": template_id, "limit": limit, "at": at, "id": id_},
    )
    return [Review(*row) for row in rows]


async def has_installed(session: AsyncSession, template_id: UUID) -> bool:
    """Whether one of the caller's workspaces made something from it."""
    asked = text("select app.has_installed(:template)")
    return bool(await session.scalar(asked, {"template": template_id}))


async def report(session: AsyncSession, template_id: UUID, review_id: UUID, reason: str) -> bool:
    """False: there is no such review, as far as the caller can see."""
    asked = text("select app.report_review(:template, :review, :reason)")
    values = {"template": template_id, "review": review_id, "reason": reason}
    return bool(await session.scalar(asked, values))


async def reported(session: AsyncSession) -> list[Reported]:
    rows = await session.execute(text("select * from app.reported_reviews()"))
    return [Reported(*row) for row in rows]


async def settle(session: AsyncSession, review_id: UUID, *, hide: bool) -> UUID | None:
    """The template it is about."""
    asked = text("select app.settle_review(:review, :hide)")
    found: UUID | None = await session.scalar(asked, {"review": review_id, "hide": hide})
    return found
