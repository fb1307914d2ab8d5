"""/api/v1/usage"""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.api.routing import api_router
from app.services.usage import MOST_DAYS, Usage
from app.signin import ApiActor
from db.usage import UsageDay


class Runs(BaseModel):
    found: int = 0
    partly: int = 0
    not_found: int = 0
    skipped: int = 0
    failed: int = 0
    cancelled: int = 0
    unfinished: int = 0


class Day(BaseModel):
    day: Annotated[date, Field(description="In UTC, by when the runs were made.")]
    runs: int
    by_outcome: Runs
    calls: Annotated[int, Field(description="Every attempt; answers out of the cache are none.")]
    cached: Annotated[int, Field(description="Answers out of the cache: calls that were saved.")]
    cost: Annotated[float, Field(description="As the waterfalls say what their attempts cost.")]


class Shape(BaseModel):
    since: date
    until: date
    runs: int
    calls: int
    cached: int
    cost: float
    days: list[Day]


def router(usage: Usage) -> APIRouter:
    routes = api_router()

    @routes.get("/usage", response_model=Shape)
    async def get_usage(
        actor: ApiActor,
        since: Annotated[date | None, Query(description="The first day; 30 days ago.")] = None,
        until: Annotated[
            date | None, Query(description=f"The last day; today. At most {MOST_DAYS} days.")
        ] = None,
    ) -> Any:
        """What this workspace used, oldest day first."""
        days = await usage.days(actor, since, until)
        return {
            "since": days[0].day,
            "until": days[-1].day,
            "runs": sum(day.runs for day in days),
            "calls": sum(day.calls for day in days),
            "cached": sum(day.cached for day in days),
            "cost": float(sum(day.cost for day in days)),
            "days": [shape(day) for day in days],
        }

    return routes


def shape(row: UsageDay) -> dict[str, Any]:
    return {
        "day": row.day,
        "runs": row.runs,
        "by_outcome": row.outcomes,
        "calls": row.calls,
        "cached": row.cached,
        "cost": float(row.cost),
    }
