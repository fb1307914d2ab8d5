"""Credentials: secrets go in, prove themselves, are used by runs, and never come out."""

from typing import Any

import psycopg
import pytest
from httpx import AsyncClient as Client

from app.services.credentials import Credentials
from app.services.safe import Safe
from db.session import Database
from tests.app.conftest import Outside
from tests.providers.service import Service

SECRET = "sk-live-0123456789abcdef"


@pytest.fixture
def hunter(service: Service) -> dict[str, Any]:
    return {
        "service_name": "hunter",
        "label": "Hunter",
        "auth": {"type": "header", "name": "X-Api-Key"},
        "credentials": {"api_key": service.KEY},
        "allowed_hosts": [service.host],
        "test": {"method": "GET", "url": f"{service.url}/locked/header"},
    }


async def test_a_secret_never_comes_out_by_any_answer(
    api: Client, hunter: dict[str, Any], owner_url: str
) -> None:
    hunter["credentials"] = {"api_key": SECRET, "short": "12345678"}
    hunter["auth"]["field"] = "api_key"
    made = await api.post("/workspace/credentials", json=hunter)
    assert made.status_code == 201, made.text
    one = f"/workspace/credentials/{made.json()['id']}"
    answers = [made, await api.get(one), await api.get("/workspace/credentials")]
    answers += [await api.patch(one, json={"label": "Other"}), await api.get("/audit")]
    for answer in answers:
        assert answer.status_code < 300
        assert SECRET not in answer.text
        assert "12345678" not in answer.text
    assert made.json()["fields"] == {"api_key": "cdef", "short": None}
    with psycopg.connect(owner_url) as connection:
        row = connection.execute(
            "select credentials::text from workspace_api_credentials"
        ).fetchone()
    assert row is not None
    assert SECRET not in row[0]


async def test_a_run_opens_what_was_sealed(
    api: Client, hunter: dict[str, Any], database: Database, safe: Safe, service: Service
) -> None:
    await api.post("/workspace/credentials", json=hunter)
    opened = await Credentials(database, safe).opened("acme", ["hunter", "missing"])
    assert set(opened) == {"hunter"}
    assert opened["hunter"].secrets["api_key"].reveal() == service.KEY
    assert service.KEY not in repr(opened)
    assert await Credentials(database, safe).opened("globex", ["hunter"]) == {}


async def test_one_secret_of_several_can_be_replaced(
    api: Client, hunter: dict[str, Any], database: Database, safe: Safe
) -> None:
    hunter["auth"] = {"type": "basic", "username": "user", "password": "password"}
    hunter["credentials"] = {"user": "ada", "password": SECRET}
    made = (await api.post("/workspace/credentials", json=hunter)).json()
    changed = await api.patch(
        f"/workspace/credentials/{made['id']}", json={"credentials": {"password": "new-" + SECRET}}
    )
    assert changed.status_code == 200, changed.text
    opened = (await Credentials(database, safe).opened("acme", ["hunter"]))["hunter"]
    assert {name: secret.reveal() for name, secret in opened.secrets.items()} == {
        "user": "ada",
        "password": "new-" + SECRET,
    }


async def test_a_setting_cut_out_of_the_key_follows_the_next_key(
    api: Client, hunter: dict[str, Any]
) -> None:
    hunter["credentials"] = {"api_key": SECRET + "-us9"}
    hunter["settings"] = {"dc": {"from": "api_key", "after_last": "-"}, "list": "L1"}
    made = (await api.post("/workspace/credentials", json=hunter)).json()
    assert made["settings"] == {"dc": "us9", "list": "L1"}
    one = f"/workspace/credentials/{made['id']}"

    async def after(**change: Any) -> Any:
        changed = await api.patch(one, json=change)
        return changed.json()["settings"] if changed.status_code == 200 else changed.status_code

    assert await after(credentials={"api_key": SECRET + "-eu2"}) == {"dc": "eu2", "list": "L1"}
    assert await after(credentials={"api_key": SECRET.replace("-", "")}) == 422
    next_key = {"api_key": SECRET + "-ap3"}
    shown = {"dc": "eu2", "list": "L2"}  # as a form sends back what it showed
    assert await after(credentials=next_key, settings=shown) == {"dc": "ap3", "list": "L2"}
    assert await after(settings={"dc": "mine"}) == {"dc": "mine"}
    assert await after(credentials={"api_key": SECRET + "-us1"}) == {"dc": "mine"}


async def test_everything_wrong_with_a_credential_is_told_at_once(api: Client) -> None:
    refused = await api.post(
        "/workspace/credentials",
        json={
            "service_name": "no spaces please",
            "auth": {"type": "bearer", "field": "token"},
            "credentials": {"api_key": "abc"},
            "allowed_hosts": ["*.com/x"],
        },
    )
    assert refused.status_code == 422
    paths = {error["path"] for error in refused.json()["errors"]}
    assert paths == {"service_name", "auth.field", "credentials.api_key", "allowed_hosts[0]"}
    assert "abc" not in refused.text.replace("abc_", "")


@pytest.mark.parametrize(
    "test",
    [
        {"method": "GET", "url": "javascript:alert(1)"},
        {"method": "TELEPATHY", "url": "https://api.hunter.io/v2/account"},
        {"uri": "https://api.hunter.io/v2/account"},
        {"url": "https://api.hunter.io/{{ contact.nothing }}"},
        {"url": "https://api.hunter.io/v2/account", "rules": 5},
        {"url": "https://api.hunter.io/v2/account", "rules": [5]},
    ],
)
async def test_a_test_that_cannot_be_is_refused_when_it_is_saved(
    api: Client, hunter: dict[str, Any], test: dict[str, Any]
) -> None:
    made = (await api.post("/workspace/credentials", json=hunter)).json()
    again = {**hunter, "service_name": "other", "test": test}
    for answer in (
        await api.post("/workspace/credentials", json=again),
        await api.patch(f"/workspace/credentials/{made['id']}", json={"test": test}),
    ):
        assert answer.status_code == 422
        assert {one["path"] for one in answer.json()["errors"]} == {"test"}
    assert len((await api.get("/workspace/credentials")).json()["items"]) == 1


async def test_a_service_has_one_credential(api: Client, hunter: dict[str, Any]) -> None:
    assert (await api.post("/workspace/credentials", json=hunter)).status_code == 201
    assert (await api.post("/workspace/credentials", json=hunter)).status_code == 409


async def test_a_test_says_whether_the_key_works_and_remembers_it(
    api: Client, hunter: dict[str, Any], service: Service
) -> None:
    made = (await api.post("/workspace/credentials", json=hunter)).json()
    one = f"/workspace/credentials/{made['id']}"
    proof = (await api.post(f"{one}/test")).json()
    assert proof["works"] is True, proof
    assert service.KEY not in str(proof)
    assert (await api.get(one)).json()["state"] == "works"

    await api.patch(one, json={"credentials": {"api_key": "a-wrong-key-of-ours"}})
    assert (await api.get(one)).json()["state"] == "untested"
    proof = (await api.post(f"{one}/test")).json()
    assert proof["works"] is False
    assert proof["message"]
    assert (await api.get(one)).json()["state"] == "failing"


async def test_a_credential_goes_to_no_other_host(
    api: Client, hunter: dict[str, Any], service: Service
) -> None:
    hunter["allowed_hosts"] = ["api.hunter.io"]
    made = (await api.post("/workspace/credentials", json=hunter)).json()
    proof = (await api.post(f"/workspace/credentials/{made['id']}/test")).json()
    assert proof["works"] is False
    assert service.calls() == []


async def test_without_a_request_there_is_nothing_to_test_with(
    api: Client, hunter: dict[str, Any]
) -> None:
    del hunter["test"]
    made = (await api.post("/workspace/credentials", json=hunter)).json()
    refused = await api.post(f"/workspace/credentials/{made['id']}/test")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "request"


async def test_it_is_known_which_connectors_take_it(
    api: Client, hunter: dict[str, Any], owner_url: str, outside: Outside
) -> None:
    made = (await api.post("/workspace/credentials", json=hunter)).json()
    with psycopg.connect(owner_url) as connection:
        connection.execute(
            "insert into connectors (workspace_id, name, config) values"
            """ ('acme', 'Nested',"""
            """ '{"steps": [{"steps": [{"credential": "hunter", "request": {}}]}]}'),"""
            """ ('acme', 'Other', '{"steps": [{"credential": "apollo", "request": {}}]}')"""
        )
    shown = (await api.get(f"/workspace/credentials/{made['id']}")).json()
    assert [connector["name"] for connector in shown["used_by"]] == ["Nested"]
