"""Connect a credential by asking its owner at the service: to its page and back (OAuth, PKCE)."""

import base64
import hashlib
import secrets
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import orjson

from app.services.contacts import workspace_of
from app.services.credentials import Credentials
from app.services.problems import NotAllowed, bad_field
from app.services.roles import must
from app.services.safe import Safe
from db.session import Actor
from engine.effects.auth import AuthorizationCodeAuth
from engine.effects.credentials import Credential
from engine.effects.failures import SecretUnreadable
from engine.effects.grants import filled, held
from engine.effects.tokens import Tokens

STRANGER: Final = "stranger"
LATE: Final = "late"
LASTS_S: Final = 900  # from leaving for the service's page until coming back


@dataclass(frozen=True, slots=True)
class Then:
    """What comes after somebody agreed: more to agree to, and the connector it is all for."""

    connector_id: UUID | None = None
    credentials: Sequence[UUID] = ()


NOWHERE: Final = Then()


@dataclass(frozen=True, slots=True)
class Finished:
    """`next_address`: of the next service where somebody must agree."""

    credential_id: UUID
    connector_id: UUID | None
    next_address: str | None


class Connecting:
    """What must be remembered meanwhile travels sealed in `state`, and opens for the same person
    in the same workspace only: nobody can be made to connect somebody else's account."""

    def __init__(self, credentials: Credentials, safe: Safe, tokens: Tokens) -> None:
        self._credentials, self._safe, self._tokens = credentials, safe, tokens

    async def begin(
        self, actor: Actor, credential_id: UUID, redirect_uri: str, then: Then = NOWHERE
    ) -> str:
        """The address at the service to send the person to. `then`: what comes afterwards."""
        must(actor, "credentials.change")
        credential, auth = await self._opened(actor, credential_id)
        verifier = secrets.token_urlsafe(64)
        remembered: dict[str, Any] = {
            "credential": str(credential_id),
            "redirect_uri": redirect_uri,
            "verifier": verifier if auth.pkce else None,
            "until": time.time() + LASTS_S,
            "connector": str(then.connector_id) if then.connector_id else None,
            "rest": [str(one) for one in then.credentials],
        }
        sealed = await self._safe.seal(actor, orjson.dumps(remembered).decode())
        asked = {
            "response_type": "code",
            "client_id": held("client_id", credential.secrets, credential.settings),
            "redirect_uri": redirect_uri,
            "state": sealed,
        }
        if auth.scope:
            asked["scope"] = auth.scope
        if auth.pkce:
            asked |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
        address = filled(auth.authorize_url, credential.settings)
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    async def begin_all(
        self, actor: Actor, services: Collection[str], redirect_uri: str, connector_id: UUID
    ) -> str | None:
        """Those of these services where somebody must agree, one after the other; then the
        connector. None: nobody has to."""
        opened = await self._credentials.opened(workspace_of(actor), list(services))
        asking = [
            UUID(one.id)
            for one in opened.values()
            if isinstance(one.auth, AuthorizationCodeAuth) and "refresh_token" not in one.secrets
        ]
        if not asking:
            return None
        return await self.begin(actor, asking[0], redirect_uri, Then(connector_id, asking[1:]))

    async def finish(self, actor: Actor, state: str, code: str) -> Finished:
        """Back from the service's page. Raises RunStopped where it gives no token for the code."""
        must(actor, "credentials.change")
        remembered = await self._remembered(actor, state)
        credential_id = UUID(remembered["credential"])
        credential, _ = await self._opened(actor, credential_id)
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": remembered["redirect_uri"],
        }
        if remembered["verifier"]:
            asked["code_verifier"] = remembered["verifier"]
        await self._tokens.connect(credential, asked)
        row = await self._credentials.get(actor, credential_id)
        await self._credentials.note_test(row, works=True, message=None)
        connector = remembered.get("connector")
        then = Then(
            UUID(connector) if connector else None,
            [UUID(one) for one in remembered.get("rest", ())],
        )
        return Finished(credential_id, then.connector_id, await self._next(actor, remembered, then))

    async def _next(self, actor: Actor, remembered: dict[str, Any], then: Then) -> str | None:
        if not then.credentials:
            return None
        first, *rest = then.credentials
        return await self.begin(
            actor, first, remembered["redirect_uri"], Then(then.connector_id, rest)
        )

    async def _opened(
        self, actor: Actor, credential_id: UUID
    ) -> tuple[Credential, AuthorizationCodeAuth]:
        row = await self._credentials.get(actor, credential_id)
        opened = await self._credentials.opened(workspace_of(actor), [row.service_name])
        credential = opened[row.service_name]
        if not isinstance(credential.auth, AuthorizationCodeAuth):
            raise bad_field("auth.type", "This kind of credential is not connected by signing in.")
        return credential, credential.auth

    async def _remembered(self, actor: Actor, state: str) -> dict[str, Any]:
        try:
            remembered: dict[str, Any] = orjson.loads(await self._safe.open(actor, state))
        except SecretUnreadable as error:
            raise NotAllowed(
                "Somebody else began to connect this credential.", code=STRANGER
            ) from error
        if remembered["until"] < time.time():
            raise NotAllowed("This took too long. Connect the credential once more.", code=LATE)
        return remembered


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
