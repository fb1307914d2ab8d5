"""What happens in executions, as Server-Sent Events that can be resumed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from app.api.routing import api_router
from app.live import Event, Following, Live
from app.services.problems import ServiceProblem, bad_field
from app.signin import ApiActor, sign_in_to_api
from db.session import Actor

HEARTBEAT_S: Final = 15.0
HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}
FORMAT: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "`id:` grows; `event:` is execution.queued, execution.started, "
        "execution.finished, step.started, step.retry or step.finished; `data:` is JSON.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}

Resume = Annotated[
    str | None, Header(alias="Last-Event-ID", description="Go on after the event of this id.")
]
ResumeByQuery = Annotated[
    str | None, Query(alias="last_event_id", description="The same, where no header can be sent.")
]


def router(live: Live, *, heartbeat_s: float = HEARTBEAT_S) -> APIRouter:
    routes = api_router()
    routes.tags = ["executions"]

    @routes.get("/executions/events", response_class=StreamingResponse, responses=FORMAT)
    async def follow_workspace(
        request: Request, actor: ApiActor, seen: Resume = None, seen_too: ResumeByQuery = None
    ) -> StreamingResponse:
        """Everything that happens in the workspace from now on."""
        following = await live.follow(actor, after=_number(seen or seen_too))
        return _answer(_stream(request, actor, following, heartbeat_s))

    @routes.get(
        "/executions/{execution_id}/events", response_class=StreamingResponse, responses=FORMAT
    )
    async def follow_execution(
        request: Request,
        actor: ApiActor,
        execution_id: UUID,
        seen: Resume = None,
        seen_too: ResumeByQuery = None,
    ) -> StreamingResponse:
        """One execution from its start; ends after its last event."""
        following = await live.follow(
            actor, execution_id=execution_id, after=_number(seen or seen_too)
        )
        return _answer(_stream(request, actor, following, heartbeat_s))

    return routes


def _answer(stream: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(stream, media_type="text/event-stream", headers=HEADERS)


async def _stream(
    request: Request, actor: Actor, following: Following, heartbeat_s: float
) -> AsyncIterator[bytes]:
    clock = asyncio.get_running_loop().time
    check_at = clock() + heartbeat_s
    async with following:
        yield b": welcome\n\n"
        while not following.ended:
            events = await following.next(within_s=max(0.0, check_at - clock()))
            if clock() >= check_at:
                if not await _still_welcome(request, actor):
                    return
                check_at = clock() + heartbeat_s
            if events:
                yield b"".join(_written(event) for event in events)
            elif not following.ended:
                yield b": still here\n\n"


def _written(event: Event) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (
        event.id,
        event.type.encode(),
        orjson.dumps(event, option=orjson.OPT_UTC_Z),
    )


async def _still_welcome(request: Request, actor: Actor) -> bool:
    """A key may be revoked and a role taken away while a stream is open."""
    request.state.actor = None
    try:
        return await sign_in_to_api(request) == actor
    except ServiceProblem:
        return False


def _number(seen: str | None) -> int | None:
    if not seen:
        return None
    if not seen.isascii() or not seen.isdigit() or len(seen) > 18:
        raise bad_field(
            "last_event_id",
            "This is not the id of an event.",
            hint="Send the last id: you received, unchanged, or leave it out.",
        )
    return int(seen)
