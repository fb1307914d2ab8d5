"""Loops in loops, waits, caches and limits, and a worker that dies in the middle."""

import asyncio
import os
import signal
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx

from app.main import build
from app.settings import Settings
from db.logins import Logins
from engine.effects.master_key import MasterKey
from tests.app.conftest import key_for, served
from tests.app.running.unseen.conftest import maps, step
from tests.app.running.unseen.stub import answer
from tests.waiting import until


async def test_four_levels_of_loops_waterfalls_and_branches(customer, stub):
    @stub.on("GET", "/finder/*")
    def find(call):
        finder, domain = call.path.split("/")[2], call.query["domain"]
        if finder == "one":
            return answer({"error": "none"}, 404 if domain == "b.example" else 500)
        found = None if domain == "c.example" else f"{call.query['name']}@{domain}"
        return answer({"email": found})

    @stub.on("GET", "/verify")
    def verify(call):
        return answer({"result": "risky" if call.query["email"].startswith("bo@") else "ok"})

    def finder(name):
        return {
            "name": name, "cost": 1 if name == "one" else 2.5,
            "steps": [
                step(f"ask_{name}", "GET", f"{stub.url}/finder/{name}", credential=None,
                     query={"name": "{{ person.name | lower }}", "domain": "{{ firm.domain }}"},
                     retry={"max_retries": 0}, extract={"email": "$.email"},
                     rules=[{"status": [404], "then": "not_found"}]),
                {"id": f"check_{name}", "kind": "branch", "branches": [
                    {"name": "got", "when": {"left": f"{{{{ steps.ask_{name}.email }}}}",
                                             "op": "is_not_empty"},
                     "steps": [step(f"verify_{name}", "GET", f"{stub.url}/verify",
                                    credential=None,
                                    query={"email": f"{{{{ steps.ask_{name}.email }}}}"},
                                    extract={"result": "$.result"})]}]},
            ],
            "result": {"email": f"{{{{ steps.ask_{name}.email }}}}",
                       "verdict": f"{{{{ steps.verify_{name}.result }}}}"},
            "accept": {"left": "{{ result.verdict }}", "op": "equals", "right": "ok"},
        }  # fmt: skip

    firms = [
        {"domain": "a.example", "people": [{"name": "Ada"}, {"name": "Bo"}]},
        {"domain": "b.example", "people": [{"name": "Cy"}]},
        {"domain": "c.example", "people": []},
        {"domain": "c.example", "people": [{"name": "Di"}]},
    ]
    run = await customer.run(
        {"id": "firms", "kind": "for_each", "items": "{{ input.firms }}", "as": "firm",
         "concurrency": 3, "result": {"people": "{{ steps.people.items }}"}, "steps": [
             {"id": "people", "kind": "for_each", "items": "{{ firm.people }}", "as": "person",
              "concurrency": 2, "steps": [
                  {"id": "mail", "kind": "waterfall", "on_error": "continue",
                   "attempts": [finder("one"), finder("two")]}],
              "result": {"at": "{{ firm_index }}.{{ person_index }}",
                         "email": "{{ steps.mail.email }}", "by": "{{ steps.mail.winner }}",
                         "cost": "{{ steps.mail.cost }}"}}]},
        given={"firms": firms},
        input_schema={"properties": {"firms": {"type": "array"}}},
        field_mappings=maps(data__all="{{ steps.firms.items }}"),
    )  # fmt: skip
    assert run["status"] == "success", run
    kept = (await customer.data(run))["data"]["all"]
    ada, bo = kept[0]["people"]
    assert ada == {"at": "0.0", "email": "ada@a.example", "by": "two", "cost": 3.5}
    assert (bo["at"], bo["email"], bo["by"]) == ("0.1", None, None)
    assert kept[1]["people"][0]["email"] == "cy@b.example"
    assert kept[2] == {"people": []}
    assert kept[3]["people"][0]["email"] is None
    paths = [entry["path"] for entry in run["steps_executed"] if entry["id"] == "verify_two"]
    assert "firms[0].people[0].mail[1].check_two.verify_two" in paths, paths
    assert len(stub.ledger) == 8 + 3


async def test_a_run_that_waits_goes_on_with_the_next_console(
    customer, stub, console, owner_url, console_url
):
    @stub.on("GET", "/before")
    @stub.on("GET", "/after")
    def both(call):
        return answer({"ok": call.path})

    made = await customer.connector(
        step("before", "GET", f"{stub.url}/before", credential=None, extract={"ok": "$.ok"}),
        {"id": "rest", "kind": "wait", "for_ms": 1500},
        step("after", "GET", f"{stub.url}/after", credential=None,
             query={"had": "{{ steps.before.ok }}"}, extract={"ok": "$.ok"}),
    )  # fmt: skip
    contact = await customer.contact()
    run = (
        await customer.api.post(f"/connectors/{made}/execute", json={"contact_id": contact})
    ).json()
    await until(lambda: stub.told)
    await console.working.stop()
    settings = Settings(allow_private=stub.host)
    second = build(
        settings, Logins(owner_url, console_url), MasterKey(bytes(range(32))), with_pages=False
    )
    await second.start(with_worker=True)
    await until(lambda: len(stub.told) > 1)
    await customer.api.get(f"/executions/{run['id']}/events")
    ended = (await customer.api.get(f"/executions/{run['id']}")).json()
    await second.stop()
    assert ended["status"] == "success", ended
    assert stub.told == ["GET /before", "GET /after"]
    assert stub.ledger[1].query == {"had": "/before"}


async def test_what_was_asked_once_is_known_in_later_runs(customer, stub):
    @stub.on("GET", "/person")
    def person(call):
        if call.query["email"].startswith("no"):
            return answer({"error": "nobody"}, 404)
        return answer({"city": "Bergen", "n": len(stub.ledger)})

    key = await customer.key({"type": "query", "name": "key"}, {"key": "demo-key-not-real-1"})
    made = await customer.connector(
        step("ask", "GET", f"{stub.url}/person", query={"email": "{{ contact.email | lower }}"},
             cache={"ttl_s": 600, "negative_ttl_s": 600}, extract={"city": "$.city"},
             rules=[{"status": [404], "then": "not_found"}]),
        field_mappings=maps(city="{{ steps.ask.city }}"))  # fmt: skip
    first = await customer.execute(made, await customer.contact())
    again = await customer.execute(made, await customer.contact(email="AVERY@example.com"))
    assert [run["steps_executed"][0]["cached"] for run in (first, again)] == [False, True]
    assert again["steps_executed"][0]["extracted"] == {"city": "Bergen"}
    assert len(stub.ledger) == 1
    for expected in (False, True):
        nobody = await customer.execute(made, await customer.contact(email="no@example.com"))
        assert (nobody["outcome"], nobody["steps_executed"][0]["cached"]) == ("not_found", expected)
    assert len(stub.ledger) == 2
    other = {"credentials": {"key": "demo-key-not-real-2"}}
    await customer.api.patch(f"/workspace/credentials/{key}", json=other)
    await customer.execute(made, await customer.contact())
    assert len(stub.ledger) == 2, "the account is the same, whatever its key"


async def test_limits_in_every_dialect_are_waited_for(customer, stub):
    def soon(kind):
        now = datetime.now(UTC)
        return {
            "date": ("Retry-After", format_datetime(now + timedelta(seconds=2), usegmt=True)),
            "epoch": ("X-RateLimit-Reset", str(int(now.timestamp()) + 2)),
            "draft": ("RateLimit", "limit=100, remaining=0, reset=1"),
            "duration": ("x-ratelimit-reset-requests", "1s"),
            "decimals": ("X-RateLimit-Reset-After", "0.65"),
        }[kind]

    times = {}

    @stub.on("POST", "/send/*")
    def send(call):
        kind = call.path.rpartition("/")[2]
        times.setdefault(kind, []).append(datetime.now(UTC))
        if len(times[kind]) == 1:
            return answer({"error": "slow down"}, 429, soon(kind))
        return answer({"ok": True})

    kinds = ["date", "epoch", "draft", "duration", "decimals"]
    run = await customer.run(
        {"id": "all", "kind": "for_each", "items": "{{ input.kinds }}", "as": "kind",
         "concurrency": 5, "steps": [
             step("send", "POST", f"{stub.url}/send/{{{{ kind }}}}", credential=None,
                  retry={"base_ms": 1, "max_ms": 2})]},
        given={"kinds": kinds}, input_schema={"properties": {"kinds": {"type": "array"}}},
    )  # fmt: skip
    assert (run["status"], run["outcome"]) == ("success", "found"), run
    waited = {kind: (there - here).total_seconds() for kind, (here, there) in times.items()}
    assert min(waited.values()) > 0.6, waited


async def test_a_worker_killed_at_item_800_of_1000(owner_url, console_url, acme, stub):
    seen: Counter[int] = Counter()
    victim = []

    @stub.on("POST", "/item")
    def item(call):
        number = call.json["number"]
        seen[number] += 1
        if sum(seen.values()) == 800 and len(victim) == 1:
            os.kill(victim[0].pid, signal.SIGKILL)
        return answer({"double": number * 2})

    made = build(
        Settings(allow_private=stub.host),
        Logins(owner_url, console_url),
        MasterKey(bytes(range(32))),
        with_pages=False,
    )
    await made.start(with_worker=False)
    async with served(made.web) as url:
        headers = {"Authorization": f"Bearer {key_for(owner_url, acme.owner)}"}
        async with httpx.AsyncClient(base_url=f"{url}/api/v1", headers=headers, timeout=60) as api:
            body = {
                "name": "Thousand",
                "config": {
                    "steps": [
                        {
                            "id": "all",
                            "kind": "for_each",
                            "items": "{{ input.items }}",
                            "as": "one",
                            "concurrency": 8,
                            "max_items": 1000,
                            "steps": [
                                step(
                                    "send",
                                    "POST",
                                    f"{stub.url}/item",
                                    credential=None,
                                    idempotency_header="Idempotency-Key",
                                    body={"json": {"number": "{{ one }}"}},
                                    extract={"double": "$.double"},
                                )
                            ],
                            "result": {"double": "{{ steps.send.double }}"},
                        }
                    ]
                },
                "input_schema": {"properties": {"items": {"type": "array"}}},
                "field_mappings": maps(data__last="{{ steps.all.items[999].double }}"),
            }
            connector = (await api.post("/connectors", json=body)).json()["id"]
            contact = (await api.post("/contacts", json={"email": "a@example.com"})).json()["id"]
            run = (
                await api.post(
                    f"/connectors/{connector}/execute",
                    json={"contact_id": contact, "input": {"items": list(range(1000))}},
                )
            ).json()
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
    assert data == {"last": 1998}
    assert set(seen) == set(range(1000))
    repeated = sum(seen.values()) - 1000
    keys = Counter(call.headers["idempotency-key"] for call in stub.ledger)
    assert len(keys) == 1000
    assert repeated <= 8, repeated
