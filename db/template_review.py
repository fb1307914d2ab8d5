"""What admins of the service ask about templates: what waits, is offered, is featured."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from db.template_installs import TemplateVersion
from db.templates import LONG, Template

Which = Literal["pending", "community", "official", "returned", "hidden"]

_PENDING = Template.review_state == "pending"
_RETURNED = Template.review_state == "rejected"
STATES: dict[str, ColumnElement[bool]] = {
    "pending": _PENDING,
    "community": and_(Template.is_public, ~Template.is_official),
    "official": and_(Template.is_public, Template.is_official),
    "returned": and_(_RETURNED, ~Template.is_public),
    "hidden": and_(~Template.is_public, ~_PENDING, ~_RETURNED),
}
_OF_THE_SERVICE = Template.workspace_id.is_(None)


async def listed(
    session: AsyncSession, which: Which, q: str, *, limit: int, skip: int
) -> list[Template]:
    """What waits, the longest first; the rest by name. The long documents stay unread."""
    question = select(Template).where(_OF_THE_SERVICE, STATES[which])
    if q:
        said = Template.name.icontains(q, autoescape=True)
        question = question.where(said | Template.description.icontains(q, autoescape=True))
    order = (Template.review_since,) if which == "pending" else (func.lower(Template.name),)
    question = question.order_by(*order, Template.id).offset(skip).limit(limit)
    short = (defer(column, raiseload=True) for column in LONG)
    return list(await session.scalars(question.options(*short)))


async def counts(session: AsyncSession) -> dict[str, int]:
    columns = [func.count().filter(condition).label(name) for name, condition in STATES.items()]
    row = (await session.execute(select(*columns).where(_OF_THE_SERVICE))).one()
    return dict(row._mapping)


async def last_published(session: AsyncSession, template_id: UUID) -> tuple[int, Any] | None:
    """Number and content of the version that people have, or had until it was changed."""
    found = await session.execute(
        select(TemplateVersion.version, TemplateVersion.content)
        .where(TemplateVersion.template_id == template_id)
        .order_by(TemplateVersion.version.desc())
        .limit(1)
    )
    row = found.first()
    return None if row is None else (row[0], row[1])


async def featured(session: AsyncSession) -> list[Template]:
    """In the order of the featured row."""
    question = (
        select(Template)
        .where(_OF_THE_SERVICE, Template.is_featured)
        .order_by(Template.featured_place.nulls_last(), func.lower(Template.name), Template.id)
        .options(*(defer(column, raiseload=True) for column in LONG))
    )
    return list(await session.scalars(question))


async def feature(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """These, in this order, and no others."""
    places = {one: number for number, one in enumerate(ids)}
    await session.execute(
        update(Template)
        .where(_OF_THE_SERVICE, Template.is_featured, Template.id.not_in(ids))
        .values(is_featured=False, featured_place=None)
        .execution_options(synchronize_session=False)
    )
    if places:
        await session.execute(
            update(Template)
            .where(_OF_THE_SERVICE, Template.id.in_(ids))
            .values(is_featured=True, featured_place=case(places, value=Template.id))
            .execution_options(synchronize_session=False)
        )


async def public_ids(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Those among them that everybody sees."""
    question = select(Template.id).where(_OF_THE_SERVICE, Template.is_public, Template.id.in_(ids))
    return set(await session.scalars(question))
