"""Contacts by a filter like that of their list, as many as there are."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from db import contacts
from db.contacts import Contact

MOST: Final = 1_000_000


async def matching(
    session: AsyncSession, workspace_id: str, filter: Mapping[str, Any], limit: int
) -> list[UUID]:
    """Contacts as their list shows them, newest first: `q`, and fields with the value they have."""
    chosen = await _chosen(session, workspace_id, filter, limit)
    if isinstance(chosen, list):
        return chosen
    newest = chosen.order_by(Contact.created_at.desc(), Contact.id.desc()).limit(limit)
    # One row that holds them all: a hundred thousand rows would take ten times as long.
    return list((await session.scalars(select(func.array(newest.scalar_subquery())))).one())


async def how_many(
    session: AsyncSession, workspace_id: str, filter: Mapping[str, Any], limit: int
) -> int:
    chosen = await _chosen(session, workspace_id, filter, limit)
    if isinstance(chosen, list):
        return len(chosen)
    counted = select(func.count()).select_from(chosen.limit(limit).subquery())
    return (await session.scalars(counted)).one()


async def _chosen(
    session: AsyncSession, workspace_id: str, filter: Mapping[str, Any], limit: int
) -> Select[UUID] | list[UUID]:
    """Words alone are looked up at once, newest first; fields become a question."""
    chosen = select(Contact.id).where(Contact.workspace_id == workspace_id)
    fields = {name: value for name, value in filter.items() if name != "q"}
    if q := (filter.get("q") or "").strip():
        most = MOST if fields else limit
        found = list(await contacts.matching(session, workspace_id, q, most, None))
        if not fields:
            return found
        chosen = chosen.where(Contact.id == any_(literal(found, ARRAY(Uuid()))))
    return chosen.where(*(_has(name, value) for name, value in fields.items()))


def _has(name: str, value: Any) -> ColumnElement[bool]:
    """Texts are the same whatever their case; null: the contact has no value there."""
    if name in contacts.FIELDS:
        column = getattr(Contact, name)
        if value is None:
            return or_(column.is_(None), column == "")
        return func.lower(column) == str(value).lower()
    member = Contact.data[tuple(name.split(".")[1:])]
    if value is None:
        return or_(member.is_(None), member == literal(None, JSONB))
    if isinstance(value, str):
        return func.lower(member.astext) == value.lower()
    return member == literal(value, JSONB)


async def there(session: AsyncSession, workspace_id: str, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these contacts the workspace has."""
    wanted = literal(list(ids), ARRAY(Uuid()))
    rows = await session.scalars(
        select(Contact.id).where(Contact.workspace_id == workspace_id, Contact.id == any_(wanted))
    )
    return set(rows)
