"""People, their passwords and their signed-in browsers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Flag, Made, NewId


class User(Base):
    """The part of auth.users that Supabase's table and ours have in common."""

    __tablename__ = "users"
    __table_args__ = {"schema": "auth"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[NewId]
    email: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime | None]


class Password(Base):
    __tablename__ = "user_passwords"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[str]
    initial: Mapped[Flag]
    changed_at: Mapped[Made]


class Session(Base):
    __tablename__ = "sessions"

    id: Mapped[NewId]
    token_hash: Mapped[bytes]
    user_id: Mapped[UUID]
    workspace_id: Mapped[str | None]
    created_at: Mapped[Made]
    last_seen_at: Mapped[Made]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Throttle(Base):
    """How often signing in failed, for one e-mail or one address."""

    __tablename__ = "sign_in_throttle"

    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[Count]
    blocked_until: Mapped[datetime | None]
    updated_at: Mapped[Made]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser that is signed in: as whom, in which workspace, with which role there."""

    session_id: UUID
    user_id: UUID
    email: str | None
    workspace_id: str | None
    role: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


async def signed_in(session: AsyncSession, token_hash: bytes) -> SignedIn | None:
    row = (
        await session.execute(text("select * from app.find_session(:hash)"), {"hash": token_hash})
    ).one_or_none()
    return SignedIn(*row) if row else None


async def start_session(
    session: AsyncSession,
    user_id: UUID,
    token_hash: bytes,
    lives: timedelta,
    workspace_id: str | None = None,
) -> UUID:
    started = await session.scalar(
        text("select app.start_session(:user, :hash, :lives, :workspace)"),
        {"user": user_id, "hash": token_hash, "lives": lives, "workspace": workspace_id},
    )
    assert isinstance(started, UUID)
    return started


async def touch_session(session: AsyncSession, session_id: UUID) -> None:
    await session.execute(text("select app.touch_session(:id)"), {"id": session_id})


async def end_session(session: AsyncSession, session_id: UUID) -> None:
    await session.execute(text("select app.end_session(:id)"), {"id": session_id})


async def end_sessions(
    session: AsyncSession, user_id: UUID, except_for: UUID | None = None
) -> None:
    await session.execute(
        text("select app.end_sessions(:user, :except)"), {"user": user_id, "except": except_for}
    )


@dataclass(frozen=True, slots=True)
class KnownPassword:
    user_id: UUID
    hash: str
    initial: bool


async def password_for(session: AsyncSession, email: str) -> KnownPassword | None:
    row = (
        await session.execute(text("select * from app.find_password(:email)"), {"email": email})
    ).one_or_none()
    return KnownPassword(*row) if row else None


async def password_of(session: AsyncSession, user_id: UUID) -> KnownPassword | None:
    row = (
        await session.execute(text("select * from app.password_of(:user)"), {"user": user_id})
    ).one_or_none()
    return KnownPassword(user_id, *row) if row else None


async def change_password(session: AsyncSession, user_id: UUID, hashed: str) -> None:
    await session.execute(
        text("select app.change_password(:user, :hash)"), {"user": user_id, "hash": hashed}
    )


async def known(
    session: AsyncSession, user_id: UUID, workspace_id: str | None = None
) -> list[tuple[str | None, str | None]]:
    """(workspace, role) of the user a token names; [(None, None)]: no workspace; []: unknown."""
    rows = await session.execute(
        text("select workspace_id, role from app.find_user(:user, :workspace)"),
        {"user": user_id, "workspace": workspace_id},
    )
    return [(row.workspace_id, row.role) for row in rows]


async def door_is_there(session: AsyncSession) -> bool:
    """Whether this database was migrated."""
    there = await session.scalar(
        text("select to_regprocedure('app.find_session(bytea)') is not null")
    )
    return bool(there)


async def wait_before_sign_in(session: AsyncSession, subjects: list[str]) -> timedelta:
    wait = await session.scalar(
        text("select app.sign_in_allowed(:subjects)"), {"subjects": subjects}
    )
    return wait if isinstance(wait, timedelta) else timedelta()


async def sign_in_failed(session: AsyncSession, subjects: list[str]) -> None:
    await session.execute(text("select app.sign_in_failed(:subjects)"), {"subjects": subjects})


async def sign_in_succeeded(session: AsyncSession, subjects: list[str]) -> None:
    await session.execute(text("select app.sign_in_succeeded(:subjects)"), {"subjects": subjects})
