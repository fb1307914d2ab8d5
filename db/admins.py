"""The people who run the service itself: they write official templates and manage each other."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from db.base import Base, Json, JsonWithDefault, Made, NewId, TextWithDefault


class Admin(Base):
    __tablename__ = "saas_admin_users"

    id: Mapped[NewId]
    user_id: Mapped[UUID]
    role: Mapped[TextWithDefault]
    permissions: Mapped[JsonWithDefault]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]


@dataclass(frozen=True, slots=True)
class KnownAdmin:
    id: UUID
    user_id: UUID
    email: str | None
    role: str
    permissions: Json
    created_by: UUID | None
    created_at: datetime


async def role_of_caller(session: AsyncSession) -> str | None:
    role = await session.scalar(text("select app.saas_role()"))
    return str(role) if role else None


async def caller_may(session: AsyncSession, permission: str) -> bool:
    return bool(await session.scalar(text("select app.saas_may(:what)"), {"what": permission}))


async def listed(session: AsyncSession) -> list[KnownAdmin]:
    rows = await session.execute(
        text(
            "select id, user_id, email, role, permissions, created_by, created_at from app.admins()"
        )
    )
    return [KnownAdmin(*row) for row in rows]


async def user_by_email(session: AsyncSession, email: str) -> UUID | None:
    found = await session.scalar(text("select app.user_by_email(:email)"), {"email": email})
    return found if isinstance(found, UUID) else None


async def add(session: AsyncSession, admin: Admin) -> Admin:
    session.add(admin)
    await session.flush()
    return admin


async def change(
    session: AsyncSession, admin_id: UUID, *, role: str | None, permissions: Json | None
) -> bool:
    given = {"role": role, "permissions": permissions}
    changed = await session.scalar(
        update(Admin)
        .where(Admin.id == admin_id)
        .values({name: value for name, value in given.items() if value is not None})
        .returning(Admin.id)
    )
    return changed is not None


async def remove(session: AsyncSession, admin_id: UUID) -> bool:
    gone = await session.scalar(delete(Admin).where(Admin.id == admin_id).returning(Admin.id))
    return gone is not None
