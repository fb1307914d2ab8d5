"""/api/v1/contacts"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.csv_body import rows_of
from app.api.paging import NumberPaging, Page, Paging, page, page_by_number
from app.api.routing import api_router, needs
from app.services.contact_import import ContactImport, Imported
from app.services.contacts import Contacts
from app.signin import ApiActor
from db.contacts import FIELDS, Contact
from db.field_writes import FieldWrite


class ContactValues(BaseModel):
    """What may be written. Null empties a field; null in data takes that member away."""

    model_config = ConfigDict(extra="forbid", strict=True)

    email: str | None = Field(None, examples=["ada@example.com"])
    phone: str | None = None
    first_name: str | None = Field(None, examples=["Ada"])
    last_name: str | None = None
    company: str | None = None
    job_title: str | None = None
    website: str | None = None
    linkedin_url: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    data: dict[str, Any] = Field(default_factory=dict, description="Anything else, as JSON.")


class ContactShown(ContactValues):
    id: UUID
    workspace_id: str
    created_at: datetime
    updated_at: datetime


class WriteShown(BaseModel):
    id: int
    field: str
    action: str
    before: Any
    after: Any
    execution_id: UUID | None = Field(description="Null where a person wrote it.")
    connector_id: UUID | None
    step_id: str | None
    written_by: UUID | None
    at: datetime


def router(contacts: Contacts, imports: ContactImport) -> APIRouter:
    routes = api_router()

    @routes.get("/contacts", response_model=Page[ContactShown])
    async def list_contacts(
        actor: ApiActor,
        asked: Paging,
        q: Annotated[
            str | None, Query(max_length=200, description="Part of a name, e-mail, company, phone.")
        ] = None,
    ) -> dict[str, Any]:
        found = await contacts.listed(actor, q=q, limit=asked.limit, after=asked.after)
        return page(found, shown)

    @routes.post("/contacts", status_code=201, response_model=ContactShown)
    @needs("contacts.change", in_one=True)
    async def add_contact(actor: ApiActor, body: ContactValues) -> dict[str, Any]:
        return shown(await contacts.add(actor, body.model_dump(exclude_unset=True)))

    @routes.post("/contacts/import", openapi_extra=CSV_BODY)
    @needs("contacts.import", in_one=True)
    async def import_contacts(
        actor: ApiActor,
        request: Request,
        match: Annotated[
            str | None,
            Query(pattern="^email$", description="`email`: change contacts that are there."),
        ] = None,
        mapping: Annotated[
            str | None, Query(description='JSON: {"column title": "field", …}; null skips it.')
        ] = None,
    ) -> Imported:
        """Reads a CSV file: one contact a row. Broken rows are listed; the others are kept."""
        async with rows_of(request) as sent:
            return await imports.run(
                actor, sent.file, mapping=sent.mapping or mapping, match=sent.match or match
            )

    @routes.get("/contacts/{contact_id}", response_model=ContactShown)
    async def get_contact(actor: ApiActor, contact_id: UUID) -> dict[str, Any]:
        return shown(await contacts.get(actor, contact_id))

    @routes.patch("/contacts/{contact_id}", response_model=ContactShown)
    @needs("contacts.change")
    async def change_contact(
        actor: ApiActor, contact_id: UUID, body: ContactValues
    ) -> dict[str, Any]:
        values = body.model_dump(exclude_unset=True)
        return shown(await contacts.change(actor, contact_id, values))

    @routes.delete("/contacts/{contact_id}", status_code=204)
    @needs("contacts.change")
    async def remove_contact(actor: ApiActor, contact_id: UUID) -> Response:
        await contacts.remove(actor, contact_id)
        return Response(status_code=204)

    @routes.get("/contacts/{contact_id}/provenance", response_model=Page[WriteShown])
    async def list_writes(actor: ApiActor, contact_id: UUID, asked: NumberPaging) -> dict[str, Any]:
        """Where each value came from: every write, newest first."""
        found = await contacts.provenance(actor, contact_id, limit=asked.limit, after=asked.after)
        return page_by_number(found, write_shown)

    return routes


CSV_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "mapping": {"type": "string"},
                        "match": {"type": "string", "enum": ["email"]},
                    },
                }
            },
        },
    }
}


def shown(contact: Contact) -> dict[str, Any]:
    names = ("id", "workspace_id", *FIELDS, "data", "created_at", "updated_at")
    return {name: getattr(contact, name) for name in names}


def write_shown(write: FieldWrite) -> dict[str, Any]:
    return {name: getattr(write, name) for name in WriteShown.model_fields}
