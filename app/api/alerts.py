"""/api/v1/alerts and /alert-channels: what happened, and who is told."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page
from app.api.routing import api_router, needs
from app.services.alerts import Alerts, Way
from app.signin import ApiActor
from db.alerts import Alert, Channel, Delivery

Event = Literal[
    "credential_broken", "credential_expires", "run_failed", "error_rate", "canary_changed"
]
Text = Annotated[str, Field(max_length=2000)]


class MailServer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    host: Text
    port: int = 587
    security: Literal["starttls", "tls"] = "starttls"
    sender: Text
    user: Text = ""


class Settings(BaseModel):
    """Of an e-mail: to whom, and over which server if not the console's own."""

    model_config = ConfigDict(extra="forbid")

    to: Annotated[list[Text], Field(max_length=20)] = []
    server: MailServer | None = None


class Secrets(BaseModel):
    """They go in and never come out; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    url: Text | None = Field(default=None, description="Of a Slack webhook, or of any program.")
    signing_secret: Text | None = Field(
        default=None,
        description="X-Signature: HMAC-SHA256, hex, of X-Timestamp, a full stop, the body.",
    )
    password: Text | None = Field(default=None, description="Of the mail server.")


class NewChannel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["email", "slack", "webhook"]
    name: Annotated[str, Field(max_length=100, examples=["The team"])]
    events: list[Event]
    settings: Settings = Settings()
    secrets: Secrets = Secrets()
    enabled: bool = True


class ChannelShown(BaseModel):
    id: UUID
    kind: str
    name: str
    settings: dict[str, Any]
    events: list[str]
    enabled: bool
    last_sent_at: datetime | None
    failing_since: datetime | None
    last_error: str | None
    created_at: datetime


class AlertShown(BaseModel):
    id: UUID
    kind: str
    subject: str
    sentence: str
    link: str
    count: int
    told_at: datetime | None
    first_at: datetime
    last_at: datetime


class DeliveryShown(BaseModel):
    id: UUID
    state: str = Field(description="waiting, sent or failed.")
    attempts: int
    error: str | None


def router(alerts: Alerts) -> APIRouter:
    routes = api_router()
    routes.tags = ["alerts"]
    one = "/alert-channels/{channel_id}"

    @routes.get("/alerts", response_model=Page[AlertShown])
    async def list_alerts(actor: ApiActor) -> Any:
        """What happened lately, newest first; the same thing is one entry with a count."""
        found = [_shown(AlertShown, row) for row in await alerts.newest(actor)]
        return {"items": found, "next_cursor": None}

    @routes.get("/alert-channels", response_model=Page[ChannelShown])
    async def list_alert_channels(actor: ApiActor) -> Any:
        found = [_shown(ChannelShown, row) for row in await alerts.channels(actor)]
        return {"items": found, "next_cursor": None}

    @routes.post("/alert-channels", status_code=201, response_model=ChannelShown)
    @needs("alerts.change", in_one=True)
    async def add_alert_channel(actor: ApiActor, body: NewChannel) -> Any:
        made = await alerts.add(actor, _way(body))
        return _shown(ChannelShown, await alerts.channel(actor, made.id))

    @routes.put(one, response_model=ChannelShown)
    @needs("alerts.change")
    async def change_alert_channel(actor: ApiActor, channel_id: UUID, body: NewChannel) -> Any:
        """All of it; its kind stays, and secrets that are left out stay, too."""
        await alerts.change(actor, channel_id, _way(body))
        return _shown(ChannelShown, await alerts.channel(actor, channel_id))

    @routes.delete(one, status_code=204)
    @needs("alerts.change")
    async def remove_alert_channel(actor: ApiActor, channel_id: UUID) -> None:
        await alerts.remove(actor, channel_id)

    @routes.post(one + "/test", status_code=202, response_model=DeliveryShown)
    @needs("alerts.change")
    async def test_alert_channel(actor: ApiActor, channel_id: UUID) -> Any:
        """A worker sends it soon; ask for the delivery to learn what became of it."""
        delivery = await alerts.try_out(actor, channel_id)
        return _shown(DeliveryShown, await alerts.delivery(actor, delivery))

    @routes.get("/alert-deliveries/{delivery_id}", response_model=DeliveryShown)
    async def get_alert_delivery(actor: ApiActor, delivery_id: UUID) -> Any:
        return _shown(DeliveryShown, await alerts.delivery(actor, delivery_id))

    return routes


def _way(body: NewChannel) -> Way:
    return Way(
        body.kind,
        body.name,
        list(body.events),
        body.settings.model_dump(exclude_none=True) if body.kind == "email" else {},
        body.secrets.model_dump(exclude_none=True),
        body.enabled,
    )


def _shown(shape: type[BaseModel], row: Alert | Channel | Delivery) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields}
