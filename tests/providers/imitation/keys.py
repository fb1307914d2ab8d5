"""Whether a request carries the provider's key the way that provider wants to be shown it."""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl

import jwt

from tests.providers.imitation.facts import Operation
from tests.providers.server import Received

FRESH_MS = 5 * 60 * 1000


class Keys:
    """Knows the tokens handed out, and with which public key a service account signs."""

    def __init__(self, public_key: str) -> None:
        self._public_key = public_key
        self._tokens: dict[str, str] = {}
        self.handed_out = 0

    def forget_tokens(self) -> None:
        """All sessions have expired; new tokens can be got."""
        self._tokens = {}

    def accepts(self, operation: Operation, call: Received, now_s: float) -> bool:
        auth = operation.auth
        how = getattr(self, f"_{auth['kind']}")
        if auth.get("optional") and "authorization" not in call.headers:
            return True
        return bool(how(operation, auth, call, now_s))

    def _none(self, operation: Operation, auth: Any, call: Received, now_s: float) -> bool:
        return True

    def _secret_url(self, operation: Operation, auth: Any, call: Received, now_s: float) -> bool:
        return True  # whoever knows the address has shown the secret

    def _api_key_query(self, operation: Operation, auth: Any, call: Received, _: float) -> bool:
        return call.query.get(auth["param"]) == _secret(operation)

    def _api_key_header(self, operation: Operation, auth: Any, call: Received, _: float) -> bool:
        wanted = auth["prefix"] + _secret(operation)
        return call.headers.get(auth["header"].lower()) == wanted

    def _bearer(self, operation: Operation, auth: Any, call: Received, _: float) -> bool:
        return call.headers.get(auth["header"].lower()) == auth["prefix"] + _secret(operation)

    def _basic(self, operation: Operation, auth: Any, call: Received, _: float) -> bool:
        pair = operation.filled(f"{auth['username']}:{auth['password']}")
        wanted = "Basic " + base64.b64encode(pair.encode()).decode()
        return call.headers.get("authorization") == wanted

    def _signed_request(self, operation: Operation, auth: Any, call: Received, now: float) -> bool:
        check = _telesign if auth["scheme"].startswith("telesign") else _audienceacuity
        return check(operation.keys, call, now)

    def _has_token(self, operation: Operation, auth: Any, call: Received, _: float) -> bool:
        kind, _, shown = call.headers.get("authorization", "").partition(" ")
        return kind == auth["prefix"].strip() and self._tokens.get(shown) == operation.provider

    _oauth2_client_credentials = _has_token
    _oauth2_authorization_code = _has_token
    _oauth2_service_account_jwt = _has_token

    # Handing out tokens

    def token(self, operation: Operation, call: Received, now_s: float) -> dict[str, Any] | None:
        """The answer to a request for a token, or None where it is refused."""
        form = call.form
        grant = form.get("grant_type", "")
        if grant.endswith(":jwt-bearer"):
            good = self._is_signed(operation, form.get("assertion", ""), now_s)
        else:
            good = grant in ("client_credentials", "refresh_token") and _is_client(operation, call)
        if not good:
            return None
        self.handed_out += 1
        token = f"demo-token-not-real-{operation.provider}-{self.handed_out}"
        self._tokens[token] = operation.provider
        return {**operation.auth.get("token_response_example", {}), "access_token": token}

    def _is_signed(self, operation: Operation, assertion: str, now_s: float) -> bool:
        claims = operation.auth["jwt"]["claims"]
        try:
            told = jwt.decode(
                assertion,
                self._public_key,
                algorithms=["RS256"],
                audience=claims["aud"],
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError:
            return False
        named = told.get("iss") == operation.keys["client_email"]
        lasts = told["iat"] <= now_s + 5 and now_s < told["exp"] <= told["iat"] + 3600
        return named and lasts and told.get("scope") == claims["scope"]


def _secret(operation: Operation) -> str:
    return next(one["fake_example"] for one in operation.facts["credentials"] if one["secret"])


def _audienceacuity(keys: dict[str, str], call: Received, now_s: float) -> bool:
    header = call.headers.get("authorization", "")
    shown = header.removeprefix("Bearer ")
    key_id, time, digest = shown[:16], shown[16:-32], shown[-32:]
    known = hashlib.md5(f"{time}{keys['secret']}".encode(), usedforsecurity=False).hexdigest()
    if header == shown or key_id != keys["key_id"] or digest != known:
        return False
    at = int(time) if time.isdecimal() and len(time) >= 12 else int(time, 36)
    return abs(at - now_s * 1000) < FRESH_MS


def _telesign(keys: dict[str, str], call: Received, now_s: float) -> bool:
    headers = call.headers
    kind, nonce = headers.get("content-type", ""), headers.get("x-ts-nonce", "")
    parts = [
        call.method, kind, headers.get("date", ""), "x-ts-auth-method:HMAC-SHA256",
        f"x-ts-nonce:{nonce}", *([call.text] if kind and call.body else []), call.path,
    ]  # fmt: skip
    key = base64.b64decode(keys["api_key"])
    signed = base64.b64encode(hmac.digest(key, "\n".join(parts).encode(), "sha256")).decode()
    return bool(nonce) and headers.get("authorization") == f"TSA {keys['customer_id']}:{signed}"


def _is_client(operation: Operation, call: Received) -> bool:
    keys = operation.keys
    shown = call.headers.get("authorization", "")
    pair = f"{keys.get('client_id')}:{keys.get('client_secret')}"
    if shown == "Basic " + base64.b64encode(pair.encode()).decode():
        return True
    form = dict(parse_qsl(call.text))
    return all(form.get(name) == keys.get(name) for name in ("client_id", "client_secret"))
