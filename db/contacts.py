"""The people and companies of a workspace, which connectors enrich."""

from sqlalchemy.orm import Mapped

from db.base import Base, Changed, JsonWithDefault, Made, NewId


class Contact(Base):
    __tablename__ = "contacts"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    company: Mapped[str | None]
    job_title: Mapped[str | None]
    website: Mapped[str | None]
    linkedin_url: Mapped[str | None]
    street: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    postal_code: Mapped[str | None]
    country: Mapped[str | None]
    data: Mapped[JsonWithDefault]
    created_at: Mapped[Made]
    updated_at: Mapped[Changed]
