"""A signed statement of who asks (RFC 7523), which a login service turns into a token."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import jwt
import orjson

from engine.effects.auth import JwtBearerAuth
from engine.effects.failures import BadCall
from engine.effects.secret import Secret
from engine.model.expressions import fill

LASTS_S = 3600
_NOW = re.compile(r"now\s*(?:\+\s*(\d{1,6}))?")
_TIMES = ("iat", "nbf", "exp")

Secrets = Mapping[str, Secret]
Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key, and what the file it came in says beside it."""

    pem: Secret
    id: str | None = None
    issuer: str | None = None


def assertion(
    auth: JwtBearerAuth, token_url: str, secrets: Secrets, settings: Settings, at: datetime
) -> str:
    key, now = signing_key(secrets), int(at.timestamp())
    claims = {
        name: _claim(name, value, secrets, settings, now) for name, value in auth.claims.items()
    }
    claims = {"aud": token_url, "iat": now, "exp": now + LASTS_S, **claims}
    if "iss" not in claims:
        claims["iss"] = key.issuer or _issuer(secrets, settings)
    if "jti" in claims and not claims["jti"]:
        claims["jti"] = str(uuid4())
    headers = {"kid": key.id} if key.id else None
    try:
        return jwt.encode(claims, key.pem.reveal(), algorithm=auth.alg, headers=headers)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise _unusable() from None


def signing_key(secrets: Secrets) -> SigningKey:
    """A key in PEM, or the whole JSON file in which Google hands one out."""
    held = secrets.get("private_key")
    if held is None:
        one_of = [secret for secret in secrets.values() if "PRIVATE KEY" in secret.reveal()]
        if len(one_of) != 1:
            raise _unusable()
        held = one_of[0]
    text, key_id, issuer = held.reveal().strip(), None, None
    if text.startswith("{"):
        try:
            file = orjson.loads(text)
            text, key_id, issuer = (
                file["private_key"],
                file.get("private_key_id"),
                file.get("client_email"),
            )
        except (ValueError, KeyError, TypeError):
            raise _unusable() from None
    return SigningKey(Secret(str(text).replace("\\n", "\n")), key_id, issuer)


def _claim(name: str, value: Any, secrets: Secrets, settings: Settings, now: int) -> Any:
    """Fixed, or the name of a field, or {{ credentials.NAME }}; for times also now + 3600."""
    if name in _TIMES:
        if isinstance(value, str) and (relative := _NOW.fullmatch(value.strip())):
            return now + int(relative[1] or 0)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1_000_000:
            return now + value
    if not isinstance(value, str):
        return value
    if "{{" in value:
        own = {
            known: secret.reveal() for known, secret in secrets.items() if known != "private_key"
        }
        return fill(
            value,
            {
                "credentials": own,
                "settings": settings,
                "credential": {"settings": settings},
                "now": now,
            },
        )
    if value in secrets and value != "private_key":
        return secrets[value].reveal()
    return settings.get(value, value)


def _issuer(secrets: Secrets, settings: Settings) -> str:
    for name in ("iss", "issuer", "client_email", "client_id"):
        if name in secrets:
            return secrets[name].reveal()
        if name in settings:
            return str(settings[name])
    raise BadCall(
        "The credential does not say in whose name it asks for a token.",
        hint="Add the claim “iss”, or enter `client_email`.",
    )


def _unusable() -> BadCall:
    return BadCall(
        "The private key of this credential cannot be used.",
        hint="Enter the whole key in PEM, from its BEGIN to its END line, as `private_key`.",
    )
