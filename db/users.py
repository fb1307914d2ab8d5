"""People, their passwords and their signed-in browsers."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Flag, Made, NewId


class User(Base):
    """The part of auth.users that Supabase's table and ours have in common."""

    __tablename__ = "users"
    __table_args__: ClassVar = {"schema": "auth"}

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
