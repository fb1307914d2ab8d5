"""/api/v1/alert-limits: from when on a workspace's people are told."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.routing import api_router, needs
from app.services.alerts import Alerts, Limits
from app.signin import ApiActor


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")

    failing_share: Annotated[
        float,
        Field(ge=0.01, le=1, description="Of a connector’s runs within an hour, or of a batch."),
    ] = 0.3
    fewest_runs: Annotated[
        int, Field(ge=1, le=100_000, description="Of fewer runs within an hour nothing is told.")
    ] = 20
    expires_days: Annotated[
        int, Field(ge=1, le=365, description="So long before a credential expires.")
    ] = 7


def router(alerts: Alerts) -> APIRouter:
    routes = api_router()
    routes.tags = ["alerts"]

    @routes.get("/alert-limits", response_model=Shape)
    async def get_alert_limits(actor: ApiActor) -> Any:
        return asdict(await alerts.limits(actor))

    @routes.put("/alert-limits", response_model=Shape)
    @needs("alerts.change")
    async def set_alert_limits(actor: ApiActor, body: Shape) -> Any:
        """All of them; what is left out is as it was at the beginning."""
        await alerts.set_limits(actor, Limits(**body.model_dump()))
        return asdict(await alerts.limits(actor))

    return routes
