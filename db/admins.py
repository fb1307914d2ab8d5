"""The people who run the service itself: they write official templates and manage each other."""

from uuid import UUID

from sqlalchemy.orm import Mapped

from db.base import Base, JsonWithDefault, Made, NewId, TextWithDefault


class Admin(Base):
    __tablename__ = "saas_admin_users"

    id: Mapped[NewId]
    user_id: Mapped[UUID]
    role: Mapped[TextWithDefault]
    permissions: Mapped[JsonWithDefault]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]
