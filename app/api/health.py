"""/health/live, /health/ready and /metrics: for whoever keeps the console running; no key."""

import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from app.api.problems import problem
from db import users
from db.session import Database, DatabaseAway, Signin

STARTED: Final = time.time()

# (name, help, kind, value): what other parts have to tell, asked when somebody looks.
Metric = tuple[str, str, str, float]
Gauges = Callable[[], Awaitable[Iterable[Metric]]]


def router(database: Database, *, gauges: Iterable[Gauges] = ()) -> APIRouter:
    routes = APIRouter(tags=["health"])
    asked = tuple(gauges)

    @routes.get("/health/live", response_class=PlainTextResponse)
    async def live() -> str:
        """The process answers."""
        return "ok\n"

    @routes.get("/health/ready", response_class=PlainTextResponse)
    async def ready() -> Response:
        """The database answers, and is as new as this program wants it."""
        if not await _is_ready(database):
            return problem(
                503,
                "The database does not answer, or is not up to date.",
                hint="Wait a moment. If it stays, run `connector-console migrate`.",
                code="not_ready",
                headers={"Retry-After": "5"},
            )
        return PlainTextResponse("ok\n")

    @routes.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        up = await _is_ready(database)
        told: list[Metric] = [
            ("console_database_up", "Whether the database answers.", "gauge", float(up)),
            ("console_start_time_seconds", "When this process started.", "gauge", STARTED),
            ("console_cpu_seconds_total", "Processor time used.", "counter", time.process_time()),
        ]
        if up:
            for gauge in asked:
                told += await gauge()
        text = "".join(_line(*metric) for metric in told)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return routes


def _line(name: str, explained: str, kind: str, value: float) -> str:
    return f"# HELP {name} {explained}\n# TYPE {name} {kind}\n{name} {value:g}\n"


async def _is_ready(database: Database) -> bool:
    """Somebody could sign in: the database answers and knows our functions."""
    try:
        async with database.session_for(Signin()) as session:
            return await users.door_is_there(session)
    except DatabaseAway:
        return False
