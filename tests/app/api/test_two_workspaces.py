"""What belongs to one workspace is not there for another, whatever way somebody asks."""

from collections.abc import Callable

import pytest
from httpx import AsyncClient as Client

from db.session import Actor
from tests.databases import Tenant
from tests.providers.service import Service


@pytest.fixture
async def ours(api: Client, service: Service) -> dict[str, str]:
    """One of each, in acme."""
    contact = await api.post("/contacts", json={"email": "secret@acme.test"})
    await api.post(
        "/workspace/credentials",
        json={
            "service_name": "hunter",
            "auth": {"type": "bearer"},
            "credentials": {"key": service.KEY},
            "allowed_hosts": [service.host],
        },
    )
    return {
        "contact": contact.json()["id"],
    }


async def test_nothing_of_ours_changed_or_shows_in_their_lists(
    api: Client, theirs: Client, ours: dict[str, str]
) -> None:
    for path in ("/contacts", "/workspace/credentials", "/contacts?q=secret", "/audit"):
        assert (await theirs.get(path)).json()["items"] == []
    assert (await api.get(f"/contacts/{ours['contact']}")).status_code == 200


async def test_a_cursor_of_ours_opens_nothing_of_ours(api: Client, theirs: Client) -> None:
    for _ in range(3):
        await api.post("/contacts", json={})
    cursor = (await api.get("/contacts?limit=1")).json()["next_cursor"]
    assert (await theirs.get("/contacts", params={"cursor": cursor})).json()["items"] == []


async def test_the_same_service_and_email_say_nothing_across_workspaces(
    theirs: Client, ours: dict[str, str]
) -> None:
    made = await theirs.post("/workspace/credentials", json={"service_name": "hunter"})
    assert made.status_code == 201
    assert (await theirs.post("/contacts", json={"email": "secret@acme.test"})).status_code == 201


async def test_who_leaves_a_workspace_takes_no_key_along(
    api: Client, client_of: Callable[[Actor], Client], acme: Tenant
) -> None:
    editor = client_of(acme.editor)
    assert (await editor.get("/contacts")).status_code == 200
    await api.delete(f"/workspaces/acme/members/{acme.editor.user_id}")
    assert (await editor.get("/contacts")).status_code == 401
