"""Answers already given, so that a repeated request gets the same one."""

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Json, Made


class IdempotencyKey(Base):
    __tablename__ = "idempotency_keys"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes]
    status: Mapped[int | None]
    answer: Mapped[Json | None]
    created_at: Mapped[Made]
