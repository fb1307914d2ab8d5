"""An OAuth token page: hands out short-lived tokens and turns each refresh token into a new one."""

import base64
from typing import Any

CLIENT = ("demo-client", "demo-client-secret-not-real")


class Tokens:
    def __init__(self) -> None:
        self.issued: list[str] = []
        self.valid: set[str] = set()
        self.refresh = "refresh-0"
        self.expires_in: int | None = 3600

    def good(self, token: str) -> bool:
        return token in self.valid

    def revoke_all(self) -> None:
        """From now on every token handed out so far is refused."""
        self.valid.clear()

    def answer(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        if self._client(form, authorization) != CLIENT:
            return 401, {"error": "invalid_client"}
        grant = form.get("grant_type")
        if grant == "refresh_token":
            if form.get("refresh_token") != self.refresh:
                return 400, {"error": "invalid_grant"}
            self.refresh = f"refresh-{len(self.issued) + 1}"
        elif grant != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        token = f"token-{len(self.issued) + 1}-not-real"
        self.issued.append(token)
        self.valid.add(token)
        body: dict[str, Any] = {"access_token": token, "token_type": "Bearer"}
        if self.expires_in is not None:
            body["expires_in"] = self.expires_in
        if grant == "refresh_token":
            body["refresh_token"] = self.refresh
        return 200, body

    def _client(self, form: dict[str, str], authorization: str) -> tuple[str, str]:
        if authorization.startswith("Basic "):
            name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            return name, secret
        return form.get("client_id", ""), form.get("client_secret", "")
