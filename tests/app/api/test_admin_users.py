"""Who runs the service: its owners decide, and one of them stays."""

from collections.abc import Callable

import psycopg
import pytest
from httpx import AsyncClient as Client

from db.session import Actor
from tests.databases import Tenant


@pytest.fixture
def saas_owner(owner_url: str, acme: Tenant) -> None:
    with psycopg.connect(owner_url) as connection:
        connection.execute(
            "insert into saas_admin_users (user_id, role) values (%s, 'owner')",
            [acme.owner.user_id],
        )


async def test_the_owner_of_a_workspace_is_nobody_here(api: Client) -> None:
    assert (await api.get("/admin/users")).status_code == 403
    made = await api.post("/admin/users", json={"email": "owner@acme.test"})
    assert made.status_code == 403


@pytest.mark.usefixtures("saas_owner")
async def test_owners_make_change_and_remove_admins(api: Client, acme: Tenant) -> None:
    made = await api.post("/admin/users", json={"email": "viewer@acme.test", "role": "developer"})
    assert made.status_code == 201, made.text
    one = f"/admin/users/{made.json()['id']}"
    assert made.json()["user_id"] == str(acme.viewer.user_id)
    assert (await api.patch(one, json={"role": "admin"})).json()["role"] == "admin"
    assert len((await api.get("/admin/users")).json()["items"]) == 2
    twice = await api.post("/admin/users", json={"user_id": str(acme.viewer.user_id)})
    assert twice.status_code == 409
    assert (await api.delete(one)).status_code == 204
    assert (await api.delete(one)).status_code == 404


@pytest.mark.usefixtures("saas_owner")
async def test_admins_below_owner_change_nobody(
    api: Client, client_of: Callable[[Actor], Client], acme: Tenant
) -> None:
    made = await api.post("/admin/users", json={"email": "admin@acme.test", "role": "admin"})
    admin = client_of(acme.admin)
    assert (await admin.get("/admin/users")).status_code == 403
    one = f"/admin/users/{made.json()['id']}"
    assert (await admin.patch(one, json={"role": "owner"})).status_code == 403
    assert (await admin.delete(one)).status_code == 403


@pytest.mark.usefixtures("saas_owner")
async def test_the_last_owner_stays(api: Client) -> None:
    (mine,) = (await api.get("/admin/users")).json()["items"]
    one = f"/admin/users/{mine['id']}"
    assert (await api.patch(one, json={"role": "admin"})).status_code == 409
    assert (await api.delete(one)).status_code == 409


@pytest.mark.usefixtures("saas_owner")
async def test_an_unknown_person_cannot_become_an_admin(api: Client) -> None:
    refused = await api.post("/admin/users", json={"email": "nobody@nowhere.test"})
    assert refused.status_code == 422
    refused = await api.post(
        "/admin/users", json={"user_id": "6f1c2a52-0000-4000-8000-000000000000"}
    )
    assert refused.status_code == 422
