"""/api/v1/workspace/credentials: secrets go in and never come out."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.moments import ZonedMoment
from app.api.paging import Page, Paging, page
from app.api.routing import api_router, needs
from app.services.credential_test import CredentialTest
from app.services.credentials import Credentials, Given
from app.services.moving import Moving
from app.signin import ApiActor
from db.credentials import Credential

Hosts = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=300)]],
    Field(max_length=100, examples=[["api.hunter.io"]]),
]
Expires = Annotated[
    ZonedMoment | None,
    Field(strict=False, description="A week before, whoever takes alerts is told."),
]
Label = Annotated[str, Field(max_length=200)]


AUTH = (
    "How the service wants to be shown the secret; `type` is one of none, header, query, bearer, "
    "basic, body_field, secret_url, oauth2_client_credentials, oauth2_authorization_code, "
    "jwt_bearer, token_exchange, signed. The four that get a token take `place` (where it goes: a "
    "header, query, bearer or body_field of its own, such as "
    '{"type": "header", "name": "Authorization", "prefix": "Zoho-oauthtoken "}; default bearer) '
    "and `settings_from_token`, paths into the token's answer by the names they have afterwards "
    'in credential.settings, such as {"instance_url": "$.instance_url"}; a call to such an address '
    "is held against allowed_hosts. `request_format` json asks for an OAuth token in JSON instead "
    "of a form; `token_params` are sent along when it is asked for, such as "
    '{"audience": "https://api.example.com"}.'
)
PROOF = (
    "A request that proves the key works: method, url, query, headers, body; and rules, as a step "
    "has them, where the service answers 200 to a wrong key, too."
)


class NewCredential(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    service_name: str = Field(examples=["hunter"], description="What steps call it.")
    label: Label = ""
    auth: dict[str, Any] = Field(
        default={"type": "none"}, examples=[{"type": "bearer"}], description=AUTH
    )
    credentials: dict[str, str] = Field(default={}, description="The secret fields.")
    settings: dict[str, Any] = Field(default={}, description="Plain fields, as a subdomain.")
    allowed_hosts: Hosts = []
    test: dict[str, Any] | None = Field(None, description=PROOF)
    expires_at: Expires = None


class CredentialChange(BaseModel):
    """Only what is given changes; single secrets may be replaced, null takes one away."""

    model_config = ConfigDict(extra="forbid", strict=True)

    service_name: str | None = None
    label: Label = ""
    auth: dict[str, Any] | None = None
    credentials: dict[str, str | None] = {}
    settings: dict[str, Any] = {}
    allowed_hosts: Hosts = []
    test: dict[str, Any] | None = None
    expires_at: Expires = None


class CredentialShown(BaseModel):
    id: UUID
    workspace_id: str
    service_name: str
    label: str
    auth: dict[str, Any]
    fields: dict[str, str | None] = Field(
        description="Name of each secret, and its last four characters if it is long enough."
    )
    settings: dict[str, Any]
    allowed_hosts: list[str]
    test: dict[str, Any] | None
    state: str = Field(description="untested, works, failing or reconnect.")
    state_since: datetime | None
    state_message: str | None
    created_by: UUID | None
    last_used_at: datetime | None
    expires_at: datetime | None
    created_at: datetime
    updated_at: datetime


class UsedBy(BaseModel):
    id: UUID
    name: str


class CredentialWhole(CredentialShown):
    used_by: list[UsedBy] = Field(description="Connectors with a step that takes it.")


class TestWith(BaseModel):
    model_config = ConfigDict(extra="forbid")

    request: dict[str, Any] | None = None


class MoveTo(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: UUID = Field(description="The credential that connectors take from now on.")


class Moved(BaseModel):
    connectors: int


class ProofShown(BaseModel):
    works: bool
    message: str
    hint: str
    entry: dict[str, Any] | None = Field(description="The call, as in steps_executed.")


def router(
    credentials: Credentials, test: CredentialTest, moving: Moving | None = None
) -> APIRouter:
    routes = api_router()
    one = "/workspace/credentials/{credential_id}"

    @routes.get("/workspace/credentials", response_model=Page[CredentialShown])
    async def list_credentials(actor: ApiActor, asked: Paging) -> dict[str, Any]:
        found = await credentials.listed(actor, limit=asked.limit, after=asked.after)
        return page(found, shown)

    @routes.post("/workspace/credentials", status_code=201, response_model=CredentialShown)
    @needs("credentials.change", in_one=True)
    async def add_credential(actor: ApiActor, body: NewCredential) -> dict[str, Any]:
        given = Given(
            service_name=body.service_name,
            auth=body.auth,
            secrets=body.credentials,
            settings=body.settings,
            allowed_hosts=body.allowed_hosts,
            label=body.label,
            test=body.test,
            expires_at=body.expires_at,
        )
        return shown(await credentials.add(actor, given))

    @routes.get(one, response_model=CredentialWhole)
    async def get_credential(actor: ApiActor, credential_id: UUID) -> dict[str, Any]:
        row = await credentials.get(actor, credential_id)
        used = await credentials.where_used(actor, credential_id)
        return {**shown(row), "used_by": [{"id": number, "name": name} for number, name in used]}

    @routes.patch(one, response_model=CredentialShown)
    @needs("credentials.change")
    async def change_credential(
        actor: ApiActor, credential_id: UUID, body: CredentialChange
    ) -> dict[str, Any]:
        values = body.model_dump(exclude_unset=True)
        return shown(await credentials.change(actor, credential_id, values))

    @routes.delete(one, status_code=204)
    @needs("credentials.change")
    async def remove_credential(actor: ApiActor, credential_id: UUID) -> Response:
        """Steps that take it fail from now on, and say why."""
        await credentials.remove(actor, credential_id)
        return Response(status_code=204)

    @routes.post(one + "/test", response_model=ProofShown)
    @needs("credentials.change")
    async def test_credential(
        actor: ApiActor, credential_id: UUID, body: TestWith | None = None
    ) -> dict[str, Any]:
        """Makes one call with it, and remembers how that went."""
        proof = await test.run(actor, credential_id, body.request if body else None)
        return {name: getattr(proof, name) for name in ProofShown.model_fields}

    if moving is not None:

        @routes.post(one + "/move", response_model=Moved)
        @needs("credentials.change")
        async def move_connectors(
            actor: ApiActor, credential_id: UUID, body: MoveTo
        ) -> dict[str, Any]:
            """All connectors with a step that takes this one take the other one; all or none."""
            return {"connectors": await moving.move(actor, credential_id, body.to)}

    return routes


def shown(row: Credential) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CredentialShown.model_fields}
