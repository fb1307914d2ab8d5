"""/api/v1/alert-channels: secrets go in and never come out; admins only, each their own."""

import asyncio
import json

import pytest

from tests.providers.service import KEY

EVENTS = ["credential_broken", "run_failed"]


@pytest.fixture
def ours(service) -> dict:
    secrets = {"url": f"{service.url}/hooks/{KEY}", "signing_secret": "signing-not-real"}
    return {"kind": "webhook", "name": "Ours", "events": EVENTS, "secrets": secrets}


async def test_a_channel_is_added_tried_changed_and_removed(api, service, ours):
    made = (await api.post("/alert-channels", json=ours)).json()
    assert (made["settings"], made["events"], made["enabled"]) == (
        {"host": service.host}, EVENTS, True,
    )  # fmt: skip
    place = f"/alert-channels/{made['id']}"
    delivery = (await api.post(f"{place}/test")).json()
    for _ in range(300):
        found = (await api.get(f"/alert-deliveries/{delivery['id']}")).json()
        if found["state"] != "waiting":
            break
        await asyncio.sleep(0.1)
    assert (found["state"], found["attempts"]) == ("sent", 1)
    changed = await api.put(place, json={**ours, "name": "Renamed", "secrets": {}})
    assert changed.json()["name"] == "Renamed"
    assert "not-real" not in changed.text + (await api.get("/alert-channels")).text
    refused = await api.put(place, json={**ours, "kind": "slack"})
    assert refused.status_code == 422
    assert (await api.delete(place)).status_code == 204
    assert (await api.get("/alert-channels")).json() == {"items": [], "next_cursor": None}


async def test_what_is_wrong_is_told_at_its_place(api, ours):
    bad = await api.post("/alert-channels", json={**ours, "secrets": {"url": "ftp://x"}})
    assert (bad.status_code, bad.json()["errors"][0]["path"]) == (422, "secrets.url")
    assert (await api.post("/alert-channels", json={**ours, "events": ["x"]})).status_code == 422


async def test_editors_and_others_reach_no_channel(api, theirs, client_of, acme, ours):
    made = (await api.post("/alert-channels", json=ours)).json()
    place = f"/alert-channels/{made['id']}"
    editor = client_of(acme.editor)
    assert (await editor.get("/alert-channels")).status_code == 403
    assert (await editor.get("/alerts")).json() == {"items": [], "next_cursor": None}
    for client, status in ((editor, 403), (theirs, 404)):
        assert (await client.delete(place)).status_code == status
        assert (await client.post(f"{place}/test")).status_code == status
        assert (await client.put(place, json=ours)).status_code == status
    assert len((await api.get("/alert-channels")).json()["items"]) == 1


async def test_all_connectors_move_to_another_credential_over_rest(api, service):
    ids = []
    for name in ("old", "new"):
        body = {
            "service_name": name,
            "auth": {"type": "bearer"},
            "credentials": {"key": f"{name}-key"},
            "allowed_hosts": [service.host],
            "expires_at": "2030-01-01T00:00:00Z",
        }
        ids.append((await api.post("/workspace/credentials", json=body)).json()["id"])
    request = {"method": "GET", "url": f"{service.url}/echo"}
    step = {"id": "a", "kind": "http", "credential": "old", "request": request}
    connector = await api.post("/connectors", json={"name": "Uses", "config": {"steps": [step]}})
    moved = await api.post(f"/workspace/credentials/{ids[0]}/move", json={"to": ids[1]})
    assert moved.json() == {"connectors": 1}
    now = (await api.get(f"/connectors/{connector.json()['id']}")).json()
    assert now["config"]["steps"][0]["credential"] == "new"
    shown = (await api.get(f"/workspace/credentials/{ids[1]}")).json()
    assert shown["expires_at"].startswith("2030-01-01")
    assert json.dumps(shown["used_by"]).count("Uses") == 1
