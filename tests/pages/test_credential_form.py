"""Every way of signing in can be told in the form, and what cannot be read is said at its field."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from app.services.credentials import Given
from components.controls import Choice, Field
from db.credentials import Credential
from engine.effects.auth import KINDS as ALL_KINDS
from tests.pages.conftest import Place, Someone
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOST = "login.service.example"
TOKEN = f"https://{HOST}/token"

WAYS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "header": ({"place": "X-Key", "prefix": "Token "}, {"name": "X-Key", "prefix": "Token "}),
    "secret_url": ({"secret": f"https://{HOST}/hooks/of-nobody"}, {}),
    "none": ({"secret": "", "settings": "subdomain = acme"}, {}),
    "oauth2_client_credentials": (
        {
            "token-url": TOKEN,
            "client-id": "some-client",
            "token-params": "audience = https://api.example.com\nresource=x=y",
            "settings-from-token": "instance_url = $.instance_url",
            "client-auth": "basic",
            "request-format": "json",
            "type": "header",
            "name": "X-Token",
        },
        {
            "token_url": TOKEN,
            "token_params": {"audience": "https://api.example.com", "resource": "x=y"},
            "settings_from_token": {"instance_url": "$.instance_url"},
            "client_auth": "basic",
            "request_format": "json",
            "place": {"type": "header", "name": "X-Token"},
        },
    ),
    "jwt_bearer": (
        {"token-url": TOKEN, "scope": "read", "claims": "iss = client_email"},
        {"token_url": TOKEN, "claims": {"scope": "read", "iss": "client_email"}},
    ),
    "token_exchange": (
        {
            "url": TOKEN,
            "json": '{"p": "{{ credentials.password }}"}',
            "secret": "password = secret-of-the-form",
            "token-path": "$.session.token",
        },
        {
            "request": {
                "method": "POST",
                "url": TOKEN,
                "body": {"json": {"p": "{{ credentials.password }}"}},
            },
            "token_path": "$.session.token",
        },
    ),
}


@pytest.mark.parametrize("kind", WAYS)
async def test_a_way_of_signing_in_is_told_whole(place: Place, kind: str) -> None:
    typed, auth = WAYS[kind]
    someone, service = await new_form(place, kind)
    fill(someone, {"secret": "secret-of-the-form", **typed})
    someone.send(someone.part("save"), "press")
    row = await kept(place, service)
    assert row.auth == {"type": kind, **auth}
    assert row.settings == ({"subdomain": "acme"} if kind == "none" else row.settings)


async def test_a_signature_asks_for_what_its_recipe_needs(place: Place) -> None:
    someone, service = await new_form(place, "signed")
    fill(someone, {"recipe": "aws_sigv4"})
    fill(someone, {"access-key-id": "AKIADEMO00000000", "secret": "secret-of-the-form"})
    someone.send(someone.part("save"), "press")
    row = await kept(place, service)
    assert row.auth == {"type": "signed", "recipe": "aws_sigv4"}
    assert row.settings == {"access_key_id": "AKIADEMO00000000"}


async def test_what_cannot_be_read_is_said_at_its_field(place: Place) -> None:
    someone, _ = await new_form(place, "token_exchange")
    fill(someone, {"url": TOKEN, "secret": "password = secret-of-the-form", "json": "{nope"})
    someone.send(someone.part("save"), "press")
    await until(lambda: someone.part("json").props.get("error"))
    fill(someone, {"json": "{}", "token-path": "token"})
    someone.send(someone.part("save"), "press")
    await until(lambda: someone.part("token-path").props.get("error"))


async def test_experts_change_how_a_key_signs_in_and_hear_what_is_wrong(place: Place) -> None:
    service = f"form{uuid4().hex[:8]}"
    given = Given(
        service,
        {"type": "oauth2_client_credentials", "token_url": TOKEN},
        {"client_secret": "secret-of-the-form"},
        {"client_id": "some-client"},
        [HOST],
    )
    made = await place.console.services.credentials.add(place.acme.owner, given)
    someone = await place.someone(place.acme.owner)
    await someone.open(f"/credentials/{made.id}")
    someone.send(someone.part("edit"), "press")
    await until(lambda: is_there(someone, "auth"))
    for said in ("{nope", '{"type": "oauth2_client_credentials"}'):
        fill(someone, {"auth": said})
        someone.send(someone.part("save"), "press")
        await until(lambda: someone.part("auth").props.get("error"))
    wanted = {**made.auth, "token_params": {"audience": "https://api.example.com"}}
    fill(someone, {"auth": json.dumps(wanted)})
    someone.send(someone.part("save"), "press")
    async with asyncio.timeout(30):
        while (await kept(place, service)).auth != wanted:
            pass


async def test_every_kind_can_be_chosen(place: Place) -> None:
    someone, _ = await new_form(place, "bearer")
    offered = {one["value"] for one in someone.part("kind").props["choices"]}
    assert offered == set(ALL_KINDS)


async def new_form(place: Place, kind: str) -> tuple[Someone, str]:
    someone = await place.someone(place.acme.owner)
    await someone.open("/credentials")
    someone.send(someone.part("new"), "press")
    service = f"form{uuid4().hex[:8]}"
    fill(someone, {"service": service, "hosts": f"{HOST}, api.example.com", "kind": kind})
    return someone, service


def is_there(someone: Someone, testid: str) -> bool:
    assert someone.user.client is not None
    elements = someone.user.client.elements.values()
    return any(one.props.get("data-testid") == testid for one in elements)


def fill(someone: Someone, typed: dict[str, str]) -> None:
    for testid, value in typed.items():
        if not value and testid == "secret":
            continue
        part = someone.part(testid)
        assert isinstance(part, Field | Choice)
        part.value = value


async def kept(place: Place, service: str) -> Credential:
    async def found() -> Credential | None:
        rows = await place.console.services.credentials.listed(place.acme.owner, limit=200)
        return next((one for one in rows.items if one.service_name == service), None)

    for _ in range(400):
        if (row := await found()) is not None:
            return row
    raise AssertionError("it was never kept")


WRONG = {
    "auth": (
        "{nope",
        '{"type": "telepathy"}',
        "[]",
        "null",
        "5",
        '"bearer"',
        '{"type": ["bearer"]}',
        '{"type": "basic", "username": 5}',
        '{"type": "header"}',
        "[" * 100_000,
    ),
    "hosts": ("*.com", "a b", "*.com, a b", "https://", "", "*", "x" * 300, "127.0.0.1/8"),
    "test-address": ("telepathy", "http://", "javascript:alert(1)"),
}


async def test_wrong_settings_of_a_key_are_told_beside_them_and_change_nothing(
    place: Place,
) -> None:
    name = f"form{uuid4().hex[:8]}"
    given = Given(name, {"type": "bearer"}, {"key": "secret-of-the-form"}, {}, [HOST])
    made = await place.console.services.credentials.add(place.acme.owner, given)
    someone = await place.someone(place.acme.owner)
    for testid, spelled in WRONG.items():
        for said in spelled:
            await someone.open(f"/credentials/{made.id}")
            someone.send(someone.part("edit"), "press")
            await until(lambda: is_there(someone, "auth"))
            fill(someone, {testid: said})
            someone.send(someone.part("save"), "press")
            await until(lambda at=testid: someone.part(at).props.get("error"))
            assert "Traceback" not in someone.part(testid).props["error"]
    now = await place.console.services.credentials.get(place.acme.owner, made.id)
    assert (now.auth, now.allowed_hosts, now.test) == (made.auth, made.allowed_hosts, made.test)
