"""Webhooks: addresses at which the outside starts a connector, and the calls taken lately."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Made
from db.starters import OfConnector


class Webhook(OfConnector, Base):
    __tablename__ = "webhooks"

    name: Mapped[str]
    # Written once, and read by nobody but the door.
    token_hash: Mapped[bytes] = mapped_column(deferred=True)
    secret: Mapped[str] = mapped_column(deferred=True)
    calls: Mapped[int] = mapped_column(BigInteger, server_default=BY_DATABASE)
    last_called_at: Mapped[datetime | None] = mapped_column(server_default=BY_DATABASE)
    created_by: Mapped[UUID]


class WebhookCall(Base):
    """A signature that was taken, and is not taken again."""

    __tablename__ = "webhook_calls"

    webhook_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    signature: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[Made]


@dataclass(frozen=True, slots=True)
class Known:
    """What is behind an address; the role is what its maker has there now."""

    id: UUID
    workspace_id: str
    connector_id: UUID
    secret: str
    created_by: UUID
    role: str | None


async def remove(session: AsyncSession, workspace_id: str, webhook_id: UUID) -> str | None:
    """Its name."""
    return await session.scalar(
        delete(Webhook)
        .where(Webhook.workspace_id == workspace_id, Webhook.id == webhook_id)
        .returning(Webhook.name)
    )


async def behind(session: AsyncSession, token_hash: bytes) -> Known | None:
    """As the door."""
    rows = await session.execute(
        text(
            "select id, workspace_id, connector_id, secret, created_by, role"
            " from app.find_webhook(:token_hash)"
        ),
        {"token_hash": token_hash},
    )
    row = rows.first()
    return Known(*row) if row else None


async def count_call(session: AsyncSession, known: Known) -> int:
    """One call more; answers with how many there were in the last minute. Calls wait in line."""
    await session.execute(
        text(
            "update webhooks set calls = calls + 1, last_called_at = now()"
            " where id = :id and workspace_id = :workspace"
        ),
        {"id": known.id, "workspace": known.workspace_id},
    )
    lately = WebhookCall.at > func.now() - text("interval '1 minute'")
    return (
        await session.scalars(
            select(func.count()).where(WebhookCall.webhook_id == known.id, lately)
        )
    ).one()


async def take(session: AsyncSession, known: Known, signature: bytes) -> bool:
    """False: this very call was taken before."""
    long_ago = WebhookCall.at < func.now() - text("interval '1 hour'")
    await session.execute(delete(WebhookCall).where(WebhookCall.webhook_id == known.id, long_ago))
    made = await session.scalar(
        insert(WebhookCall)
        .values(webhook_id=known.id, workspace_id=known.workspace_id, signature=signature)
        .on_conflict_do_nothing()
        .returning(WebhookCall.webhook_id)
    )
    return made is not None
