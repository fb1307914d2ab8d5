"""Answers already given, so that a repeated request gets the same one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Json, Made

Session = AsyncSession

KEPT_FOR: Final = timedelta(hours=24)
# A process that died in the middle must not hold a key for the whole day. Where the answer is kept
# with the work, both are there or neither, and who comes too late is undone: no need to wait long.
# Who is at work in one transaction is seen by its lock, however long that takes.
GIVEN_UP_AFTER: Final = timedelta(minutes=15)
SOON_GIVEN_UP_AFTER: Final = timedelta(seconds=5)


class IdempotencyKey(Base):
    __tablename__ = "idempotency_keys"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes]
    status: Mapped[int | None]
    answer: Mapped[Json | None]
    created_at: Mapped[Made]


@dataclass(frozen=True, slots=True)
class Claim:
    workspace_id: str
    route: str
    key: str
    body_hash: bytes
    at: datetime | None = None
    """When it became ours; it may have become somebody else's since."""


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier request with this key left; no status while it is at work."""

    body_hash: bytes
    status: int | None
    answer: Json | None


async def claim(
    session: AsyncSession, wanted: Claim, given_up_after: timedelta = GIVEN_UP_AFTER
) -> Claim | Before:
    """The claim: the key is ours now. Otherwise what an earlier request left under it."""
    # The work's own commit takes this one to the disk along with it: waiting twice gains nothing.
    await session.execute(text("set local synchronous_commit = off"))
    age = func.now() - IdempotencyKey.created_at
    at_work = IdempotencyKey.status.is_(None)
    await session.execute(
        delete(IdempotencyKey).where(
            *_is(wanted),
            or_(
                age > KEPT_FOR,
                at_work & (age > given_up_after) & func.pg_try_advisory_xact_lock(_number(wanted)),
            ),
        )
    )
    fresh = insert(IdempotencyKey).values(
        workspace_id=wanted.workspace_id,
        route=wanted.route,
        key=wanted.key,
        body_hash=wanted.body_hash,
    )
    taken = await session.scalar(
        fresh.on_conflict_do_nothing().returning(IdempotencyKey.created_at)
    )
    if taken is not None:
        return replace(wanted, at=taken)
    row = (
        await session.execute(
            select(IdempotencyKey.body_hash, IdempotencyKey.status, IdempotencyKey.answer).where(
                *_is(wanted)
            )
        )
    ).one_or_none()
    # Gone since: the first one failed and gave the key back; to the caller it was at work.
    return Before(*row) if row else Before(wanted.body_hash, None, None)


async def hold(session: AsyncSession, ours: Claim) -> None:
    """For as long as this transaction goes on, nobody takes us for dead."""
    await session.execute(select(func.pg_advisory_xact_lock(_number(ours))))


async def settle(session: AsyncSession, ours: Claim, status: int, answer: Json) -> bool:
    """False: the key is not ours any more."""
    settled = await session.scalar(
        update(IdempotencyKey)
        .where(*_is(ours), IdempotencyKey.created_at == ours.at)
        .values(status=status, answer=answer)
        .returning(IdempotencyKey.key)
    )
    return settled is not None


async def release(session: AsyncSession, ours: Claim) -> None:
    await session.execute(
        delete(IdempotencyKey).where(
            *_is(ours), IdempotencyKey.created_at == ours.at, IdempotencyKey.status.is_(None)
        )
    )


def _is(wanted: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        IdempotencyKey.workspace_id == wanted.workspace_id,
        IdempotencyKey.route == wanted.route,
        IdempotencyKey.key == wanted.key,
    )


def _number(wanted: Claim) -> ColumnElement[int]:
    name = "\n".join((wanted.workspace_id, wanted.route, wanted.key))
    return func.hashtextextended(name, 0)
