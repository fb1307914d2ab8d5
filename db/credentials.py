"""A workspace's keys to services, sealed, and the data keys that seal them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, bindparam, delete, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, undefer

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
    settings_from: Mapped[JsonWithDefault]  # of which secret, for those that are a part of one
    allowed_hosts: Mapped[list[str]] = mapped_column(server_default=BY_DATABASE)
    test: Mapped[Json | None]
    state: Mapped[TextWithDefault]
    state_since: Mapped[datetime | None]
    state_message: Mapped[str | None]
    created_by: Mapped[UUID | None]
    last_used_at: Mapped[NotYet]
    expires_at: Mapped[NotYet]
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


async def listed(
    session: AsyncSession,
    workspace_id: str,
    *,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
) -> Sequence[Credential]:
    question = select(Credential).where(Credential.workspace_id == workspace_id)
    if after:
        question = question.where(tuple_(Credential.created_at, Credential.id) < after)
    newest = question.order_by(Credential.created_at.desc(), Credential.id.desc())
    return (await session.scalars(newest.limit(limit + 1))).all()


async def find(session: AsyncSession, workspace_id: str, credential_id: UUID) -> Credential | None:
    return await session.scalar(
        select(Credential).where(
            Credential.workspace_id == workspace_id, Credential.id == credential_id
        )
    )


async def add(session: AsyncSession, credential: Credential) -> Credential:
    session.add(credential)
    await session.flush()
    return credential


async def change(
    session: AsyncSession, seen: Credential, values: Mapping[str, object]
) -> Credential | None:
    """None: somebody changed or removed it since it was seen."""
    changed = await session.scalar(
        update(Credential)
        .where(
            Credential.workspace_id == seen.workspace_id,
            Credential.id == seen.id,
            Credential.updated_at == seen.updated_at,
        )
        .values(**values)
        .returning(Credential.id)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        return None
    return await session.scalar(
        select(Credential).where(Credential.id == changed).execution_options(populate_existing=True)
    )


async def remove(session: AsyncSession, workspace_id: str, credential_id: UUID) -> str | None:
    """The service it was for."""
    return await session.scalar(
        delete(Credential)
        .where(Credential.workspace_id == workspace_id, Credential.id == credential_id)
        .returning(Credential.service_name)
    )


async def used_by(
    session: AsyncSession, workspace_id: str, service_name: str
) -> list[tuple[UUID, str]]:
    """Connectors with a step that names this service, at whatever depth."""
    rows = await session.execute(
        text(
            "select id, name from connectors where workspace_id = :workspace"
            " and jsonb_path_exists(config,"
            " '$.** ? (exists(@.request) && @.credential == $name)', :names)"
            " order by name, id"
        ).bindparams(bindparam("names", type_=JSONB)),
        {"workspace": workspace_id, "names": {"name": service_name}},
    )
    return [(row.id, row.name) for row in rows]


async def use(session: AsyncSession, workspace_id: str) -> dict[str, int]:
    """How many connectors have a step that names each service."""
    rows = await session.execute(
        text(
            "select named #>> '{}' as service, count(distinct c.id) as connectors"
            " from connectors c,"
            " jsonb_path_query(c.config,"
            " '$.** ? (exists(@.request)).credential ? (@.type() == \"string\")') named"
            " where c.workspace_id = :workspace group by 1"
        ),
        {"workspace": workspace_id},
    )
    return {row.service: row.connectors for row in rows}


# -- as a run: the only one who may read what is sealed --


async def sealed(
    session: AsyncSession, workspace_id: str, service_names: Sequence[str]
) -> Sequence[Credential]:
    return (
        await session.scalars(
            select(Credential)
            .where(
                Credential.workspace_id == workspace_id,
                Credential.service_name.in_(service_names),
            )
            .options(undefer(Credential.credentials))
        )
    ).all()


async def sealed_fields(
    session: AsyncSession, workspace_id: str, credential_id: UUID
) -> dict[str, str]:
    found = await session.scalar(
        select(Credential.credentials).where(
            Credential.workspace_id == workspace_id, Credential.id == credential_id
        )
    )
    return dict(found or {})


async def data_key(session: AsyncSession, workspace_id: str) -> DataKey | None:
    return await session.scalar(
        select(DataKey).where(DataKey.workspace_id == workspace_id, DataKey.retired_at.is_(None))
    )


async def data_keys(session: AsyncSession, workspace_id: str) -> Sequence[DataKey]:
    """The current one first; then those it replaced, for what was sealed before."""
    question = select(DataKey).where(DataKey.workspace_id == workspace_id)
    return (await session.scalars(question.order_by(DataKey.retired_at.desc().nulls_first()))).all()


async def keep_data_key(
    session: AsyncSession, workspace_id: str, kek_id: str, wrapped: bytes
) -> None:
    """Of two that are made in the same moment, one stays."""
    await session.execute(
        insert(DataKey)
        .values(workspace_id=workspace_id, kek_id=kek_id, wrapped=wrapped)
        .on_conflict_do_nothing()
    )


async def note_test(
    session: AsyncSession, workspace_id: str, credential_id: UUID, state: str, message: str | None
) -> None:
    await session.execute(
        update(Credential)
        .where(Credential.workspace_id == workspace_id, Credential.id == credential_id)
        .values(state=state, state_message=message, state_since=func.now())
    )


async def note_used(session: AsyncSession, workspace_id: str, ids: Sequence[UUID]) -> None:
    """Whoever else is writing one of them makes it true enough; waiting could wait for us."""
    ours = select(Credential.id).where(
        Credential.workspace_id == workspace_id, Credential.id.in_(ids)
    )
    await session.execute(
        update(Credential)
        .where(Credential.id.in_(ours.with_for_update(skip_locked=True)))
        .values(last_used_at=func.now())
        .execution_options(synchronize_session=False)
    )


async def note_health(
    session: AsyncSession, workspace_id: str, credential_id: UUID, refused: str | None
) -> None:
    """Where that is news: a row that says so already is left alone."""
    before = ("works", "untested") if refused else ("failing", "untested")
    await session.execute(
        update(Credential)
        .where(
            Credential.workspace_id == workspace_id,
            Credential.id == credential_id,
            Credential.state.in_(before),
        )
        .values(
            state="failing" if refused else "works",
            state_message=refused,
            state_since=func.now(),
        )
    )


async def services(session: AsyncSession, workspace_id: str) -> set[str]:
    """What this workspace has access to, by service_name."""
    question = select(Credential.service_name).where(Credential.workspace_id == workspace_id)
    return set(await session.scalars(question))
