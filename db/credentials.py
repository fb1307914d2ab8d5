"""A workspace's keys to services, sealed, and the data keys that seal them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    BY_DATABASE,
    Base,
    Changed,
    Json,
    JsonWithDefault,
    Made,
    NewId,
    NotYet,
    TextWithDefault,
)


class Credential(Base):
    __tablename__ = "workspace_api_credentials"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    service_name: Mapped[str] = mapped_column(String(100))
    label: Mapped[TextWithDefault]
    auth: Mapped[JsonWithDefault]
    # Sealed texts by field. People may write them and never read them back; runs may.
    credentials: Mapped[Json] = mapped_column(JSONB, deferred=True)
    fields: Mapped[JsonWithDefault]
    settings: Mapped[JsonWithDefault]
    allowed_hosts: Mapped[list[str]] = mapped_column(server_default=BY_DATABASE)
    test: Mapped[Json | None]
    state: Mapped[TextWithDefault]
    state_since: Mapped[datetime | None]
    state_message: Mapped[str | None]
    created_by: Mapped[UUID | None]
    last_used_at: Mapped[NotYet]
    created_at: Mapped[Made]
    updated_at: Mapped[Changed]


class DataKey(Base):
    """The key that seals one workspace's secrets, itself sealed by the master key."""

    __tablename__ = "data_keys"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    kek_id: Mapped[str]
    wrapped: Mapped[bytes]
    created_at: Mapped[Made]
    retired_at: Mapped[NotYet]
