"""Workspaces, and who is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import delete, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Flag, Made


class Workspace(Base):
    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(primary_key=True, server_default=BY_DATABASE)
    name: Mapped[str]
    is_demo: Mapped[Flag]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]


class Member(Base):
    __tablename__ = "workspace_members"

    ROLES: ClassVar = ("viewer", "editor", "admin", "owner")

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(server_default=BY_DATABASE)
    created_at: Mapped[Made]


@dataclass(frozen=True, slots=True)
class Person:
    """A member with the e-mail that only the database's own function may show."""

    user_id: UUID
    email: str | None
    role: str
    created_at: datetime


async def listed(
    session: AsyncSession, *, limit: int, after: tuple[datetime, str] | None = None
) -> Sequence[Workspace]:
    """All that the caller may see; the policies decide which these are."""
    question = select(Workspace)
    if after:
        question = question.where(tuple_(Workspace.created_at, Workspace.id) < after)
    newest = question.order_by(Workspace.created_at.desc(), Workspace.id.desc())
    return (await session.scalars(newest.limit(limit + 1))).all()


async def roles_of(session: AsyncSession, user_id: UUID) -> dict[str, str]:
    """The person's role in each of their workspaces."""
    rows = await session.execute(
        select(Member.workspace_id, Member.role).where(Member.user_id == user_id)
    )
    return {row.workspace_id: row.role for row in rows}


async def find(session: AsyncSession, workspace_id: str) -> Workspace | None:
    return await session.scalar(select(Workspace).where(Workspace.id == workspace_id))


async def create(session: AsyncSession, name: str) -> tuple[str, datetime]:
    """Makes the caller its owner. Its id, and when it was made: in a workspace of their own, the
    caller does not see another."""
    question = text("select made, now() from app.create_workspace(:name) made")
    row = (await session.execute(question, {"name": name})).one()
    return str(row[0]), row[1]


async def rename(session: AsyncSession, workspace_id: str, name: str) -> bool:
    changed = await session.scalar(
        update(Workspace)
        .where(Workspace.id == workspace_id)
        .values(name=name)
        .returning(Workspace.id)
    )
    return changed is not None


async def remove(session: AsyncSession, workspace_id: str) -> bool:
    gone = await session.scalar(
        delete(Workspace).where(Workspace.id == workspace_id).returning(Workspace.id)
    )
    return gone is not None


async def members(session: AsyncSession, workspace_id: str) -> list[Person]:
    rows = await session.execute(
        text("select user_id, email, role, created_at from app.members(:workspace)"),
        {"workspace": workspace_id},
    )
    return [Person(*row) for row in rows]


async def add_member(session: AsyncSession, workspace_id: str, email: str, role: str) -> UUID:
    added = await session.scalar(
        text("select app.add_member(:workspace, :email, :role)"),
        {"workspace": workspace_id, "email": email, "role": role},
    )
    assert isinstance(added, UUID)
    return added


async def change_role(session: AsyncSession, workspace_id: str, user_id: UUID, role: str) -> bool:
    changed = await session.scalar(
        update(Member)
        .where(Member.workspace_id == workspace_id, Member.user_id == user_id)
        .values(role=role)
        .returning(Member.user_id)
    )
    return changed is not None


async def remove_member(session: AsyncSession, workspace_id: str, user_id: UUID) -> bool:
    gone = await session.scalar(
        delete(Member)
        .where(Member.workspace_id == workspace_id, Member.user_id == user_id)
        .returning(Member.user_id)
    )
    return gone is not None
