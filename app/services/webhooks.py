"""Addresses at which the outside starts a connector: opened by editors, called with a signature."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.contacts import workspace_of
from app.services.executions import Executions
from app.services.listing import Slice
from app.services.problems import (
    Conflict,
    NotFound,
    NotReadable,
    NotSignedIn,
    TooMany,
    bad_field,
)
from app.services.roles import allows, must
from app.services.safe import Safe
from app.services.starters import listed
from db import audit, connectors, contacts, webhooks
from db.session import Actor, Database, Signin
from db.webhooks import Known, Webhook

MOST_A_MINUTE: Final = 600
OLDEST_S: Final = 300
SIGNATURE: Final = re.compile(r"(?:sha256=)?([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Opened:
    """A new webhook; this is the only time its token and secret are told."""

    row: Webhook
    token: str
    secret: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A call as it arrived."""

    token: str
    timestamp: str | None
    signature: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A call that is really one of that webhook."""

    known: Known
    signature: bytes
    body: dict[str, Any]

    @property
    def actor(self) -> Actor:
        return Actor(self.known.created_by, self.known.workspace_id, self.known.role)


class Webhooks:
    def __init__(self, database: Database, safe: Safe, executions: Executions) -> None:
        self._database, self._safe, self._executions = database, safe, executions

    async def listed(self, actor: Actor, **page: Any) -> Slice[Webhook]:
        """`page`: connector_id, limit, after."""
        return await listed(self._database, actor, Webhook, **page)

    async def open(self, actor: Actor, connector_id: UUID, name: str) -> Opened:
        """It starts the connector in the name of its maker."""
        must(actor, "webhooks.change")
        workspace_id, webhook_id = workspace_of(actor), uuid4()
        token, secret = secrets.token_urlsafe(32), f"whsec_{secrets.token_urlsafe(32)}"
        sealed = await self._safe.seal_fields(workspace_id, webhook_id, {"secret": secret})
        async with self._database.session_for(actor) as session:
            if await connectors.find(session, workspace_id, connector_id) is None:
                raise NotFound("connector")
            row = Webhook(
                id=webhook_id,
                workspace_id=workspace_id,
                connector_id=connector_id,
                name=name,
                token_hash=digest(token),
                secret=sealed["secret"],
                created_by=actor.user_id,
            )
            session.add(row)
            await session.flush()
            after = {"name": name, "connector_id": str(connector_id)}
            audit.note(session, actor, "webhook.opened", webhook_id, after=after)
        return Opened(row, token, secret)

    async def remove(self, actor: Actor, webhook_id: UUID) -> None:
        must(actor, "webhooks.change")
        async with self._database.session_for(actor) as session:
            name = await webhooks.remove(session, workspace_of(actor), webhook_id)
            if name is None:
                raise NotFound("webhook")
            audit.note(session, actor, "webhook.closed", webhook_id, before={"name": name})

    async def receive(self, signed: Signed, read: Callable[[bytes], Any]) -> Received:
        """From outside: signed and fresh. `start` does what it asks for, once.

        `read` makes JSON of the body; it is not touched before the signature was checked.
        """
        async with self._database.session_for(Signin()) as session:
            known = await webhooks.behind(session, digest(signed.token))
        if known is None:
            raise NotFound("webhook")
        opened = await self._safe.open_fields(
            known.workspace_id, known.id, {"secret": known.secret}
        )
        signature = checked(signed, opened["secret"].reveal(), datetime.now(UTC))
        body = read(signed.body) if signed.body.strip() else {}
        if not isinstance(body, dict):
            raise NotReadable("The body must be a JSON object.", hint="It becomes the input.")
        if not allows(known.role, "executions.start"):
            raise Conflict(
                "Whoever opened this webhook may not run connectors here any more.",
                hint="Open a new one.",
                code="webhook_without_owner",
            )
        return Received(known, signature, body)

    async def start(self, call: Received) -> UUID:
        """The call is taken and its run made in one transaction, or neither. Answers with the
        execution's id."""
        known, signature, body, actor = call.known, call.signature, call.body, call.actor
        async with self._database.session_for(actor) as session:
            if await webhooks.count_call(session, known) >= MOST_A_MINUTE:
                raise TooMany(
                    f"This webhook takes {MOST_A_MINUTE} calls a minute.",
                    retry_after=60,
                    hint="Send several contacts as a bulk execution instead.",
                )
            if not await webhooks.take(session, known, signature):
                raise Conflict(
                    "This very call was taken before.",
                    hint="Sign each call with the time at which it is sent.",
                    code="replayed",
                )
            connector = await connectors.find(session, known.workspace_id, known.connector_id)
            if connector is None:
                raise NotFound("connector")
            asked = set(connector.input_schema.get("properties") or ())
            contact_id = await _contact(session, known.workspace_id, body)
            run = await self._executions.add_to(
                session,
                actor,
                known.connector_id,
                contact_id,
                {k: v for k, v in body.items() if k not in ABOUT or k in asked},
                trigger="webhook",
            )
        return run.id


# Whom it is about: no input, unless the schema asks for it.
ABOUT: Final = ("contact_id", "contact")


async def _contact(session: AsyncSession, workspace_id: str, body: dict[str, Any]) -> UUID | None:
    """By `contact_id`, or the oldest one with the e-mail in `contact`."""
    if body.get("contact_id") is not None:
        try:
            return UUID(str(body["contact_id"]))
        except ValueError as error:
            raise bad_field("contact_id", "This is not an id.") from error
    about = body.get("contact")
    email = about.get("email") if isinstance(about, dict) else None
    if not isinstance(email, str) or not email.strip():
        return None
    wanted = email.strip().lower()
    found = (await contacts.by_email(session, workspace_id, [wanted])).get(wanted)
    if found is None:
        raise bad_field("contact.email", "There is no contact with this e-mail.")
    return found.id


def checked(signed: Signed, secret: str, now: datetime) -> bytes:
    """HMAC-SHA256 over `timestamp.body`, made within the last five minutes."""
    given = SIGNATURE.fullmatch((signed.signature or "").strip().lower())
    if given is None or not re.fullmatch("[0-9]{1,12}", signed.timestamp or ""):
        raise _not_signed("X-Timestamp (seconds since 1970) or X-Signature is missing or no such.")
    timestamp = signed.timestamp or ""
    message = timestamp.encode() + b"." + signed.body
    signature = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    if not hmac.compare_digest(signature, bytes.fromhex(given[1])):
        raise _not_signed("The signature does not fit.")
    if abs(now.timestamp() - int(timestamp)) > OLDEST_S:
        raise _not_signed("The call was signed more than five minutes ago, or ahead of time.")
    return signature


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _not_signed(message: str) -> NotSignedIn:
    return NotSignedIn(
        message,
        hint="X-Signature is the HMAC-SHA256, in hex, of X-Timestamp, a full stop and the body, "
        "with the webhook's secret.",
        code="not_signed",
    )
