"""Puts a secret into a request: the last thing before it becomes bytes."""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode
from uuid import uuid4

import orjson

from engine.effects.auth import (
    Auth,
    BasicAuth,
    BearerAuth,
    BodyFieldAuth,
    HeaderAuth,
    OneSecretAuth,
    QueryAuth,
    SignedAuth,
)
from engine.effects.failures import BadCall
from engine.effects.secret import Secret
from engine.effects.signing import sign
from engine.effects.urls import Target, parse
from engine.effects.wire import Wire, check_header

Secrets = Mapping[str, Secret]
Settings = Mapping[str, Any]
Place = Callable[[Wire, Any, Secrets, Settings], None]


def place(wire: Wire, auth: Auth, secrets: Secrets, settings: Settings, at: datetime) -> None:
    """A kind that works with tokens was turned into the place of its token before."""
    if isinstance(auth, SignedAuth):
        sign(wire, auth.recipe, secrets, settings, at=at, nonce=str(uuid4()))
    elif auth.type in PLACES:
        PLACES[auth.type](wire, auth, secrets, settings)
    else:
        raise BadCall(
            "The credential has no token for this call.",
            hint="Open the credential and test it.",
            detail=auth.type,
        )


def the_secret(auth: OneSecretAuth, secrets: Secrets) -> str:
    """The one that `field` names, or the only one there is."""
    if auth.field is None and len(secrets) == 1:
        return next(iter(secrets.values())).reveal()
    found = secrets.get(auth.field or "")
    if found is None:
        raise BadCall(
            "The credential lacks the secret this service asks for.",
            hint="Open the credential and enter it again.",
        )
    return found.reveal()


def secret_address(auth: OneSecretAuth, secrets: Secrets, asked: str) -> Target:
    """The address that is the secret, with the query the step adds."""
    target = parse(the_secret(auth, secrets).strip())
    query = asked.partition("#")[0].partition("?")[2]
    if not query:
        return target
    joined = parse(f"{target}{'&' if '?' in target.rest else '?'}{query}")
    return Target(target.origin, joined.rest)


def basic_text(auth: BasicAuth, secrets: Secrets, settings: Settings) -> str:
    """What follows the word Basic."""
    pair = f"{_field(auth.username, secrets, settings)}:{_field(auth.password, secrets, settings)}"
    return base64.b64encode(pair.encode()).decode()


def _field(text: str, secrets: Secrets, settings: Settings) -> str:
    if text in secrets:
        return secrets[text].reveal()
    return str(settings[text]) if text in settings else text


def _nothing(wire: Wire, auth: Auth, secrets: Secrets, settings: Settings) -> None:
    """The secret is in the address, or there is none."""


def _header(wire: Wire, auth: HeaderAuth, secrets: Secrets, settings: Settings) -> None:
    value = auth.prefix + the_secret(auth, secrets)
    check_header(auth.name, value)
    wire.set_header(auth.name, value)


def _bearer(wire: Wire, auth: BearerAuth, secrets: Secrets, settings: Settings) -> None:
    value = f"Bearer {the_secret(auth, secrets)}"
    check_header("Authorization", value)
    wire.set_header("Authorization", value)


def _basic(wire: Wire, auth: BasicAuth, secrets: Secrets, settings: Settings) -> None:
    wire.set_header("Authorization", f"Basic {basic_text(auth, secrets, settings)}")


def _query(wire: Wire, auth: QueryAuth, secrets: Secrets, settings: Settings) -> None:
    path, _, query = wire.target.rest.partition("?")
    kept = [
        member
        for member in query.split("&")
        if member and unquote_plus(member.partition("=")[0]) != auth.name
    ]
    kept.append(f"{quote(auth.name, safe='')}={quote(the_secret(auth, secrets), safe='')}")
    wire.target = Target(wire.target.origin, f"{path}?{'&'.join(kept)}")


def _body_field(wire: Wire, auth: BodyFieldAuth, secrets: Secrets, settings: Settings) -> None:
    secret = the_secret(auth, secrets)
    kind = (wire.header("content-type") or "").lower()
    if not wire.body and wire.method in ("POST", "PUT", "PATCH") and "form" not in kind:
        wire.set_header("Content-Type", "application/json")
        wire.body, kind = b"{}", "json"
    if "json" in kind and isinstance(members := _json(wire.body), dict):
        wire.body = orjson.dumps(cast(dict[str, Any], members) | {auth.name: secret})
    elif "x-www-form-urlencoded" in kind:
        fields = parse_qsl(wire.body.decode(), keep_blank_values=True)
        kept = [entry for entry in fields if entry[0] != auth.name]
        wire.body = urlencode([*kept, (auth.name, secret)]).encode()
    else:
        raise BadCall(
            "This credential goes into the body, and the step has no body it fits into.",
            hint="Use POST with a JSON object or a form as the body.",
        )


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except ValueError:
        return None


PLACES: dict[str, Place] = {
    "none": _nothing,
    "secret_url": _nothing,
    "header": _header,
    "query": _query,
    "bearer": _bearer,
    "basic": _basic,
    "body_field": _body_field,
}
