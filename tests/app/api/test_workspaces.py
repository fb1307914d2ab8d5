"""Workspaces, their members and keys: who may do what, and what is not there for others."""

from collections.abc import Callable
from uuid import uuid4

from httpx import AsyncClient as Client

from db.session import Actor
from tests.app.conftest import Outside
from tests.databases import Tenant

Clients = Callable[[Actor], Client]


async def test_a_key_sees_its_one_workspace(api: Client, theirs: Client) -> None:
    items = (await api.get("/workspaces")).json()["items"]
    assert [(item["id"], item["role"]) for item in items] == [("acme", "owner")]
    assert (await api.get("/workspaces/acme")).json()["name"] == "Acme"
    assert (await theirs.get("/workspaces/acme")).status_code == 404


async def test_who_makes_a_workspace_owns_it(api: Client) -> None:
    made = await api.post("/workspaces", json={"name": "Second"})
    assert made.status_code == 201, made.text
    assert made.json()["role"] == "owner"
    # The key stays with the workspace it was made for.
    assert (await api.get(f"/workspaces/{made.json()['id']}")).status_code == 404


async def test_an_owner_renames_and_removes_a_workspace(api: Client) -> None:
    renamed = await api.patch("/workspaces/acme", json={"name": "Acme Ltd"})
    assert renamed.json()["name"] == "Acme Ltd"
    assert (await api.delete("/workspaces/acme")).status_code == 204
    assert (await api.get("/contacts")).status_code == 401  # its keys went with it


async def test_members_come_and_go(api: Client) -> None:
    added = await api.post(
        "/workspaces/acme/members", json={"email": "new@acme.test", "role": "editor"}
    )
    assert added.status_code == 201, added.text
    one = f"/workspaces/acme/members/{added.json()['user_id']}"
    assert (await api.get(one)).json()["role"] == "editor"
    assert (await api.patch(one, json={"role": "admin"})).json()["role"] == "admin"
    listed = (await api.get("/workspaces/acme/members")).json()["items"]
    assert {"new@acme.test", "owner@acme.test"} <= {item["email"] for item in listed}
    twice = await api.post(
        "/workspaces/acme/members", json={"email": "NEW@acme.test", "role": "viewer"}
    )
    assert twice.status_code == 409
    assert (await api.delete(one)).status_code == 204
    assert (await api.get(one)).status_code == 404


async def test_the_last_owner_stays(api: Client, acme: Tenant) -> None:
    one = f"/workspaces/acme/members/{acme.owner.user_id}"
    assert (await api.patch(one, json={"role": "viewer"})).status_code == 409
    assert (await api.delete(one)).status_code == 409


async def test_an_admin_manages_those_below_only(client_of: Clients, acme: Tenant) -> None:
    admin = client_of(acme.admin)
    members = "/workspaces/acme/members"
    for role, status in (("owner", 403), ("admin", 403), ("editor", 201)):
        answer = await admin.post(members, json={"email": f"{role}2@acme.test", "role": role})
        assert answer.status_code == status, role
    owner = f"{members}/{acme.owner.user_id}"
    assert (await admin.patch(owner, json={"role": "viewer"})).status_code == 403
    assert (await admin.delete(owner)).status_code == 403
    viewer = f"{members}/{acme.viewer.user_id}"
    assert (await admin.patch(viewer, json={"role": "admin"})).status_code == 403
    assert (await admin.patch(viewer, json={"role": "editor"})).status_code == 200


async def test_a_key_is_shown_once_works_and_stops_when_removed(
    api: Client, outside: Outside
) -> None:
    made = (await api.post("/api-keys", json={"name": "CRM"})).json()
    listed = (await api.get("/api-keys")).json()["items"]
    assert made["id"] in {key["id"] for key in listed}
    assert all("key" not in key for key in listed)
    headers = {"Authorization": f"Bearer {made['key']}"}
    async with Client(base_url=f"{outside.url}/api/v1", headers=headers) as program:
        assert (await program.get("/contacts")).status_code == 200
        assert (await api.delete(f"/api-keys/{made['id']}")).status_code == 204
        assert (await program.get("/contacts")).status_code == 401


async def test_the_roles_of_the_contract_hold(client_of: Clients, acme: Tenant) -> None:
    """Viewer: GET only; editor: contacts; admin: credentials, members, keys, import; owner: all."""
    wishes = [
        ("POST", "/contacts", "editor"),
        ("PATCH", f"/contacts/{uuid4()}", "editor"),
        ("DELETE", f"/contacts/{uuid4()}", "editor"),
        ("POST", "/contacts/import", "admin"),
        ("POST", "/workspace/credentials", "admin"),
        ("PATCH", f"/workspace/credentials/{uuid4()}", "admin"),
        ("DELETE", f"/workspace/credentials/{uuid4()}", "admin"),
        ("POST", f"/workspace/credentials/{uuid4()}/test", "admin"),
        ("POST", "/workspaces/acme/members", "admin"),
        ("POST", "/api-keys", "admin"),
        ("DELETE", f"/api-keys/{uuid4()}", "admin"),
        ("PATCH", "/workspaces/acme", "owner"),
    ]
    order = ("viewer", "editor", "admin", "owner")
    for role in order:
        client = client_of(getattr(acme, role))
        for method, path, least in wishes:
            status = (await client.request(method, path)).status_code
            allowed = order.index(role) >= order.index(least)
            assert (status != 403) == allowed, (role, method, path, status)
            assert status < 500
        for path in ("/contacts", "/workspaces", "/workspace/credentials", "/api-keys", "/audit"):
            assert (await client.get(path)).status_code == 200, (role, path)


async def test_changes_are_in_the_audit_and_only_in_their_own(api: Client, theirs: Client) -> None:
    made = (await api.post("/api-keys", json={"name": "CRM"})).json()
    entries = (await api.get("/audit")).json()["items"]
    assert entries[0]["action"] == "api_key.made"
    assert entries[0]["object_id"] == made["id"]
    assert made["key"] not in str(entries)
    assert (await theirs.get("/audit")).json()["items"] == []


async def test_a_key_ends_within_ten_years_or_never(api: Client) -> None:
    for moment in ("2001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z"):
        refused = await api.post("/api-keys", json={"name": "x", "expires_at": moment})
        assert refused.status_code == 422, moment
        assert refused.json()["errors"][0]["path"] == "expires_at"


async def test_members_are_listed_in_pages_newest_first(api: Client, acme: Tenant) -> None:
    for name in ("ada", "bob", "cyd"):
        answer = await api.post(
            "/workspaces/acme/members", json={"email": f"{name}@acme.test", "role": "viewer"}
        )
        assert answer.status_code == 201
    whole = (await api.get("/workspaces/acme/members")).json()
    assert [one["email"][:3] for one in whole["items"]][:3] == ["cyd", "bob", "ada"]
    found: list[object] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await api.get(f"/workspaces/acme/members?limit=2{cursor}")).json()
        assert 1 <= len(page["items"]) <= 2
        found += page["items"]
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
    assert found == whole["items"]
    assert (await api.get("/workspaces/acme/members?limit=0")).status_code == 422
    assert (await api.get("/workspaces/acme/members?cursor=x")).status_code == 422
