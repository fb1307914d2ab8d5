"""A login service: hands out short-lived tokens and turns each refresh token into a new one."""

import base64
import hashlib
from time import time
from typing import Any
from urllib.parse import urlencode

import jwt

CLIENT = ("demo-client", "demo-client-secret-not-real")
LOGIN = {"user": "ada", "password": "demo-password-not-real"}
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Tokens:
    """What a test may set: how long tokens last, how a client must say who it is, bad days."""

    def __init__(self) -> None:
        self.issued: list[str] = []
        self.valid: dict[str, float] = {}  # until when
        self.refresh = "refresh-0-not-real"
        self.rotates = True
        self.expires_in: float | str | None = 3600
        self.client_auth: str | None = None  # body or basic: the other is refused
        self.public_key: str | None = None  # of whom may ask with a signed statement
        self.bad_days: list[int] = []  # the next answers
        self.takes_s = 0.0
        self.codes: dict[str, dict[str, str]] = {}  # each with what it was asked for with
        self.refuses_with = "invalid_client"
        self.kind = "Bearer"  # what stands before the token where it is shown
        self.also: dict[str, Any] = {}  # what else comes with a token

    def good(self, token: str) -> bool:
        return self.valid.get(token, 0) > time()

    def revoke_all(self) -> None:
        """From now on every token handed out so far is refused."""
        self.valid.clear()

    def withdraw(self) -> None:
        """The person took their permission back."""
        self.revoke_all()
        self.refresh = "none-is-good"

    def answer(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        if self.bad_days:
            return self.bad_days.pop(0), {"error": "temporarily_unavailable"}
        grant = form.get("grant_type")
        if grant == JWT_BEARER:
            return self._by_statement(form.get("assertion", ""))
        if self._client(form, authorization) != CLIENT:
            return 401, {"error": self.refuses_with}
        if grant == "client_credentials":
            return 200, self._token(form.get("scope"))
        if grant == "refresh_token" and form.get("refresh_token") == self.refresh:
            if self.rotates:
                self.refresh = f"refresh-{len(self.issued) + 1}-not-real"
            return 200, {**self._token(), "refresh_token": self.refresh}
        if grant == "refresh_token":
            return 400, {"error": "invalid_grant"}
        if grant == "authorization_code":
            return self._by_code(form)
        return 400, {"error": "unsupported_grant_type"}

    def allow(self, asked: dict[str, str]) -> str:
        """The person says yes: back to where they came from, with a code that works once."""
        code = f"code-{len(self.codes) + 1}-not-real"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def _by_code(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked.get("code_challenge", proof) != proof:
            return 400, {"error": "invalid_grant"}
        self.refresh = f"refresh-{len(self.issued) + 1}-not-real"
        return 200, {**self._token(), "refresh_token": self.refresh}

    def exchange(self, given: Any) -> tuple[int, dict[str, Any]]:
        """A login page of a service that does not know OAuth."""
        if given != LOGIN:
            return 401, {"message": "Wrong user or password."}
        made = self._token()
        return 200, {"data": {"session": made["access_token"], "ttl": made.get("expires_in")}}

    def _by_statement(self, statement: str) -> tuple[int, dict[str, Any]]:
        try:
            claims = jwt.decode(
                statement, self.public_key or "", ["RS256"], options={"verify_aud": False}
            )
        except (jwt.PyJWTError, ValueError):
            return 400, {"error": "invalid_grant"}
        return 200, {**self._token(), "claims": claims}

    def _token(self, scope: str | None = None) -> dict[str, Any]:
        token = f"token-{len(self.issued) + 1}-not-real"
        self.issued.append(token)
        lasts = 1e9 if self.expires_in is None else float(self.expires_in)
        self.valid[token] = time() + lasts
        body: dict[str, Any] = {"access_token": token, "token_type": "Bearer"}
        if self.expires_in is not None:
            body["expires_in"] = self.expires_in
        return {**body, **self.also, **({"scope": scope} if scope else {})}

    def _client(self, form: dict[str, str], authorization: str) -> tuple[str, str]:
        if authorization.startswith("Basic ") and self.client_auth != "body":
            name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            return name, secret
        if self.client_auth == "basic":
            return "", ""
        return form.get("client_id", ""), form.get("client_secret", "")
