"""The pretended providers: one service that answers like many, with a ledger and bad days.

Addresses, all under `service.url`:

    /echo/…                     what arrived, as JSON (headers, query and body included)
                                `?answer_headers=Name:value,…` come along
    /people/find?email=         Hunter-like lookup; 404 for nobody@…
    /emails/verify?email=       valid, or invalid for nobody@…
    /companies/search?domain=   → companies[0].id, then /companies/7
    /bad/429?times=1&retry_after=3   bad that often (`times=always`), then {"ok": true}
    /slow?seconds=1  /html  /garbage  /empty  /nothing  /huge?mb=50  /poison  /deep
    /text?charset=  /data?charset=&kind=
    /say                        `service.says`, whatever it is now: a service that changes its mind
    /drop  /half                hangs up before, or in the middle of, the answer
    /redirect?to=URL&status=302
    /locked/header  /locked/query  /locked/bearer  /locked/basic     401 without `service.KEY`
    POST /orders                honours Idempotency-Key; `lost=1` takes the order, then hangs up;
                                `status=500&times=1` takes it, then answers 500 once
    /pages/KIND?total=25        KIND page, offset, cursor, next_url, link, body (POST), stuck
    POST /jobs?polls=3          202, then /jobs/ID is running that often, then done (`end=failed`)
    POST /oauth/token           client_credentials, refresh_token (rotating), jwt-bearer; for
                                /locked/oauth, which repeats the token when `?echo=1`
    /oauth/authorize            the person agrees at once: back with a code
    POST /oauth/login           a user and a password for a token in x-session: /locked/session
    /locked/body  /locked/signed   the key in the body; a signature of one of three kinds
    /hooks/KEY                  an address that is itself the secret
"""

import asyncio
import base64
import json
import threading
from collections import Counter
from collections.abc import AsyncIterator
from email.utils import formatdate
from time import time
from typing import Any

from tests.providers import paging, people, signatures, tokens
from tests.providers.server import HangUp, Received, Reply, Server

KEY = "demo-key-not-real-8271"
LOGIN = "Ada:demo-password-not-real"


class Service:
    KEY = KEY
    LOGIN = LOGIN

    def __init__(self, port: int = 0) -> None:
        self._server = Server(self._receive, port=port)
        self._lock = threading.Lock()
        self._arrived = threading.Condition()
        self.forget()

    def start(self) -> "Service":
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()

    @property
    def host(self) -> str:
        """`127.0.0.1:PORT`, as CONSOLE_ALLOW_PRIVATE and allowed_hosts take it."""
        return f"127.0.0.1:{self._server.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    # The ledger

    def forget(self) -> None:
        """A clean sheet for the next test."""
        with self._lock:
            self.ledger: list[Received] = []
            self.says: Any = {}
            self.orders: dict[str, dict[str, Any]] = {}
            self.most_at_once = 0
            self._at_once = 0
            self._seen: Counter[str] = Counter()
            self._jobs: dict[str, dict[str, Any]] = {}
            self.tokens = tokens.Tokens()

    def calls(self, path: str = "", method: str | None = None) -> list[Received]:
        """What arrived under this path, in order."""
        return [
            one
            for one in list(self.ledger)
            if one.path.startswith(path) and method in (None, one.method)
        ]

    def keys(self, path: str = "", header: str = "idempotency-key") -> list[str | None]:
        return [one.headers.get(header) for one in self.calls(path)]

    def wait_for(self, path: str = "", count: int = 1, seconds: float = 30) -> None:
        """Block until so many calls have arrived; in a coroutine go through `asyncio.to_thread`."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.calls(path)) >= count, seconds):
                raise TimeoutError(f"No {count} calls of {path or 'anything'} arrived.")

    # Answering

    async def _receive(self, received: Received) -> Reply:
        if received.path == "/ledger":
            return self._show_ledger(received)
        with self._lock:
            self.ledger.append(received)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        with self._arrived:
            self._arrived.notify_all()
        try:
            return await self._answer(received)
        finally:
            with self._lock:
                self._at_once -= 1

    async def _answer(self, call: Received) -> Reply:
        first, _, rest = call.path.lstrip("/").partition("/")
        answer = getattr(self, f"_on_{first}", None)
        if answer is None:
            return as_json({"error": "no such page"}, 404)
        return await answer(call, rest)

    def _show_ledger(self, call: Received) -> Reply:
        if call.method == "DELETE":
            self.forget()
        rows = [
            {
                "method": c.method,
                "path": c.path,
                "query": c.query,
                "headers": c.headers,
                "body": c.text,
            }
            for c in self.calls(call.query.get("path", ""))
        ]
        return as_json(rows)

    def _how_often(self, call: Received) -> int:
        """How often exactly this was asked before."""
        with self._lock:
            asked = f"{call.method} {call.path}?{call.query_string}"
            self._seen[asked] += 1
            return self._seen[asked] - 1

    def _still_bad(self, call: Received, default: str = "1") -> bool:
        times = call.query.get("times", default)
        return times == "always" or self._how_often(call) < int(times)

    async def _on_echo(self, call: Received, rest: str) -> Reply:
        try:
            parsed = call.json
        except ValueError:
            parsed = None
        told = {
            "method": call.method,
            "path": call.path,
            "query": call.query,
            "query_string": call.query_string,
            "headers": call.headers,
            "body": call.text,
            "json": parsed,
        }
        also = call.query.get("answer_headers", "")
        return as_json(told, 200, [_pair(one) for one in also.split(",") if one])

    async def _on_people(self, call: Received, rest: str) -> Reply:
        found = people.person(call.query.get("email", ""))
        if found is None:
            return as_json({"errors": [{"id": "not_found", "code": 404}]}, 404)
        return as_json({"data": found, "meta": {"email": found["email"]}})

    async def _on_emails(self, call: Received, rest: str) -> Reply:
        email = call.query.get("email", "")
        good = people.person(email) is not None
        status, score = ("valid", 97) if good else ("invalid", 3)
        return as_json({"data": {"email": email, "status": status, "score": score}})

    async def _on_companies(self, call: Received, rest: str) -> Reply:
        if rest == "search":
            known = "nobody" not in call.query.get("domain", "")
            return as_json(
                {"companies": [{"id": 7, "name": "Analytical Engines"}] if known else []}
            )
        if not rest.isdigit():
            return as_json({"error": "no such company"}, 404)
        return as_json(people.company(int(rest)))

    async def _on_bad(self, call: Received, rest: str) -> Reply:
        if not self._still_bad(call):
            return as_json({"ok": True, "email": call.query.get("email")})
        headers = []
        if wait := call.query.get("retry_after"):
            headers = [("retry-after", wait)]
        if wait := call.query.get("retry_after_date"):
            headers = [("retry-after", formatdate(time() + float(wait), usegmt=True))]
        if wait := call.query.get("reset"):
            headers = [("x-ratelimit-reset", wait)]
        code = call.query.get("code", "bad_day")
        return as_json(
            {"error": {"code": code, "message": "Having a bad day."}}, int(rest), headers
        )

    async def _on_slow(self, call: Received, rest: str) -> Reply:
        await asyncio.sleep(float(call.query.get("seconds", "1")))
        return as_json({"ok": True})

    async def _on_html(self, call: Received, rest: str) -> Reply:
        page = b"<!doctype html><html><title>Sign in</title><body>Please sign in.</body></html>"
        status = int(call.query.get("status", "200"))
        return Reply(status, page, [("content-type", "text/html; charset=utf-8")])

    async def _on_garbage(self, call: Received, rest: str) -> Reply:
        return Reply(200, b'{"data": {"id": 7,', [("content-type", "application/json")])

    async def _on_empty(self, call: Received, rest: str) -> Reply:
        return Reply(204)

    async def _on_nothing(self, call: Received, rest: str) -> Reply:
        return Reply(200, b"", [("content-type", "application/json")])

    async def _on_say(self, call: Received, rest: str) -> Reply:
        return as_json(self.says)

    async def _on_text(self, call: Received, rest: str) -> Reply:
        charset = call.query.get("charset", "utf-8")
        kind = f"text/plain; charset={charset}"
        return Reply(200, "Grüße aus Köln".encode(charset), [("content-type", kind)])

    async def _on_data(self, call: Received, rest: str) -> Reply:
        charset = call.query.get("charset", "utf-8")
        kind = f"{call.query.get('kind', 'application/json')}; charset={charset}"
        return Reply(200, '{"city": "Köln"}'.encode(charset), [("content-type", kind)])

    async def _on_huge(self, call: Received, rest: str) -> Reply:
        megabytes = int(call.query.get("mb", "50"))
        return Reply(200, _much(megabytes), [("content-type", "application/json")])

    async def _on_poison(self, call: Received, rest: str) -> Reply:
        body = (
            rb'{"big": 1e5000, "minus": -1e5000, "nul": "a\u0000b", "half": "x\ud800y",'
            rb' "long": 123456789012345678901234567890, "id": 9007199254740993}'
        )
        return Reply(200, body, [("content-type", "application/json")])

    async def _on_deep(self, call: Received, rest: str) -> Reply:
        body = b"[" * 5000 + b"]" * 5000
        return Reply(200, body, [("content-type", "application/json")])

    async def _on_drop(self, call: Received, rest: str) -> Reply:
        if self._still_bad(call, "always"):
            raise HangUp
        return as_json({"ok": True})

    async def _on_half(self, call: Received, rest: str) -> Reply:
        reply = as_json({"data": "x" * 100})
        reply.cut = True
        return reply

    async def _on_redirect(self, call: Received, rest: str) -> Reply:
        return Reply(int(call.query.get("status", "302")), b"", [("location", call.query["to"])])

    async def _on_locked(self, call: Received, rest: str) -> Reply:
        login = base64.b64encode(LOGIN.encode()).decode()
        authorization = call.headers.get("authorization", "")
        opened = {
            "header": call.headers.get("x-api-key") == KEY,
            "query": call.query.get("api_key") == KEY,
            "bearer": authorization == f"Bearer {KEY}",
            "basic": authorization == f"Basic {login}",
            "oauth": self.tokens.good(authorization.removeprefix(f"{self.tokens.kind} ")),
            "session": self.tokens.good(call.headers.get("x-session", "")),
            "body": KEY in (_json(call), call.form.get("api_key")),
            "signed": signatures.good(call),
        }
        if not opened.get(rest):
            return as_json({"error": {"code": "bad_key", "message": "Wrong key."}}, 401)
        told = {"echo": authorization} if "echo" in call.query else {}
        return as_json({"ok": True, "plan": "demo", **told})

    async def _on_hooks(self, call: Received, rest: str) -> Reply:
        if rest != KEY:
            return as_json({"error": "no such hook"}, 404)
        return as_json({"ok": True, "took": call.text})

    async def _on_orders(self, call: Received, rest: str) -> Reply:
        order, known = self._take_order(call)
        if "lost" in call.query and not known and self._still_bad(call, call.query["lost"]):
            raise HangUp
        if "status" in call.query and self._still_bad(call):
            return as_json({"error": {"code": "bad_day"}}, int(call.query["status"]))
        return as_json(order, 200 if known else 201)

    def _take_order(self, call: Received) -> tuple[dict[str, Any], bool]:
        with self._lock:
            number = len(self.orders) + 1
            key = call.headers.get("idempotency-key") or f"order-{number}"
            known = key in self.orders
            if not known:
                self.orders[key] = {"id": number, "order": call.text}
            return self.orders[key], known

    async def _on_pages(self, call: Received, rest: str) -> Reply:
        return paging.page(call, rest, self.url)

    async def _on_jobs(self, call: Received, rest: str) -> Reply:
        if call.method == "POST":
            job = f"job-{len(self._jobs) + 1}"
            self._jobs[job] = {
                "left": int(call.query.get("polls", "2")),
                "end": call.query.get("end"),
            }
            return as_json({"id": job, "status": "queued", "url": f"{self.url}/jobs/{job}"}, 202)
        state = self._jobs.get(rest)
        if state is None:
            return as_json({"error": "no such job"}, 404)
        if state["left"] > 0:
            state["left"] -= 1
            return as_json({"id": rest, "status": "running"})
        if state["end"] == "failed":
            return as_json({"id": rest, "status": "failed", "error": "no credits"})
        return as_json({"id": rest, "status": "done", "result": {"score": 88}})

    async def _on_oauth(self, call: Received, rest: str) -> Reply:
        await asyncio.sleep(self.tokens.takes_s)
        if rest == "authorize":
            return Reply(302, b"", [("location", self.tokens.allow(call.query))])
        if rest == "login":
            return as_json(*reversed(self.tokens.exchange(call.json)))
        as_form = "x-www-form-urlencoded" in call.headers.get("content-type", "")
        asked = call.form if as_form else call.json
        status, body = self.tokens.answer(asked, call.headers.get("authorization", ""))
        return as_json(body, status)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition(":")
    return name.lower(), value


def _json(call: Received) -> Any:
    """The member in which a key may come."""
    try:
        return call.json.get("api_key") if isinstance(call.json, dict) else None
    except ValueError:
        return None


def as_json(value: Any, status: int = 200, headers: list[tuple[str, str]] | None = None) -> Reply:
    kind = [("content-type", "application/json")]
    return Reply(status, json.dumps(value).encode(), kind + (headers or []))


async def _much(megabytes: int) -> AsyncIterator[bytes]:
    yield b'["'
    for _ in range(megabytes * 16):
        yield b"x" * 65536
        await asyncio.sleep(0)
    yield b'"]'
