"""Templates: ready-made connectors with slots for keys, and no secret anywhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Numeric,
    String,
    Text,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, defer, mapped_column

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
    version: Mapped[Count]
    success_rate: Mapped[float | None] = mapped_column(
        Numeric(3, 2, asdecimal=False), server_default=BY_DATABASE
    )
    hit_rate: Mapped[float | None] = mapped_column(
        Numeric(3, 2, asdecimal=False), server_default=BY_DATABASE
    )
    price_per_found: Mapped[float | None] = mapped_column(
        Numeric(asdecimal=False), server_default=BY_DATABASE
    )
    measured_at: Mapped[NotYet]
    tags: Mapped[list[str]] = mapped_column(server_default=BY_DATABASE)
    published_by: Mapped[UUID | None]
    shipped: Mapped[str | None] = mapped_column(deferred=True, server_default=BY_DATABASE)
    words: Mapped[str | None] = mapped_column(deferred=True, server_default=BY_DATABASE)
    created_at: Mapped[Made]
    updated_at: Mapped[Changed]


Sort = Literal["newest", "popular", "rating", "success", "featured", "name"]
# market: what is public, and the workspace's own. mine: the workspace's and the person's own,
# whatever became of them in review. both: all of these.
Which = Literal["market", "mine", "both", "own", "community"]
# What a list leaves unread: the documents, which are long.
LONG = (
    Template.config,
    Template.input_schema,
    Template.field_mappings,
    Template.example_contact,
    Template.example_responses,
)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which templates a list is about."""

    q: str | None = None
    category: str | None = None
    tag: str | None = None
    official: bool | None = None
    featured: bool | None = None
    which: Which = "market"
    sort: Sort = "newest"


async def listed(
    session: AsyncSession, workspace_id: str, narrowed: Narrowed, *, limit: int, skip: int
) -> list[Template]:
    """The long documents stay unread."""
    values = {
        "workspace": workspace_id,
        "patterns": [_part(word) for word in (narrowed.q or "").split()],
        "category": narrowed.category,
        "tag": narrowed.tag,
        "official": narrowed.official,
        "featured": narrowed.featured,
        "which": narrowed.which,
        "sort": narrowed.sort,
        "limit": limit,
        "skip": skip,
    }
    ids = list(await session.scalars(_SEARCH, values))
    short = (defer(column, raiseload=True) for column in LONG)
    rows = await session.scalars(select(Template).where(Template.id.in_(ids)).options(*short))
    found = {row.id: row for row in rows}
    return [found[one] for one in ids if one in found]


def _part(word: str) -> str:
    """Anywhere in the text; what means something to LIKE means itself."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", word.lower()) + "%"


_SEARCH = text(
    "select app.search_templates(:workspace, :patterns, :category, :tag, :official, :featured,"
    " :which, :sort, :limit, :skip)"
).bindparams(
    bindparam("patterns", type_=ARRAY(Text())),
    bindparam("category", type_=Text()),
    bindparam("tag", type_=Text()),
    bindparam("official", type_=Boolean()),
    bindparam("featured", type_=Boolean()),
)


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
