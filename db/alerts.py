"""Alerts: what happened, whom it is told to, and each telling with its tries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, undefer

from db.base import BY_DATABASE, Base, Json, JsonWithDefault, Made, NewId, NotYet, TextWithDefault


class Channel(Base):
    """A way to tell people: an e-mail, a Slack channel, a webhook."""

    __tablename__ = "alert_channels"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    settings: Mapped[JsonWithDefault]
    secrets: Mapped[Json] = mapped_column(JSONB, deferred=True)
    events: Mapped[list[str]]
    enabled: Mapped[bool] = mapped_column(server_default=BY_DATABASE)
    last_sent_at: Mapped[NotYet]
    failing_since: Mapped[NotYet]
    last_error: Mapped[str | None] = mapped_column(server_default=BY_DATABASE)
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]


class Alert(Base):
    __tablename__ = "alerts"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    sentence: Mapped[str]
    link: Mapped[TextWithDefault]
    count: Mapped[int] = mapped_column(BigInteger, server_default=BY_DATABASE)
    told: Mapped[int] = mapped_column(BigInteger, server_default=BY_DATABASE)
    told_at: Mapped[NotYet]
    first_at: Mapped[Made]
    last_at: Mapped[Made]


class Delivery(Base):
    __tablename__ = "alert_deliveries"

    id: Mapped[NewId]
    workspace_id: Mapped[str]
    channel_id: Mapped[UUID]
    alert_id: Mapped[UUID | None] = mapped_column(server_default=BY_DATABASE)
    kind: Mapped[str]
    sentence: Mapped[str]
    link: Mapped[TextWithDefault]
    count: Mapped[int] = mapped_column(BigInteger, server_default=BY_DATABASE)
    state: Mapped[TextWithDefault]
    attempts: Mapped[int] = mapped_column(server_default=BY_DATABASE)
    next_at: Mapped[Made]
    error: Mapped[str | None] = mapped_column(server_default=BY_DATABASE)
    created_at: Mapped[Made]
    ended_at: Mapped[NotYet]


# -- as a person --


async def channels(session: AsyncSession, workspace_id: str) -> Sequence[Channel]:
    question = select(Channel).where(Channel.workspace_id == workspace_id)
    return (await session.scalars(question.order_by(Channel.created_at, Channel.id))).all()


async def channel(session: AsyncSession, workspace_id: str, channel_id: UUID) -> Channel | None:
    return await session.scalar(
        select(Channel).where(Channel.workspace_id == workspace_id, Channel.id == channel_id)
    )


async def change_channel(
    session: AsyncSession, workspace_id: str, channel_id: UUID, values: Mapping[str, Any]
) -> bool:
    changed = await session.scalar(
        update(Channel)
        .where(Channel.workspace_id == workspace_id, Channel.id == channel_id)
        .values(**values)
        .returning(Channel.id)
    )
    return changed is not None


async def remove_channel(session: AsyncSession, workspace_id: str, channel_id: UUID) -> str | None:
    """Its name."""
    return await session.scalar(
        delete(Channel)
        .where(Channel.workspace_id == workspace_id, Channel.id == channel_id)
        .returning(Channel.name)
    )


async def newest(session: AsyncSession, workspace_id: str, limit: int) -> Sequence[Alert]:
    question = select(Alert).where(Alert.workspace_id == workspace_id)
    return (
        await session.scalars(question.order_by(Alert.last_at.desc(), Alert.id.desc()).limit(limit))
    ).all()


async def try_channel(session: AsyncSession, channel: Channel, sentence: str) -> UUID:
    delivery = Delivery(
        workspace_id=channel.workspace_id,
        channel_id=channel.id,
        kind="test",
        sentence=sentence,
        link="/alerts",
    )
    session.add(delivery)
    await session.flush()
    return delivery.id


async def delivery(session: AsyncSession, workspace_id: str, delivery_id: UUID) -> Delivery | None:
    return await session.scalar(
        select(Delivery).where(Delivery.workspace_id == workspace_id, Delivery.id == delivery_id)
    )


# -- as the engine, which learns names of workspaces only --


async def workspaces_to_tell(session: AsyncSession, again_hours: int) -> list[str]:
    asked = text("select app.workspaces_to_tell(:hours)")
    return list(await session.scalars(asked, {"hours": again_hours}))


# -- as a run of the workspace --


async def raised(
    session: AsyncSession,
    workspace_id: str,
    kind: str,
    subject: str,
    sentence: str,
    link: str = "",
    *,
    once: bool = False,
) -> None:
    """What happens again is the same alert, counted up; `once`: it is told one time only."""
    new = insert(Alert).values(
        workspace_id=workspace_id, kind=kind, subject=subject, sentence=sentence, link=link
    )
    if once:
        await session.execute(new.on_conflict_do_nothing())
        return
    await session.execute(
        new.on_conflict_do_update(
            index_elements=[Alert.workspace_id, Alert.kind, Alert.subject],
            set_={
                "count": Alert.count + 1,
                "last_at": func.now(),
                "sentence": new.excluded.sentence,
                "link": new.excluded.link,
            },
        )
    )


async def spread(session: AsyncSession, workspace_id: str, again_hours: int) -> None:
    """A delivery for every channel that takes it; told or not, its turn comes again later."""
    await session.execute(
        text("""
        with due as (
            select id, kind, sentence, link, count - told as count from alerts
             where workspace_id = :workspace and count > told
               and (told_at is null or told_at < now() - make_interval(hours => :hours))
               for update),
        told as (
            update alerts a set told = a.count, told_at = now() from due where a.id = due.id)
        insert into alert_deliveries
               (workspace_id, channel_id, alert_id, kind, sentence, link, count)
        select c.workspace_id, c.id, due.id, due.kind, due.sentence, due.link, due.count
          from due join alert_channels c
            on c.workspace_id = :workspace and c.enabled and due.kind = any (c.events)
        """),
        {"workspace": workspace_id, "hours": again_hours},
    )


@dataclass(frozen=True, slots=True)
class Due:
    delivery: Delivery
    channel: Channel


async def take_due(session: AsyncSession, workspace_id: str, lease_s: float) -> list[Due]:
    """Each counts as tried from now on: one that ends the process is not tried for ever."""
    mine = (
        select(Delivery.id)
        .where(
            Delivery.workspace_id == workspace_id,
            Delivery.state == "waiting",
            Delivery.next_at <= func.now(),
        )
        .order_by(Delivery.next_at)
        .limit(20)
        .with_for_update(skip_locked=True)
    )
    taken = (
        await session.scalars(
            update(Delivery)
            .where(Delivery.id.in_(mine))
            .values(
                attempts=Delivery.attempts + 1,
                next_at=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, lease_s),
            )
            .returning(Delivery)
        )
    ).all()
    wanted = [one.channel_id for one in taken]
    ways = await session.scalars(
        select(Channel)
        .where(Channel.workspace_id == workspace_id, Channel.id.in_(wanted))
        .options(undefer(Channel.secrets))
    )
    by_id = {one.id: one for one in ways}
    return [Due(one, by_id[one.channel_id]) for one in taken]


async def sent(session: AsyncSession, due: Due) -> None:
    await _end(session, due, {"state": "sent", "error": None, "ended_at": func.now()})
    await _note(session, due, last_sent_at=func.now(), failing_since=None, last_error=None)


async def not_sent(session: AsyncSession, due: Due, why: str, again_in_s: float | None) -> None:
    """Without another try it has failed for good."""
    over = {"state": "failed", "ended_at": func.now()}
    later = {"next_at": func.now() + func.make_interval(0, 0, 0, 0, 0, 0, again_in_s)}
    await _end(session, due, {"error": why, **(over if again_in_s is None else later)})
    since = func.coalesce(Channel.failing_since, func.now())
    await _note(session, due, failing_since=since, last_error=why)


async def _end(session: AsyncSession, due: Due, values: Mapping[str, Any]) -> None:
    one = due.delivery
    await session.execute(
        update(Delivery)
        .where(Delivery.workspace_id == one.workspace_id, Delivery.id == one.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def _note(session: AsyncSession, due: Due, **values: Any) -> None:
    way = due.channel
    await session.execute(
        update(Channel)
        .where(Channel.workspace_id == way.workspace_id, Channel.id == way.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def sealed(session: AsyncSession, workspace_id: str, channel_id: UUID) -> dict[str, str]:
    found = await session.scalar(
        select(Channel.secrets).where(
            Channel.workspace_id == workspace_id, Channel.id == channel_id
        )
    )
    return dict(found or {})
