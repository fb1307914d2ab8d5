"""Links that set a password once: made by a workspace's admins, or for one's own mailbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Made


class PasswordLink(Base):
    __tablename__ = "password_links"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    workspace_id: Mapped[str | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Known:
    """Whose link it is; `initial`: they never had a password."""

    user_id: UUID
    email: str
    initial: bool


async def make(
    session: AsyncSession, workspace_id: str, user_id: UUID, token_hash: bytes, lives: timedelta
) -> str:
    """The person's e-mail. Postgres refuses it for somebody who belongs to others, too."""
    email = await session.scalar(
        text("select app.make_password_link(:workspace, :user, :token, :lives)"),
        {"workspace": workspace_id, "user": user_id, "token": token_hash, "lives": lives},
    )
    return str(email)


async def invited(session: AsyncSession, workspace_id: str) -> set[UUID]:
    """Members who cannot sign in yet."""
    asked = text("select app.invited(:workspace)")
    return set(await session.scalars(asked, {"workspace": workspace_id}))


# -- as the door --


async def forgot(
    session: AsyncSession, email: str, token_hash: bytes, lives: timedelta
) -> str | None:
    found = await session.scalar(
        text("select app.forgot_password(:email, :token, :lives)"),
        {"email": email, "token": token_hash, "lives": lives},
    )
    return None if found is None else str(found)


async def behind(session: AsyncSession, token_hash: bytes) -> Known | None:
    rows = await session.execute(
        text("select user_id, email, initial from app.find_password_link(:token)"),
        {"token": token_hash},
    )
    row = rows.first()
    return Known(*row) if row else None


async def use(session: AsyncSession, token_hash: bytes, hashed: str) -> UUID | None:
    found = await session.scalar(
        text("select app.use_password_link(:token, :hash)"), {"token": token_hash, "hash": hashed}
    )
    return found if isinstance(found, UUID) else None
