"""Workspaces, and who is in them."""

from typing import ClassVar
from uuid import UUID

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
