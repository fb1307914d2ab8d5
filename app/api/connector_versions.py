"""/api/v1/connectors/{id}/versions: what was published before, and the way back to it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from app.api.connectors import Shape, shape
from app.api.paging import NumberPaging, Page, page_by_number
from app.api.routing import api_router, needs
from app.services.connectors import Connectors
from app.signin import ApiActor
from db.connectors import ConnectorVersion


class VersionShape(BaseModel):
    """One published version; `definition` only where it was asked for."""

    connector_id: UUID
    version: int
    created_by: UUID | None
    created_at: datetime
    definition: dict[str, Any] | None = None


def router(connectors: Connectors) -> APIRouter:
    routes = api_router()
    routes.tags = ["connectors"]

    @routes.get("/connectors/{connector_id}/versions", response_model=Page[VersionShape])
    async def list_versions(
        actor: ApiActor,
        connector_id: UUID,
        paging: NumberPaging,
        include: Annotated[Literal["definition"] | None, Query()] = None,
    ) -> Any:
        rows = await connectors.versions(
            actor,
            connector_id,
            limit=paging.limit,
            after=paging.after,
            whole=include == "definition",
        )
        return page_by_number(
            rows,
            lambda row: version_shape(row, whole=include == "definition"),
            number=lambda row: row.version,
        )

    @routes.get("/connectors/{connector_id}/versions/{version}", response_model=VersionShape)
    async def get_version(actor: ApiActor, connector_id: UUID, version: int) -> Any:
        return version_shape(await connectors.version(actor, connector_id, version), whole=True)

    @routes.post(
        "/connectors/{connector_id}/versions/{version}/restore",
        status_code=200,
        response_model=Shape,
    )
    @needs("connectors.change", in_one=True)
    async def restore_version(actor: ApiActor, connector_id: UUID, version: int) -> Any:
        """What that version said becomes the newest version."""
        return shape(await connectors.restore(actor, connector_id, version))

    return routes


def version_shape(row: ConnectorVersion, *, whole: bool) -> dict[str, Any]:
    return {
        "connector_id": row.connector_id,
        "version": row.version,
        "created_by": row.created_by,
        "created_at": row.created_at,
        "definition": row.definition if whole else None,
    }
