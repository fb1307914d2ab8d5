"""/api/v1/hooks/{token}: where the outside calls. No key: the address and the signature are it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel

from app.api import json_body
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
        return {"id": await webhooks.call(signed, json_body.parse)}

    return routes
