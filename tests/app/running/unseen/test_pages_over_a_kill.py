"""A worker that dies at the eighth of ten pages: the next one goes on there."""

import asyncio
import os
import signal
import sys
from collections import Counter

import httpx

from app.main import build
from app.settings import Settings
from db.logins import Logins
from engine.effects.master_key import MasterKey
from tests.app.conftest import key_for, served
from tests.app.running.unseen.conftest import maps, step
from tests.app.running.unseen.stub import answer

LISTED = {
    "name": "Ten pages",
    "field_mappings": maps(data__n="{{ steps.list.items | length }}"),
}


async def test_a_list_goes_on_at_the_page_that_was_under_way(owner_url, console_url, acme, stub):
    asked: Counter[str] = Counter()
    victim = []

    @stub.on("GET", "/people")
    def people(call):
        page = call.query["page"]
        asked[page] += 1
        if page == "8" and asked[page] == 1:
            os.kill(victim[0].pid, signal.SIGKILL)
        last = {"more": False} if page == "10" else {}
        return answer({"people": [{"id": int(page) * 10 + n} for n in range(10)], **last})

    paginate = {
        "kind": "page", "param": "page", "items": "$.people", "size_param": "per", "size": 10,
        "max_pages": 10,
    }  # fmt: skip
    listing = step("list", "GET", f"{stub.url}/people", credential=None, paginate=paginate)
    settings = Settings(allow_private=stub.host)
    logins, master = Logins(owner_url, console_url), MasterKey(bytes(range(32)))
    made = build(settings, logins, master, with_pages=False)
    await made.start(with_worker=False)
    async with served(made.web) as url:
        headers = {"Authorization": f"Bearer {key_for(owner_url, acme.owner)}"}
        async with httpx.AsyncClient(base_url=f"{url}/api/v1", headers=headers, timeout=60) as api:
            body = {**LISTED, "config": {"steps": [listing]}}
            connector = (await api.post("/connectors", json=body)).json()["id"]
            contact = (await api.post("/contacts", json={"email": "a@example.com"})).json()["id"]
            start = f"/connectors/{connector}/execute"
            run = (await api.post(start, json={"contact_id": contact})).json()
            env = {**os.environ, "DATABASE_URL": console_url, "ALLOW": stub.host, "LEASE_S": "2"}
            work = [sys.executable, "-m", "tests.workers"]
            victim.append(await asyncio.create_subprocess_exec(*work, env=env))
            async with asyncio.timeout(120):
                assert await victim[0].wait() == -signal.SIGKILL
            victim.append(await asyncio.create_subprocess_exec(*work, env=env))
            await asyncio.wait_for(api.get(f"/executions/{run['id']}/events"), 120)
            ended = (await api.get(f"/executions/{run['id']}")).json()
            data = (await api.get(f"/contacts/{contact}")).json()["data"]
            victim[1].terminate()
            await victim[1].wait()
    await made.stop()
    assert (ended["status"], ended["outcome"]) == ("success", "found"), ended["error_message"]
    assert data == {"n": 100}
    assert asked == {str(page): 2 if page == 8 else 1 for page in range(1, 11)}
