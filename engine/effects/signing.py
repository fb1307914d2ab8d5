"""Services that want each request signed: the recipes, over the bytes that will be sent."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from engine.effects.failures import BadCall
from engine.effects.secret import Secret
from engine.effects.sigv4 import AwsKey, place_in_host, sign_aws
from engine.effects.wire import Wire, check_header

Fields = Callable[..., str]

NEEDED: dict[str, tuple[str, ...]] = {
    "audienceacuity_md5": ("key_id", "secret"),
    "telesign_hmac_sha256": ("customer_id", "api_key"),
    "aws_sigv4": ("access_key_id", "secret_access_key"),
}
# What they may be called besides, since services call them by several names themselves.
_ALSO: dict[str, tuple[str, ...]] = {
    "key_id": ("api_key_id", "api_key", "id"),
    "secret": ("api_secret", "secret_key"),
    "customer_id": ("username",),
    "access_key_id": ("access_key", "aws_access_key_id", "key_id"),
    "secret_access_key": ("secret_key", "aws_secret_access_key", "secret"),
}
SECRET_PARTS = frozenset({"secret", "api_key", "secret_access_key"})


def sign(
    wire: Wire,
    recipe: str,
    secrets: Mapping[str, Secret],
    settings: Mapping[str, Any],
    *,
    at: datetime,
    nonce: str,
) -> None:
    """`at` and `nonce` are new for every request, also when it is repeated."""

    def field(name: str) -> str:
        found = held(name, secrets, settings)
        if found is None:
            raise BadCall(
                f"The credential lacks “{name}”, which this service's signature needs.",
                hint="Open the credential and enter it.",
            )
        value = secrets[found].reveal() if found in secrets else str(settings[found])
        return value.strip()

    if recipe == "audienceacuity_md5":
        if "api_key" in secrets and held("secret", secrets, settings) is None:
            key_id, secret = _taken_apart(field("api_key"))
        else:
            key_id, secret = field("key_id"), field("secret")
        authorization = audience_acuity(key_id, secret, at)
        check_header("Authorization", authorization)
        wire.set_header("Authorization", authorization)
    elif recipe == "telesign_hmac_sha256":
        sign_telesign(wire, field("customer_id"), field("api_key"), at, nonce)
    else:
        service, region = place_in_host(wire.target.origin.host)
        token = secrets.get("session_token")
        key = AwsKey(
            field("access_key_id"),
            field("secret_access_key"),
            str(settings.get("region") or region or field("region")),
            str(settings.get("service") or service or field("service")),
            token.reveal() if token else None,
        )
        check_header("Authorization", key.key_id)
        sign_aws(wire, key, at)


def lacks(recipe: str, secrets: Mapping[str, object], settings: Mapping[str, object]) -> list[str]:
    """Which parts of the key are nowhere to be found."""
    if recipe == "audienceacuity_md5" and "api_key" in secrets:
        return []  # the id and the secret, one right after the other
    return [name for name in NEEDED[recipe] if held(name, secrets, settings) is None]


def held(name: str, secrets: Mapping[str, object], settings: Mapping[str, object]) -> str | None:
    """Under which name a part of the key was entered: as a secret or, if it is none, a setting."""
    for known in (name, *_ALSO.get(name, ())):
        if known in secrets or (known in settings and name not in SECRET_PARTS):
            return known
    return None


def _taken_apart(key: str) -> tuple[str, str]:
    """The service's own rule: the first 16 characters are the id."""
    key_id, secret = key[:16], key[16:].lstrip(": ")
    if not secret:
        raise BadCall(
            "The API key of this credential is too short.",
            hint="Enter the key ID and the secret, one right after the other.",
        )
    return key_id, secret


def audience_acuity(key_id: str, secret: str, at: datetime) -> str:
    """Time in milliseconds, in base 36 as in the provider's own sample, and its salted MD5."""
    time = _base36(round(at.timestamp() * 1000))
    digest = hashlib.md5(f"{time}{secret}".encode(), usedforsecurity=False).hexdigest()
    return f"Bearer {key_id}{time}{digest}"


def sign_telesign(wire: Wire, customer_id: str, api_key: str, at: datetime, nonce: str) -> None:
    try:
        key = base64.b64decode(api_key, validate=True)
    except (binascii.Error, ValueError):
        raise BadCall(
            "The API key of this credential is not in Base64.",
            hint="Copy it once more from the service, whole.",
        ) from None
    date = format_datetime(at, usegmt=True)
    kind = wire.header("content-type") or ""
    if wire.body and not kind:
        kind = "application/x-www-form-urlencoded"
        wire.set_header("Content-Type", kind)
    body = [wire.body] if kind and wire.body else []
    parts = [
        wire.method,
        kind,
        date,
        "x-ts-auth-method:HMAC-SHA256",
        f"x-ts-nonce:{nonce}",
    ]
    path = wire.target.rest.partition("?")[0]
    told = b"\n".join([*(part.encode() for part in parts), *body, path.encode()])
    signature = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    authorization = f"TSA {customer_id}:{signature}"
    check_header("Authorization", authorization)
    wire.set_header("Authorization", authorization)
    wire.set_header("Date", date)
    wire.set_header("x-ts-auth-method", "HMAC-SHA256")
    wire.set_header("x-ts-nonce", nonce)


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    return text or "0"
