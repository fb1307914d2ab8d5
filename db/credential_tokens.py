"""Tokens of credentials, sealed: whose turn it is to renew one, and that no older one is stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Made
from db.credentials import Credential


class CredentialToken(Base):
    __tablename__ = "credential_tokens"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    credential_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[str | None]
    serial: Mapped[int] = mapped_column(BigInteger, server_default=BY_DATABASE)
    renewing_by: Mapped[str | None]
    renewing_until: Mapped[datetime | None]
    updated_at: Mapped[Made]


@dataclass(frozen=True, slots=True)
class Found:
    sealed: str | None
    serial: int
    ours: bool


async def look(session: AsyncSession, workspace_id: str, credential_id: UUID) -> Found:
    row = (
        await session.execute(
            select(CredentialToken.sealed, CredentialToken.serial).where(
                CredentialToken.workspace_id == workspace_id,
                CredentialToken.credential_id == credential_id,
            )
        )
    ).one_or_none()
    return Found(row.sealed, row.serial, False) if row else Found(None, 0, False)


async def take(
    session: AsyncSession, workspace_id: str, credential_id: UUID, owner: str, lease_s: float
) -> Found:
    """Renewing it is ours where nobody else is at it. A credential that is gone has no turn."""
    ours = await session.scalar(
        text("""
        insert into credential_tokens as t
               (workspace_id, credential_id, renewing_by, renewing_until)
        select :workspace, :credential, :owner, now() + make_interval(secs => :lease)
         where exists (select from workspace_api_credentials
                        where workspace_id = :workspace and id = :credential)
            on conflict (workspace_id, credential_id) do update
           set renewing_by = excluded.renewing_by, renewing_until = excluded.renewing_until
         where t.renewing_until is null or t.renewing_until < now()
            or t.renewing_by = excluded.renewing_by
     returning true
        """),
        {"workspace": workspace_id, "credential": credential_id, "owner": owner, "lease": lease_s},
    )
    found = await look(session, workspace_id, credential_id)
    return Found(found.sealed, found.serial, bool(ours))


async def put(
    session: AsyncSession, workspace_id: str, credential_id: UUID, sealed: str, after: int
) -> bool:
    """False where somebody stored another one since `after`."""
    stored = await session.scalar(
        update(CredentialToken)
        .where(
            CredentialToken.workspace_id == workspace_id,
            CredentialToken.credential_id == credential_id,
            CredentialToken.serial == after,
        )
        .values(
            sealed=sealed,
            serial=after + 1,
            renewing_by=None,
            renewing_until=None,
            updated_at=func.now(),
        )
        .returning(CredentialToken.serial)
    )
    return stored is not None


async def give_back(
    session: AsyncSession, workspace_id: str, credential_id: UUID, owner: str
) -> None:
    await session.execute(
        update(CredentialToken)
        .where(
            CredentialToken.workspace_id == workspace_id,
            CredentialToken.credential_id == credential_id,
            CredentialToken.renewing_by == owner,
        )
        .values(renewing_by=None, renewing_until=None)
    )


async def note_state(
    session: AsyncSession, workspace_id: str, credential_id: UUID, state: str, message: str | None
) -> None:
    """How the credential is, where that is news: each change makes the workers open it again."""
    news = Credential.state.is_distinct_from(state) | Credential.state_message.is_distinct_from(
        message
    )
    await session.execute(
        update(Credential)
        .where(Credential.workspace_id == workspace_id, Credential.id == credential_id, news)
        .values(state=state, state_message=message, state_since=func.now())
    )


async def note_works_again(session: AsyncSession, workspace_id: str, credential_id: UUID) -> None:
    await session.execute(
        update(Credential)
        .where(
            Credential.workspace_id == workspace_id,
            Credential.id == credential_id,
            Credential.state.in_(("failing", "reconnect")),
        )
        .values(state="works", state_message=None, state_since=func.now())
    )
