"""/api/v1/schema and /api/v1/openapi.json: what programs may read to know what they may send."""

from typing import Any

from fastapi import APIRouter, Request

from engine.model.published import connector_schema


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["about"])

    @routes.get("/schema/connector.json", summary="The JSON Schema of a connector definition")
    async def connector_json() -> dict[str, Any]:
        return connector_schema()

    @routes.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> dict[str, Any]:
        document: dict[str, Any] = request.app.openapi()
        return document

    return routes
