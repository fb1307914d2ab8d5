"""Keys by which programs act as a user in one workspace."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Made, NewId


class ApiKey(Base):
    __tablename__ = "api_keys"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    user_id: Mapped[UUID]
    name: Mapped[str]
    # People may write it and never read it back: the database refuses.
    key_hash: Mapped[bytes] = mapped_column(deferred=True)
    last4: Mapped[str]
    created_at: Mapped[Made]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
