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


@pytest.mark.usefixtures("saas_owner")
async def test_what_an_admin_may_is_kept_and_its_change_is_in_the_log(
    api: Client, client_of: Callable[[Actor], Client], acme: Tenant, owner_url: str
) -> None:
    narrow = {"review": False, "feature": False}
    body = {"email": "admin@acme.test", "role": "developer", "permissions": narrow}
    made = (await api.post("/admin/users", json=body)).json()
    assert made["permissions"] == narrow
    one = f"/admin/users/{made['id']}"
    wider = {"review": True, "since": "spring"}
    changed = await api.patch(one, json={"role": "admin", "permissions": wider})
    assert (changed.json()["role"], changed.json()["permissions"]) == ("admin", wider)
    assert (await api.delete(one)).status_code == 204
    assert (await api.patch(one, json={"role": "owner"})).status_code == 404
    with psycopg.connect(owner_url) as connection:
        rows = connection.execute(
            "select action, actor_id, before, after from audit_log"
            " where object_type = 'saas_admin' order by id"
        ).fetchall()
    first = {"email": "admin@acme.test", "role": "developer", "permissions": narrow}
    second = {"email": "admin@acme.test", "role": "admin", "permissions": wider}
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("saas_admin.added", None, first),
        ("saas_admin.changed", first, second),
        ("saas_admin.removed", second, None),
    ]
    assert {row[1] for row in rows} == {acme.owner.user_id}


@pytest.mark.usefixtures("saas_owner")
async def test_a_refused_change_leaves_no_trace_in_the_log(api: Client, owner_url: str) -> None:
    (mine,) = (await api.get("/admin/users")).json()["items"]
    assert (await api.delete(f"/admin/users/{mine['id']}")).status_code == 409
    with psycopg.connect(owner_url) as connection:
        assert connection.execute("select count(*) from audit_log").fetchone() == (0,)
