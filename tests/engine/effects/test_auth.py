"""What a credential may look like, said before it is saved."""

import pytest

from engine.effects.auth import KINDS
from engine.effects.credential_checks import check_credential, check_secrets, work_out_settings
from engine.effects.credentials import parse_auth
from engine.errors import BadDefinition

TOKEN_URL = "https://login.example.com/token"
EXCHANGE = {"type": "token_exchange", "request": {"url": TOKEN_URL}, "token_path": "$.token"}
SOUND = [
    {"type": "none"},
    {"type": "header", "name": "X-Api-Key"},
    {"type": "header", "name": "Authorization", "prefix": "Token token=", "field": "api_key"},
    {"type": "query", "name": "key"},
    {"type": "bearer"},
    {"type": "basic", "username": "api", "password": "api_key"},
    {"type": "body_field", "name": "key"},
    {"type": "secret_url"},
    {"type": "oauth2_client_credentials", "token_url": TOKEN_URL, "scope": "a b"},
    {"type": "oauth2_client_credentials", "token_url": TOKEN_URL, "client_auth": "basic"},
    {
        "type": "oauth2_authorization_code",
        "authorize_url": "https://login.example.com/auth",
        "token_url": TOKEN_URL,
        "scope": "",
        "pkce": True,
    },
    {"type": "jwt_bearer", "token_url": TOKEN_URL, "alg": "RS256", "claims": {"iss": "x"}},
    {
        "type": "token_exchange",
        "request": {"method": "POST", "url": TOKEN_URL},
        "token_path": "$.token",
        "expires_path": "$.expires_in",
        "place": {"type": "header", "name": "X-Token"},
    },
    {"type": "signed", "recipe": "audienceacuity_md5"},
    {"type": "signed", "recipe": "telesign_hmac_sha256"},
    {"type": "signed", "recipe": "aws_sigv4"},
]


@pytest.mark.parametrize("raw", SOUND)
def test_every_kind_of_the_contract_is_understood(raw):
    assert parse_auth(raw).type == raw["type"]


def test_no_kind_is_left_out():
    assert {raw["type"] for raw in SOUND} == set(KINDS)


@pytest.mark.parametrize(
    ("raw", "path", "says"),
    [
        ({}, "auth.type", "one of: none, header"),
        ({"type": "magic"}, "auth.type", "one of: none, header"),
        ("bearer", "auth", "not of the right type"),
        (None, "auth", "not of the right type"),
        ({"type": "header"}, "auth.name", "`name` is missing"),
        ({"type": "header", "name": ""}, "auth.name", "empty"),
        ({"type": "header", "name": 5}, "auth.name", "right type"),
        ({"type": "header", "name": "X Key"}, "auth.name", "cannot set"),
        ({"type": "header", "name": "Host"}, "auth.name", "cannot set"),
        ({"type": "header", "name": "X-Key", "prefix": "a\nb"}, "auth.name", "cannot be sent"),
        ({"type": "bearer", "token": "x"}, "auth.token", "`token` is not known here"),
        ({"type": "none", "field": "x"}, "auth.field", "not known"),
        ({"type": "oauth2_client_credentials"}, "auth.token_url", "missing"),
        (
            {"type": "oauth2_client_credentials", "token_url": TOKEN_URL, "client_auth": "x"},
            "auth.client_auth",
            "'body' or 'basic'",
        ),
        ({"type": "jwt_bearer", "token_url": TOKEN_URL, "alg": "none"}, "auth.alg", "'RS256'"),
        ({"type": "signed", "recipe": "mine"}, "auth.recipe", "must be"),
        (EXCHANGE | {"place": {"type": "x"}}, "auth.place.type", "one of"),
        (EXCHANGE | {"place": {"type": "header", "name": "Host"}}, "auth.place.name", "cannot set"),
        (EXCHANGE | {"token_path": "token"}, "auth.token_path", "no path"),
        (EXCHANGE | {"request": {"method": "POST"}}, "auth.request.url", "missing"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(raw, path, says):
    with pytest.raises(BadDefinition) as caught:
        parse_auth(raw)
    [problem] = caught.value.problems
    assert problem.path == path
    assert says in problem.message


HOSTS = ["api.example.com"]


def exchange(url, name):
    body = {"json": {"user": "{{ credentials.NAME }}".replace("NAME", name)}}
    return {
        "type": "token_exchange",
        "request": {"method": "POST", "url": url, "body": body},
        "token_path": "$.token",
    }


@pytest.mark.parametrize(
    ("auth", "fields", "settings", "hosts", "paths"),
    [
        ({"type": "bearer"}, ["key"], {}, HOSTS, []),
        ({"type": "bearer", "field": "a"}, ["a", "b"], {}, HOSTS, []),
        ({"type": "bearer"}, ["a", "b"], {}, HOSTS, ["auth.field"]),
        ({"type": "bearer"}, [], {}, HOSTS, ["auth.field"]),
        ({"type": "query", "name": "k", "field": "c"}, ["a"], {}, HOSTS, ["auth.field"]),
        ({"type": "none"}, [], {}, [], []),
        ({"type": "bearer"}, ["key"], {}, [], ["allowed_hosts"]),
        ({"type": "bearer"}, ["key"], {}, ["*.example.com", "a.b:8443", "10.0.0.1"], []),
        ({"type": "bearer"}, ["key"], {}, ["https://a.com"], ["allowed_hosts[0]"]),
        ({"type": "bearer"}, ["key"], {}, [*HOSTS, "a.com/x"], ["allowed_hosts[1]"]),
        ({"type": "bearer"}, ["key"], {}, ["*.com"], ["allowed_hosts[0]"]),
        ({"type": "bearer"}, ["key"], {}, ["a.*.com"], ["allowed_hosts[0]"]),
        ({"type": "bearer"}, ["key"], {}, ["*.10.0.0.1"], ["allowed_hosts[0]"]),
        ({"type": "bearer"}, ["key"], {}, [""], ["allowed_hosts[0]"]),
        ({"type": "bearer"}, ["a key"], {}, HOSTS, ["credentials.a key"]),
        ({"type": "bearer"}, ["key"], {"sub": "acme", "n": 1, "b": True}, HOSTS, []),
        ({"type": "bearer"}, ["key"], {"sub": None}, HOSTS, ["settings.sub"]),
        ({"type": "bearer"}, ["key"], {"sub": ["x"]}, HOSTS, ["settings.sub"]),
        ({"type": "bearer"}, ["key"], {"dc": {"from": "key", "after_last": "-"}}, HOSTS, []),
        ({"type": "bearer"}, ["key"], {"dc": {"from": "key"}}, HOSTS, ["settings.dc"]),
        (
            {"type": "bearer"},
            ["key"],
            {"dc": {"from": "x", "after_last": "-"}},
            HOSTS,
            ["settings.dc.from"],
        ),
        (
            {"type": "oauth2_client_credentials", "token_url": "https://api.example.com/token"},
            ["client_secret"],
            {"client_id": "abc"},
            HOSTS,
            [],
        ),
        (
            {"type": "oauth2_client_credentials", "token_url": TOKEN_URL},
            [],
            {},
            HOSTS,
            ["credentials.client_id", "credentials.client_secret", "auth.token_url"],
        ),
        (
            {"type": "jwt_bearer", "token_url": "nowhere"},
            ["private_key"],
            {},
            HOSTS,
            ["auth.token_url"],
        ),
        (
            {"type": "jwt_bearer", "token_url": "https://{{ settings.sub }}.example.com/token"},
            ["private_key"],
            {"sub": "api"},
            HOSTS,
            [],
        ),
        (
            {"type": "jwt_bearer", "token_url": "https://{{ settings.sub }}.example.com/token"},
            ["private_key"],
            {"sub": "elsewhere"},
            HOSTS,
            ["auth.token_url"],
        ),
        ({"type": "signed", "recipe": "audienceacuity_md5"}, ["key_id", "secret"], {}, HOSTS, []),
        (
            {"type": "signed", "recipe": "audienceacuity_md5"},
            ["secret"],
            {"key_id": "a"},
            HOSTS,
            [],
        ),
        (
            {"type": "signed", "recipe": "telesign_hmac_sha256"},
            ["other"],
            {"api_key": "in the open"},
            HOSTS,
            ["credentials.customer_id", "credentials.api_key"],
        ),
        (exchange("https://api.example.com/login", "user"), ["user"], {}, HOSTS, []),
        (exchange("https://api.example.com/login", "pass"), ["user"], {}, HOSTS, ["auth.request"]),
        (exchange("https://b.example.com/", "user"), ["user"], {}, HOSTS, ["auth.request.url"]),
    ],
)  # fmt: skip
def test_a_credential_is_checked_as_a_whole(auth, fields, settings, hosts, paths):
    found = check_credential(parse_auth(auth), fields, settings, hosts)
    assert [problem.path for problem in found] == paths


def test_a_setting_is_worked_out_of_a_secret():
    settings = {"dc": {"from": "api_key", "after_last": "-"}, "list": "x"}
    assert work_out_settings(settings, {"api_key": "0123-4567-us21"}) == (
        {"dc": "us21", "list": "x"},
        [],
    )


@pytest.mark.parametrize("key", ["nodash", "ends-", ""])
def test_a_setting_that_cannot_be_worked_out_is_named_without_the_secret(key):
    known, [problem] = work_out_settings(
        {"dc": {"from": "api_key", "after_last": "-"}}, {"api_key": key}
    )
    assert known == {}
    assert problem.path == "settings.dc"
    assert "nodash" not in problem.message


def test_short_secrets_are_named_but_a_user_name_may_be_short():
    basic = parse_auth({"type": "basic", "username": "user", "password": "pass"})
    found = check_secrets(basic, {"user": "ada", "pass": "123", "other": "long enough"}, [])
    assert [problem.path for problem in found] == ["credentials.pass"]


@pytest.mark.parametrize("key", ["demo-key-1\n", " demo-key-1", "demo-key-1\r\nX-Other: 1"])
def test_a_key_that_no_header_can_hold_is_found_when_it_is_saved(key):
    for auth in ({"type": "bearer"}, {"type": "header", "name": "X-Api-Key"}):
        [problem] = check_secrets(parse_auth(auth), {"api_key": key}, [])
        assert problem.path == "credentials.api_key"
        assert "demo" not in problem.message
    assert check_secrets(parse_auth({"type": "query", "name": "key"}), {"api_key": key}, []) == []


def test_an_address_that_is_the_secret_is_at_one_of_its_hosts():
    auth, hosts = parse_auth({"type": "secret_url"}), ["hooks.service.example"]
    for address, wrong in (
        ("https://hooks.service.example/T0/abcdef", 0),
        ("https://hooks.service.example.evil.example/T0/abcdef", 1),
        ("https://hooks.service.example@evil.example/T0/abcdef", 1),
        ("the hook of our team", 1),
        ("", 1),
    ):
        found = check_secrets(auth, {"url": address}, hosts)
        told = [problem for problem in found if "shorter" not in problem.message]
        assert [problem.path for problem in told] == ["credentials.url"] * wrong
        assert "abcdef" not in str(told)
