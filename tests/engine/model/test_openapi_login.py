"""What an OpenAPI description says of logins becomes a credential, never text in a step."""

import orjson
import pytest

from engine.effects.auth import parse_auth
from engine.effects.credential_checks import check_credential
from tests.engine.model.described import FIND, described, made


def test_a_login_becomes_a_credential_that_can_be_filled_in():
    found = made(FIND)
    assert found.step["credential"] == "people"
    assert found.slot == {
        "service_name": "people",
        "title": "People",
        "auth": {"type": "header", "name": "X-Api-Key", "prefix": ""},
        "fields": [{"name": "api_key", "title": "Key", "help": "", "secret": True}],
        "allowed_hosts": ["api.people.example"],
    }


TOKEN = "https://login.x.example/token"


@pytest.mark.parametrize(
    ("scheme", "auth", "hosts"),
    [
        (
            {"type": "apiKey", "in": "query", "name": "key"},
            {"type": "query", "name": "key"},
            ["x.example"],
        ),
        ({"type": "http", "scheme": "Bearer"}, {"type": "bearer"}, ["x.example"]),
        (
            {"type": "http", "scheme": "basic"},
            {"type": "basic", "username": "username", "password": "password"},
            ["x.example"],
        ),
        (
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "Send `Authorization: Token abc`",
            },
            {"type": "header", "name": "Authorization", "prefix": "Token "},
            ["x.example"],
        ),
        (
            {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": TOKEN}}},
            {"type": "oauth2_client_credentials", "token_url": TOKEN, "scope": "read"},
            ["x.example", "login.x.example"],
        ),
        (
            {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {"authorizationUrl": "/authorize", "tokenUrl": TOKEN}
                },
            },
            {
                "type": "oauth2_authorization_code",
                "authorize_url": "https://x.example/authorize",
                "token_url": TOKEN,
                "scope": "read",
                "pkce": True,
            },
            ["x.example", "login.x.example"],
        ),
        ({"type": "openIdConnect"}, {"type": "bearer"}, ["x.example"]),
    ],
)
def test_each_kind_of_login_is_one_of_ours(scheme, auth, hosts):
    text = described(security=[{"one": ["read"]}], components={"securitySchemes": {"one": scheme}})
    slot = made("GET /x", text).slot
    assert slot is not None
    assert (slot["auth"], slot["allowed_hosts"]) == (auth, hosts)
    secret = [one["name"] for one in slot["fields"] if one["secret"]]
    plain = {one["name"]: "a" for one in slot["fields"] if not one["secret"]}
    assert check_credential(parse_auth(auth), secret, plain, hosts) == []


def test_a_host_of_ones_own_is_a_setting_of_the_credential():
    server = {
        "url": "https://{account}.x.example/api",
        "variables": {"account": {"default": "demo", "description": "Your account"}},
    }
    text = described(
        servers=[server],
        security=[{"one": []}],
        components={"securitySchemes": {"one": {"type": "http", "scheme": "bearer"}}},
    )
    found = made("GET /x", text)
    assert found.step["request"]["url"] == (
        "https://{{ credential.settings.account }}.x.example/api/x"
    )
    assert found.slot is not None
    assert found.slot["allowed_hosts"] == ["*.x.example"]
    assert found.slot["service_name"] == found.step["credential"] == "x"
    assert found.slot["fields"][0] == {
        "name": "account",
        "title": "Account",
        "help": "Your account",
        "example": "demo",
        "secret": False,
    }


def test_a_call_that_needs_no_login_has_none():
    text = described(
        call={"security": []},
        security=[{"one": []}],
        components={"securitySchemes": {"one": {"type": "http", "scheme": "bearer"}}},
    )
    assert made("GET /x", text).slot is None


def test_a_login_that_cannot_be_done_is_said():
    text = described(
        security=[{"one": []}], components={"securitySchemes": {"one": {"type": "mutualTLS"}}}
    )
    found = made("GET /x", text)
    assert found.slot is None
    assert found.notes == ["The login “one” cannot be done here, and was left out."]


def test_a_key_among_the_parameters_is_a_credential_and_never_text():
    parameters = [
        {"name": "api_key", "in": "query", "required": True, "example": "k-123456789"},
        {"name": "page_token", "in": "query", "schema": {"type": "string"}},
    ]
    found = made("GET /x", described(call={"parameters": parameters}))
    assert found.slot is not None
    assert found.slot["auth"] == {"type": "query", "name": "api_key"}
    assert b"k-123456789" not in orjson.dumps(found.step)
    assert [one.key for one in found.optional] == ["query.page_token"]
