"""What each kind of credential asks a login service for a token, and what the answer means."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from engine.effects.assertion import assertion
from engine.effects.auth import (
    AuthorizationCodeAuth,
    ClientCredentialsAuth,
    JwtBearerAuth,
    TokenAuth,
    TokenExchangeAuth,
)
from engine.effects.credentials import Credential
from engine.effects.egress import Call
from engine.effects.failures import BadCall, LoginNotNow, LoginRefused, NeedsReconnect
from engine.effects.secret import Secret
from engine.effects.token_request import token_request
from engine.model import poison
from engine.model.jsonpath import compile_path
from engine.model.slots import compile_text
from engine.model.urls import compile_url

PATIENCE_S = 20.0
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

_CODE = re.compile(r"[a-z]+(?:_[a-z]+){0,5}")  # an error code as the standards have them
_LATER = frozenset({408, 425, 429})
_GONE = frozenset({
    "invalid_grant", "invalid_token", "expired_token", "token_revoked", "token_expired",
    "invalid_refresh_token", "bad_refresh_token", "consent_required", "interaction_required",
    "login_required",
})  # fmt: skip

Secrets = Mapping[str, Secret]
Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Granted:
    """Printing it shows no secret."""

    access: Secret
    refresh: Secret | None = None  # a new one, where the service turned ours into another
    expires_at: datetime | None = None
    settings: Mapping[str, str] = field(default_factory=dict)  # what else the answer told


def ask(
    auth: TokenAuth, secrets: Secrets, settings: Settings, refresh: Secret | None, at: datetime
) -> Call:
    """The request for a token. Raises BadCall where something is missing for it."""
    match auth:
        case TokenExchangeAuth():
            return token_request(auth.request, scope(secrets, settings, at), PATIENCE_S)
        case JwtBearerAuth():
            signed = assertion(auth, filled(auth.token_url, settings), secrets, settings, at)
            return _asked(auth, settings, {"grant_type": JWT_BEARER, "assertion": signed})
        case ClientCredentialsAuth():
            asked = {"grant_type": "client_credentials"}
            if auth.scope:
                asked["scope"] = auth.scope
            return as_client(auth, secrets, settings, asked)
        case AuthorizationCodeAuth():
            assert refresh is not None
            asked = {"grant_type": "refresh_token", "refresh_token": refresh.reveal()}
            return as_client(auth, secrets, settings, asked)


def as_client(
    auth: ClientCredentialsAuth | AuthorizationCodeAuth,
    secrets: Secrets,
    settings: Settings,
    asked: dict[str, str],
) -> Call:
    """A form in which the client says who it is: in the body, or as HTTP Basic."""
    client_id = held("client_id", secrets, settings)
    client_secret = held("client_secret", secrets, {})
    if auth.client_auth == "body":
        named = {**asked, "client_id": client_id, "client_secret": client_secret}
        return _asked(auth, settings, named)
    pair = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
    return _asked(auth, settings, asked, ("Authorization", f"Basic {pair}"))


def granted(credential: Credential, url: str, status: int, body: bytes, at: datetime) -> Granted:
    """What the answer gives. Raises LoginNotNow, LoginRefused or NeedsReconnect."""
    host = urlsplit(url).hostname or "The login service"
    if status >= 500 or status in _LATER:
        raise LoginNotNow(f"{host} gave no token for the moment ({status}).")
    answer = _read(body)
    auth: Any = credential.auth
    found = _found(auth, answer, at) if 200 <= status < 300 else None
    if found is not None:
        return replace(found, settings=_told(auth, answer))
    error = answer.get("error") if isinstance(answer, dict) else None
    # A service may quote us in what it says.
    named = credential.redactor.text(error)[:60] if isinstance(error, str) else None
    if isinstance(auth, AuthorizationCodeAuth) and (
        named in _GONE or (named is None and status in (400, 401, 403))
    ):
        raise NeedsReconnect(credential.service_name, detail=f"{host} answered {status} {named}")
    said = f"{status}, {named}" if named and _CODE.fullmatch(named) else str(status)
    raise LoginRefused(credential.service_name, host, said)


def scope(secrets: Secrets, settings: Settings, at: datetime) -> dict[str, Any]:
    """What the requests of a credential itself may name."""
    own = {name: secret.reveal() for name, secret in secrets.items()}
    return {
        "credentials": own,
        "settings": dict(settings),
        "credential": {"settings": dict(settings)},
        "now": at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def _found(auth: TokenAuth, answer: Any, at: datetime) -> Granted | None:
    if isinstance(auth, TokenExchangeAuth):
        token, expires = _at(auth.token_path, answer), None
        if auth.expires_path:
            expires = _at(auth.expires_path, answer)
        return _granted(token, None, expires, at)
    if not isinstance(answer, dict):
        return None
    refresh = answer.get("refresh_token")
    return _granted(answer.get("access_token"), refresh, answer.get("expires_in"), at)


def _told(auth: TokenAuth, answer: Any) -> dict[str, str]:
    """Such as the address of the account's own server."""
    told = {name: _at(path, answer) for name, path in auth.settings_from_token.items()}
    return {
        name: str(value)[:2000].rstrip("/")
        for name, value in told.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }


def _granted(token: Any, refresh: Any, expires: Any, at: datetime) -> Granted | None:
    if isinstance(token, int) and not isinstance(token, bool):
        token = str(token)
    if not isinstance(token, str) or not token.strip():
        return None
    renewed = Secret(refresh) if isinstance(refresh, str) and refresh else None
    return Granted(Secret(token.strip()), renewed, moment(expires, at))


def moment(expires: Any, at: datetime) -> datetime | None:
    """Seconds from now, seconds or milliseconds since 1970, or a date; None where it is none."""
    if isinstance(expires, bool) or expires is None:
        return None
    try:
        number = float(expires)
    except (TypeError, ValueError):
        return _date(expires, at)
    try:
        if number > 1e12:
            number /= 1000
        if number > 1e9:
            return datetime.fromtimestamp(number, at.tzinfo)
        return at + timedelta(seconds=number) if number > 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def _date(text: Any, at: datetime) -> datetime | None:
    try:
        read = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=at.tzinfo)


def _at(path: str, answer: Any) -> Any:
    value = compile_path(path)(answer)
    if isinstance(value, list):
        return value[0] if value else None
    return value


def _read(body: bytes) -> Any:
    """JSON; or, as a few old services answer, a form; or text."""
    try:
        return poison.loads(body)
    except poison.NotJson:
        text = body.decode("utf-8", "replace")
    if "access_token=" in text or "error=" in text:
        return dict(parse_qsl(text))
    return text


def _asked(
    auth: ClientCredentialsAuth | AuthorizationCodeAuth | JwtBearerAuth,
    settings: Settings,
    asked: dict[str, str],
    *more: tuple[str, str],
) -> Call:
    known = {"settings": settings, "credential": {"settings": settings}}
    more_asked = {name: compile_text(value)(known) for name, value in auth.token_params.items()}
    asked = {**asked, **more_asked}
    json = auth.request_format == "json"
    kind = "application/json" if json else "application/x-www-form-urlencoded"
    body = poison.dumps(asked) if json else urlencode(asked, quote_via=quote).encode()
    headers = (("Accept", "application/json"), ("Content-Type", kind), *more)
    return Call("POST", filled(auth.token_url, settings), headers, body, PATIENCE_S)


def filled(address: str, settings: Settings) -> str:
    """A host may hold a setting, as a subdomain does."""
    return compile_url(address)({"settings": settings, "credential": {"settings": settings}})


def held(name: str, secrets: Secrets, settings: Settings) -> str:
    if name in secrets:
        return secrets[name].reveal()
    if settings.get(name):
        return str(settings[name])
    raise BadCall(
        f"The credential lacks “{name}”, which is needed to get a token.",
        hint="Open the credential and enter it.",
    )
