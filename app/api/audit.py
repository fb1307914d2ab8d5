"""/api/v1/audit"""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from app.api.paging import NumberPaging, Page, page_by_number
from app.api.routing import api_router
from app.services.audit import Audit
from app.signin import ApiActor
from db.audit import AuditEntry


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
    async def list_entries(actor: ApiActor, asked: NumberPaging) -> dict[str, Any]:
        """Who changed what, newest first: everything for admins, one's own doings for others."""
        found = await audit.listed(actor, limit=asked.limit, after=asked.after)
        return page_by_number(found, shown)

    return routes


def shown(entry: AuditEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in EntryShown.model_fields}
