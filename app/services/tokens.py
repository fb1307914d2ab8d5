"""User tokens of a Supabase project: accepted only as strictly as that project signs them."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import jwt
import orjson

from app.services.problems import NotNow
from engine.effects.egress import Call, Egress
from engine.errors import RunStopped

AUDIENCE: Final = "authenticated"
LEEWAY_S: Final = 30
REQUIRED: Final = ["exp", "iat", "sub", "aud", "iss"]
KEYS_KEPT_S: Final = 600.0
ASK_AGAIN_AFTER_S: Final = 30.0  # an unknown key id must not make us ask at every request
ASYMMETRIC: Final = {"RSA": "RS256", "EC": "ES256"}

Fetch = Callable[[], Awaitable[bytes]]


class UserTokens:
    """With a shared secret, or with the project's published keys; one algorithm a key."""

    def __init__(
        self, issuer: str, *, secret: str | None = None, fetch_keys: Fetch | None = None
    ) -> None:
        self._issuer = issuer
        self._secret = secret
        self._fetch_keys = fetch_keys
        self._keys: dict[str, tuple[Any, str]] = {}
        self._asked_at: float | None = None

    async def user_of(self, token: str) -> UUID | None:
        """The user this token speaks for; None: it does not count here."""
        try:
            key, algorithm = await self._key_for(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=AUDIENCE,
                issuer=self._issuer,
                leeway=LEEWAY_S,
                options={"require": REQUIRED},
            )
            # Tokens of the roles anon and service_role are signed with the same key.
            return UUID(claims["sub"]) if claims.get("role") == AUDIENCE else None
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            return None

    async def _key_for(self, token: str) -> tuple[Any, str]:
        if self._secret is not None:
            return self._secret, "HS256"
        key_id = jwt.get_unverified_header(token).get("kid")
        if not isinstance(key_id, str):
            raise jwt.InvalidTokenError("no key id")
        if key_id not in self._keys or self._age() > KEYS_KEPT_S:
            await self._ask_for_keys()
        return self._keys[key_id]

    def _age(self) -> float:
        return time.monotonic() - self._asked_at if self._asked_at is not None else float("inf")

    async def _ask_for_keys(self) -> None:
        if self._fetch_keys is None or self._age() < ASK_AGAIN_AFTER_S:
            return
        self._asked_at = time.monotonic()
        try:
            document = orjson.loads(await self._fetch_keys())
        except RunStopped as error:
            if self._keys:
                return  # the ones we know are better than none
            raise NotNow(
                "The keys that user tokens are signed with cannot be read at the moment.",
                retry_after=int(ASK_AGAIN_AFTER_S),
            ) from error
        keys = {}
        for given in document["keys"]:
            algorithm = ASYMMETRIC.get(given.get("kty"))
            if algorithm and given.get("alg", algorithm) == algorithm and "kid" in given:
                keys[given["kid"]] = (jwt.PyJWK(given, algorithm=algorithm).key, algorithm)
        self._keys = keys


def of_project(
    issuer: str | None, secret: str | None, keys_url: str | None, egress: Egress
) -> UserTokens | None:
    """As the settings say; None: no project's tokens are accepted."""
    if issuer is None or (secret is None and keys_url is None):
        return None

    async def fetch() -> bytes:
        answer = await egress.send(Call("GET", keys_url or "", timeout_s=10.0))
        if answer.status != 200:
            raise RunStopped(f"The project's keys were answered with {answer.status}.")
        return answer.body

    return UserTokens(issuer, secret=secret, fetch_keys=None if secret else fetch)
