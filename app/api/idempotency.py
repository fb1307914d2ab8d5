"""Idempotency-Key: the same request sent twice is done once, and answered twice alike."""

import hashlib
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final, Protocol

import orjson
from fastapi import Depends, Request
from starlette.responses import Response

from app.services.problems import BadInput, Conflict, Wrong, bad_field
from db import idempotency as kept
from db.idempotency import Session
from db.session import Actor, Database

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

HEADER: Final = "idempotency-key"
LONGEST: Final = 255
BOUNDARY: Final = re.compile(r'boundary="?([^\s";,]+)', re.I)
HEADERS_KEPT: Final = ("content-type", "location")


@dataclass(frozen=True, slots=True)
class Way:
    """How a route keeps its answer. `settles`: by itself, with its work, see `Work.answer_with`.
    `in_one`: all it does is done here, in the caller's name, and kept together with its answer."""

    secret: bool = False
    settles: bool = False
    in_one: bool = False
    route: str | None = None  # where the address itself is a secret

    @property
    def given_up_after(self) -> timedelta:
        together = self.settles or self.in_one
        return kept.SOON_GIVEN_UP_AFTER if together else kept.GIVEN_UP_AFTER


class Sealer(Protocol):
    """Closes an answer that holds a secret, and opens it for the one who asks again."""

    async def seal(self, actor: Actor, text: str) -> str: ...

    async def open(self, actor: Actor, sealed: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Keeper:
    """What the API app holds in its state for this module."""

    database: Database
    sealer: Sealer


@dataclass(frozen=True, slots=True)
class Work:
    """What is done under a key, from the moment it is ours."""

    claim: kept.Claim

    async def answer_with(self, session: Session, status: int, text: str) -> None:
        """In the transaction that does the work: whoever asks again gets this answer, even if we
        die before we have given it. Who lost the key meanwhile does nothing."""
        answer = {"body": text, "headers": {"content-type": "application/json"}, "sealed": False}
        if not await kept.settle(session, self.claim, status, answer):
            raise at_work()


def under_a_key(request: Request) -> Work | None:
    return getattr(request.state, "work", None)


UnderKey = Annotated[Work | None, Depends(under_a_key)]


async def once(request: Request, actor: Actor, handle: Handler, way: Way) -> Response:
    key = request.headers.get(HEADER)
    if key is None or actor.workspace_id is None:
        return await handle(request)
    if not 0 < len(key) <= LONGEST or not key.isprintable():
        raise bad_field(HEADER, f"Idempotency-Key takes 1 to {LONGEST} printable characters.")
    keeper: Keeper = request.app.state.keeper
    route = way.route or f"{request.method} {request.url.path}"
    wanted = kept.Claim(actor.workspace_id, route, key, await fingerprint(request))
    async with keeper.database.session_for(actor) as session:
        claim = await kept.claim(session, wanted, way.given_up_after)
    if isinstance(claim, kept.Before):
        return await again(keeper, actor, claim, wanted)
    request.state.work = Work(claim)
    try:
        if way.in_one:
            return await in_one(request, actor, handle, way, claim)
        response = await handle(request)
    except BaseException:
        await release(keeper, actor, claim)
        raise
    answer = await wrap(keeper, actor, response, secret=way.secret)
    async with keeper.database.session_for(actor) as session:
        await kept.settle(session, claim, response.status_code, answer)
    return response


async def in_one(
    request: Request, actor: Actor, handle: Handler, way: Way, claim: kept.Claim
) -> Response:
    """What is done and what is answered are kept together, or neither is."""
    keeper: Keeper = request.app.state.keeper
    async with keeper.database.as_one(actor) as session:
        await kept.hold(session, claim)
        response = await handle(request)
        answer = await wrap(keeper, actor, response, secret=way.secret)
        if not await kept.settle(session, claim, response.status_code, answer):
            raise at_work()
    return response


async def fingerprint(request: Request) -> bytes:
    digest = hashlib.sha256(request.scope["query_string"] + b"\n")
    digest.update(await _said(request))
    return digest.digest()


async def _said(request: Request) -> bytes:
    """The body, however a program spells it when it sends the same once more."""
    body, kind = await request.body(), request.headers.get("content-type", "")
    if boundary := BOUNDARY.search(kind):
        return body.replace(boundary[1].encode(), b"")
    try:
        value = await request.json() if body and "json" in kind.lower() else None
        return body if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (ValueError, TypeError):  # no JSON, or a number that only we would write otherwise
        return body


async def again(keeper: Keeper, actor: Actor, before: kept.Before, claim: kept.Claim) -> Response:
    if before.body_hash != claim.body_hash:
        raise BadInput(
            [Wrong(HEADER, "This Idempotency-Key was used with another body.")],
            hint="Use a new key for a new request; send the same body to repeat the old one.",
            code="idempotency_key_reused",
        )
    if before.status is None or before.answer is None:
        raise at_work()
    text = before.answer["body"]
    if before.answer.get("sealed"):
        text = await keeper.sealer.open(actor, text)
    headers = {**before.answer["headers"], "idempotent-replayed": "true"}
    return Response(text.encode(), before.status, headers)


def at_work() -> Conflict:
    return Conflict(
        "The first request with this Idempotency-Key is still at work.",
        hint="Send it again in a moment to get its answer.",
        code="idempotency_key_in_use",
        retry_after=1,
    )


async def wrap(keeper: Keeper, actor: Actor, response: Response, *, secret: bool) -> dict[str, Any]:
    text = bytes(response.body).decode()
    if secret:
        text = await keeper.sealer.seal(actor, text)
    headers = {name: response.headers[name] for name in HEADERS_KEPT if name in response.headers}
    return {"body": text, "headers": headers, "sealed": secret}


async def release(keeper: Keeper, actor: Actor, claim: kept.Claim) -> None:
    async with keeper.database.session_for(actor) as session:
        await kept.release(session, claim)
