"""The people and companies of a workspace, which connectors enrich."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from db.base import Base, Changed, JsonWithDefault, Made, NewId

MOST_WORDS: Final = 6
FIELDS: Final = (
    "email",
    "phone",
    "first_name",
    "last_name",
    "company",
    "job_title",
    "website",
    "linkedin_url",
    "street",
    "city",
    "state",
    "postal_code",
    "country",
)


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


async def listed(
    session: AsyncSession,
    workspace_id: str,
    *,
    q: str | None = None,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
) -> Sequence[Contact]:
    """Newest first; one more than asked for, so that the caller knows whether it goes on."""
    question = select(Contact).where(Contact.workspace_id == workspace_id)
    if q and q.strip():
        found = await matching(session, workspace_id, q, limit + 1, after)
        question = question.where(Contact.id.in_(found))
    if after:
        question = question.where(tuple_(Contact.created_at, Contact.id) < after)
    newest = question.order_by(Contact.created_at.desc(), Contact.id.desc())
    return (await session.scalars(newest.limit(limit + 1))).all()


async def matching(
    session: AsyncSession,
    workspace_id: str,
    q: str,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[UUID]:
    """Contacts that hold every word of q somewhere in name, e-mail, company or phone."""
    before, before_id = after or (None, None)
    rows = await session.scalars(
        text("select app.find_contacts(:workspace, :patterns, :limit, :before, :before_id)"),
        {
            "workspace": workspace_id,
            "patterns": [f"%{_literal(word)}%" for word in q.lower().split()[:MOST_WORDS]],
            "limit": limit,
            "before": before,
            "before_id": before_id,
        },
    )
    return rows.all()


def _literal(word: str) -> str:
    """% and _ mean themselves."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def find(session: AsyncSession, workspace_id: str, contact_id: UUID) -> Contact | None:
    return await session.scalar(
        select(Contact).where(Contact.workspace_id == workspace_id, Contact.id == contact_id)
    )


async def named(
    session: AsyncSession, workspace_id: str, ids: Collection[UUID]
) -> Sequence[Row[UUID, str | None, str | None, str | None]]:
    return (
        await session.execute(
            select(Contact.id, Contact.first_name, Contact.last_name, Contact.email).where(
                Contact.workspace_id == workspace_id, Contact.id.in_(ids)
            )
        )
    ).all()


async def find_to_change(
    session: AsyncSession, workspace_id: str, contact_id: UUID
) -> Contact | None:
    """The same, locked, so that two changes do not each miss what the other wrote."""
    return await session.scalar(
        select(Contact)
        .where(Contact.workspace_id == workspace_id, Contact.id == contact_id)
        .with_for_update()
    )


async def add(session: AsyncSession, workspace_id: str, values: Mapping[str, Any]) -> Contact:
    contact = Contact(workspace_id=workspace_id, **values)
    session.add(contact)
    await session.flush()
    return contact


async def remove(session: AsyncSession, workspace_id: str, contact_id: UUID) -> bool:
    gone = await session.scalar(
        delete(Contact)
        .where(Contact.workspace_id == workspace_id, Contact.id == contact_id)
        .returning(Contact.id)
    )
    return gone is not None


async def by_email(
    session: AsyncSession, workspace_id: str, emails: Sequence[str]
) -> dict[str, Contact]:
    """The oldest contact of each e-mail, by the e-mail in lower case."""
    rows = await session.scalars(
        select(Contact)
        .where(Contact.workspace_id == workspace_id, func.lower(Contact.email).in_(emails))
        .order_by(Contact.created_at.desc(), Contact.id.desc())
        .with_for_update()
    )
    return {(contact.email or "").lower(): contact for contact in rows}


async def add_many(
    session: AsyncSession, workspace_id: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Many at once, in one statement."""
    if rows:
        await session.execute(
            insert(Contact), [{"workspace_id": workspace_id, **row} for row in rows]
        )
