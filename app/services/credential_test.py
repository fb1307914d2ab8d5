"""Proves that a credential works: one call through the same engine as every run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.services.contacts import workspace_of
from app.services.credentials import Credentials, Given
from app.services.problems import bad_field
from app.services.proving import plan_of
from app.services.roles import must
from db.session import Actor
from engine.effects.auth import (
    AuthorizationCodeAuth,
    ClientCredentialsAuth,
    JwtBearerAuth,
    TokenExchangeAuth,
)
from engine.effects.credentials import Credential
from engine.run.doors import Doors
from engine.run.events import Mark
from engine.run.run import run
from engine.run.task import End, Task

# Their tokens are shared by all workers, and kept beside the credential.
KEPT_FIRST = (AuthorizationCodeAuth, ClientCredentialsAuth, JwtBearerAuth, TokenExchangeAuth)


@dataclass(frozen=True, slots=True)
class Proof:
    """What the service said; `entry` is the call as the record of a run shows it."""

    works: bool
    message: str
    hint: str
    entry: dict[str, Any] | None


class CredentialTest:
    def __init__(self, credentials: Credentials, doors: Doors) -> None:
        self._credentials = credentials
        self._doors = doors

    async def run(
        self, actor: Actor, credential_id: UUID, request: Mapping[str, Any] | None = None
    ) -> Proof:
        """With the request given, or the one kept with the credential."""
        must(actor, "credentials.change")
        row = await self._credentials.get(actor, credential_id)
        wanted = request or row.test
        if not wanted:
            raise bad_field(
                "request",
                "This credential has no request to test it with.",
                hint='Send one, as {"request": {"method": "GET", "url": "https://…"}}.',
            )
        opened = await self._credentials.opened(workspace_of(actor), [row.service_name])
        proof = await self._prove(opened[row.service_name], wanted)
        await self._credentials.note_test(
            row, works=proof.works, message=None if proof.works else proof.message
        )
        return proof

    async def try_out(
        self, actor: Actor, given: Given, instead_of: UUID | None = None
    ) -> Proof | None:
        """Before it is kept. None: there is nothing to try it with, or only a kept one can be.

        `instead_of`: a change of that credential; secrets left out are those it has.
        """
        credential = await self._credentials.typed(actor, given, instead_of)
        if not given.test or isinstance(credential.auth, KEPT_FIRST):
            return None
        return await self._prove(credential, given.test)

    async def _prove(self, credential: Credential, request: Mapping[str, Any]) -> Proof:
        plan = plan_of(credential.service_name, request)
        task = Task(
            execution_id=None,
            workspace={"id": credential.workspace_id, "name": ""},
            plan=plan,
            contact={},
            input={},
            credentials={credential.service_name: credential},
            test=True,
        )
        return _proof(await run(task, self._doors, _keep_nothing))


def _proof(end: object) -> Proof:
    if not isinstance(end, End):
        return Proof(False, "The service asks to wait before the next call.", "Try later.", None)
    entry = end.entries[-1] if end.entries else None
    if end.status == "success":
        return Proof(True, "The service accepted the credential.", "", entry)
    message = end.error_message or "The service did not accept the credential."
    return Proof(False, message, end.error_hint or "", entry)


async def _keep_nothing(_: Mark) -> None:
    return None
