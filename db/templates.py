"""Templates: ready-made connectors with slots for keys, and no secret anywhere."""

from uuid import UUID

from sqlalchemy import Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    BY_DATABASE,
    Base,
    Changed,
    Count,
    Flag,
    Json,
    JsonWithDefault,
    ListWithDefault,
    Made,
    NewId,
    TextWithDefault,
)


class Template(Base):
    __tablename__ = "connector_templates"

    id: Mapped[NewId]
    workspace_id: Mapped[str | None]
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[TextWithDefault]
    icon: Mapped[str | None]
    category: Mapped[str | None]
    config: Mapped[Json]
    input_schema: Mapped[JsonWithDefault]
    field_mappings: Mapped[ListWithDefault]
    slots: Mapped[ListWithDefault]
    example_contact: Mapped[JsonWithDefault]
    example_responses: Mapped[JsonWithDefault]
    is_official: Mapped[Flag]
    is_featured: Mapped[Flag]
    is_public: Mapped[Flag]
    usage_count: Mapped[Count]
    install_count: Mapped[Count]
    rating: Mapped[float] = mapped_column(
        Numeric(3, 2, asdecimal=False), server_default=BY_DATABASE
    )
    rating_count: Mapped[Count]
    tags: Mapped[list[str]] = mapped_column(server_default=BY_DATABASE)
    published_by: Mapped[UUID | None]
    created_at: Mapped[Made]
    updated_at: Mapped[Changed]
