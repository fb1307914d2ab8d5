"""User tokens of a Supabase project: only what that project signed for its signed-in users."""

import time
from typing import Any
from uuid import uuid4

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.services.accounts import Accounts
from app.services.passwords import Passwords
from app.services.problems import NotNow
from app.services.tokens import UserTokens, of_project
from db.session import Database
from engine.effects.egress import Egress
from engine.effects.policy import Policy
from engine.errors import RunStopped
from tests.databases import Tenant
from tests.providers.service import Service

SECRET, ISSUER, USER = "x" * 64, "https://project.supabase.co/auth/v1", uuid4()


def token(secret: Any = SECRET, algorithm: str = "HS256", **changed: Any) -> str:
    claims = {
        "sub": str(USER),
        "aud": "authenticated",
        "role": "authenticated",
        "iss": ISSUER,
        "iat": int(time.time()),
        "exp": int(time.time()) + 600,
    } | changed
    present = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(present, secret, algorithm, headers={"kid": "one"})


async def test_a_token_of_the_project_names_its_user() -> None:
    assert await UserTokens(ISSUER, secret=SECRET).user_of(token()) == USER


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"sub": "not-a-uuid"},
        {"aud": "other"},
        {"aud": None},
        {"iss": ISSUER + "/"},
        {"role": "anon"},
        {"role": "service_role"},
        {"role": None},
        {"secret": "y" * 40},
        {"algorithm": "HS512"},
        {"algorithm": "none", "secret": None},
    ],
)
async def test_any_other_token_counts_for_nothing(changed: dict[str, Any]) -> None:
    assert await UserTokens(ISSUER, secret=SECRET).user_of(token(**changed)) is None


async def test_published_keys_are_asked_for_once() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    public = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    asked = 0

    async def fetch() -> bytes:
        nonlocal asked
        asked += 1
        return orjson.dumps({"keys": [{**public, "kid": "one", "alg": "ES256"}]})

    tokens = UserTokens(ISSUER, fetch_keys=fetch)
    for _ in range(3):
        assert await tokens.user_of(token(key, "ES256")) == USER
    forged = token()  # signed with a shared secret instead
    assert await tokens.user_of(forged) is None
    strange = jwt.encode({"sub": "x"}, "z" * 40, "HS256", headers={"kid": "two"})
    assert await tokens.user_of(strange) is None
    assert asked == 1


async def test_while_the_keys_cannot_be_read_it_says_so() -> None:
    async def fetch() -> bytes:
        raise RunStopped("did not answer")

    with pytest.raises(NotNow):
        await UserTokens(ISSUER, fetch_keys=fetch).user_of(token())


async def test_membership_decides_the_workspace_and_no_claim_does(
    database: Database, acme: Tenant, globex: Tenant
) -> None:
    passwords = Passwords()
    accounts = Accounts(database, passwords, UserTokens(ISSUER, secret=SECRET))
    mine = token(sub=str(acme.editor.user_id), workspace_id="globex")
    actor = await accounts.caller(mine)
    assert actor == acme.editor
    assert await accounts.caller(mine, "acme") == acme.editor
    assert await accounts.caller(mine, "globex") is None
    assert await accounts.caller(token(sub=str(uuid4()))) is None
    passwords.close()


async def test_keys_are_read_through_the_one_way_out(service: Service) -> None:
    egress = Egress(Policy.from_settings(service.host))
    tokens = of_project(ISSUER, None, f"{service.url}/html", egress)
    assert tokens is not None
    assert await tokens.user_of(token()) is None
    assert len(service.calls("/html")) == 1
    private = of_project(ISSUER, None, f"{service.url}/html", Egress(Policy.from_settings("")))
    assert private is not None
    with pytest.raises(NotNow):
        await private.user_of(token())
    assert of_project(None, None, None, egress) is None
    await egress.close()
