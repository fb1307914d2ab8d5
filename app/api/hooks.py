"""/api/v1/hooks/{token}: where the outside calls. No key: the address and the signature are it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.responses import Response

from app.api import idempotency, json_body
from app.api.idempotency import Way
from app.api.routing import refuse_nul
from app.services.webhooks import Signed, Webhooks


class Accepted(BaseModel):
    """The execution that was started."""

    id: UUID


BODY: dict[str, Any] = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "description": "The input. `contact_id`, or `contact` with its `email`, says "
                    "whom it is about.",
                }
            }
        }
    }
}


def router(webhooks: Webhooks) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["webhooks"])

    @routes.post("/hooks/{token}", status_code=202, response_model=Accepted, openapi_extra=BODY)
    async def call_webhook(
        request: Request,
        token: str,
        x_timestamp: Annotated[
            str | None, Header(description="Seconds since 1970, at most five minutes off.")
        ] = None,
        x_signature: Annotated[
            str | None,
            Header(
                description="HMAC-SHA256 in hex of X-Timestamp, a full stop and the body, with "
                "the webhook's secret."
            ),
        ] = None,
    ) -> Any:
        """Starts the webhook's connector. Each call is taken once."""
        refuse_nul(request)
        signed = Signed(token, x_timestamp, x_signature, await request.body())
        call = await webhooks.receive(signed, json_body.parse)

        async def start(_: Request) -> Response:
            return JSONResponse({"id": str(await webhooks.start(call))}, 202)

        way = Way(in_one=True, route=f"POST /hooks of {call.known.id}")
        return await idempotency.once(request, call.actor, start, way)

    return routes
