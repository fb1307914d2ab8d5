"""Who is asking: a session cookie, an API key or a Supabase token in, an actor out."""

from typing import Annotated, Final

from fastapi import Depends, Request

from app.services.problems import NotSignedIn
from db.session import Actor

HINT: Final = (
    "Send the header Authorization: Bearer KEY. Admins make keys under Settings → API keys."
)


async def sign_in_to_api(request: Request) -> Actor:
    """The API takes keys and tokens only; cookies mean nothing to it, so nobody can lend theirs."""
    known: Actor | None = getattr(request.state, "actor", None)
    if known is not None:
        return known
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise NotSignedIn("This needs an API key.", hint=HINT, code="no_key")
    actor: Actor | None = await request.app.state.callers.caller(
        key.strip(), request.headers.get("x-workspace-id")
    )
    if actor is None:
        raise NotSignedIn("This API key is not valid, or not any more.", hint=HINT, code="bad_key")
    request.state.actor = actor
    return actor


ApiActor = Annotated[Actor, Depends(sign_in_to_api)]
