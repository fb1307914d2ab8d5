"""Templates: ready-made connectors with slots for keys, and no secret anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, String, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
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
    NotYet,
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
    rating_sum: Mapped[Count]
    usage_gone: Mapped[Count]
    review_state: Mapped[TextWithDefault]
    review_note: Mapped[str | None] = mapped_column(server_default=BY_DATABASE)
    review_since: Mapped[NotYet]
    featured_place: Mapped[int | None] = mapped_column(server_default=BY_DATABASE)
    warnings: Mapped[ListWithDefault]
    tags: Mapped[list[str]] = mapped_column(server_default=BY_DATABASE)
    published_by: Mapped[UUID | None]
    created_at: Mapped[Made]
    updated_at: Mapped[Changed]


Sort = Literal["newest", "popular", "rating", "name"]
ORDERS: dict[str, tuple[Any, ...]] = {
    "newest": (Template.created_at.desc(), Template.id.desc()),
    "popular": (Template.install_count.desc(), Template.id.desc()),
    "rating": (Template.rating.desc(), Template.rating_count.desc(), Template.id.desc()),
    "name": (Template.name, Template.id),
}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which templates a list is about."""

    q: str | None = None
    category: str | None = None
    tag: str | None = None
    official: bool | None = None
    featured: bool | None = None
    sort: Sort = "newest"


async def listed(
    session: AsyncSession, workspace_id: str, narrowed: Narrowed, *, limit: int, skip: int
) -> list[Template]:
    """The marketplace and the workspace's own; a person's other workspaces stay out of it."""
    question = select(Template).where(_offered_to(workspace_id))
    if narrowed.q:
        fields = (Template.name, Template.description, Template.category)
        said = (field.icontains(narrowed.q, autoescape=True) for field in fields)
        question = question.where(or_(*said))
    if narrowed.category is not None:
        question = question.where(Template.category == narrowed.category)
    if narrowed.tag is not None:
        question = question.where(Template.tags.contains([narrowed.tag]))
    if narrowed.official is not None:
        question = question.where(Template.is_official == narrowed.official)
    if narrowed.featured is not None:
        question = question.where(Template.is_featured == narrowed.featured)
    question = question.order_by(*ORDERS[narrowed.sort]).offset(skip).limit(limit)
    return list(await session.scalars(question))


async def to_review(
    session: AsyncSession, review_state: str | None, *, limit: int, skip: int
) -> list[Template]:
    """As an admin: everything that is no workspace's own."""
    question = select(Template).where(Template.workspace_id.is_(None))
    if review_state is not None:
        question = question.where(Template.review_state == review_state)
    newest = question.order_by(Template.created_at.desc(), Template.id.desc())
    return list(await session.scalars(newest.offset(skip).limit(limit)))


async def change(
    session: AsyncSession, template_id: UUID, values: Mapping[str, Any]
) -> Template | None:
    """None: the policies do not let the caller change it."""
    changed = await session.scalar(
        update(Template)
        .where(Template.id == template_id)
        .values(**values, updated_at=func.now())
        .returning(Template.id)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        return None
    return await session.scalar(
        select(Template).where(Template.id == changed).execution_options(populate_existing=True)
    )


async def remove(session: AsyncSession, template_id: UUID) -> bool:
    gone = await session.scalar(
        delete(Template).where(Template.id == template_id).returning(Template.id)
    )
    return gone is not None


async def find(session: AsyncSession, workspace_id: str, template_id: UUID) -> Template | None:
    return await session.scalar(
        select(Template).where(Template.id == template_id, _offered_to(workspace_id))
    )


def _offered_to(workspace_id: str) -> ColumnElement[bool]:
    return or_(Template.workspace_id.is_(None), Template.workspace_id == workspace_id)
