"""Who changed what: written in the transaction of the change, never altered."""

from uuid import UUID

from sqlalchemy.orm import Mapped

from db.base import Base, GrowingId, Json, Made


class AuditEntry(Base):
    __tablename__ = "audit_log"

    id: Mapped[GrowingId]
    workspace_id: Mapped[str | None]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[str | None]
    before: Mapped[Json | None]
    after: Mapped[Json | None]
    at: Mapped[Made]
