"""/api/v1/audit"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from app.api.paging import NumberPaging, Page, page_by_number
from app.api.routing import api_router
from app.services.audit import Audit
from app.signin import ApiActor
from db.audit import AuditEntry, Narrowed


class EntryShown(BaseModel):
    id: int
    actor_id: UUID | None
    action: str
    object_type: str
    object_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    at: datetime


def router(audit: Audit) -> APIRouter:
    routes = api_router()

    @routes.get("/audit", response_model=Page[EntryShown])
    async def list_entries(
        actor: ApiActor,
        asked: NumberPaging,
        actor_id: UUID | None = None,
        object_type: Annotated[str | None, Query(max_length=100)] = None,
        target: Annotated[
            str | None, Query(max_length=200, description="An id, or a part of a name.")
        ] = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> dict[str, Any]:
        """Who changed what, newest first: everything for admins, one's own doings for others."""
        which = Narrowed(actor_id, object_type, target, since, until)
        found = await audit.listed(actor, which, limit=asked.limit, after=asked.after)
        return page_by_number(found, shown)

    return routes


def shown(entry: AuditEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in EntryShown.model_fields}
