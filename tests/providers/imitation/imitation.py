"""One real HTTPS service that answers as the documented providers do, and keeps a ledger.

By itself it checks the key, the parameters and the body, and answers with the provider's example.
A test can ask for another day:

    providers.next("hunter.people_find", "rate_limited")     # an error of the facts, once
    providers.next("zerobounce.validate", "alt:0", times=2)  # another answer that is no error
    providers.next("github.user", "slow" | "lost")           # no answer in time, or hanging up
"""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.effects.egress import Egress
from engine.effects.policy import Policy
from tests.providers.imitation import questions
from tests.providers.imitation.certificates import Authority, service_account
from tests.providers.imitation.facts import Operation, Step, operations
from tests.providers.imitation.keys import Keys
from tests.providers.imitation.pages import page
from tests.providers.server import HangUp, Received, Reply, Server

PENDING = 1  # how often a job is not ready yet
SLOW_S = 5.0


@dataclass(frozen=True)
class Entry:
    """A line of the ledger: what arrived, and what it was taken for."""

    step: str  # hunter.people_find.find, or hunter.token
    call: Received

    @property
    def url(self) -> str:
        query = f"?{self.call.query_string}" if self.call.query_string else ""
        return f"https://{self.call.headers['host']}{self.call.path}{query}"


class Imitation:
    def __init__(self) -> None:
        self.private_key, public_key = service_account()
        self._public_key = public_key
        self._authority = Authority()
        known = operations().values()
        self._steps = [step for one in known for step in one.steps]
        self._steps += [one.test for one in known if one.test]  # after the proper operations
        hosts = {step.host for step in self._steps} | {host for host, _ in _token_routes()}
        self._server = Server(self._receive, tls=self._authority.serve(hosts))
        self._lock = threading.Lock()
        self.forget()

    def start(self) -> "Imitation":
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()

    def egress(self, now: Callable[[], Any] | None = None) -> Egress:
        """The product's own way out, at a place where every name leads here."""
        told = {"now": now} if now else {}
        return Egress(
            Policy.from_settings("127.0.0.0/8:443"),
            resolve=_here,
            tls=self._authority.trust(),
            port_of=lambda origin: self._server.port,
            **told,  # type: ignore[arg-type]
        )

    def forget(self) -> None:
        """A clean sheet for the next test."""
        self.ledger: list[Entry] = []
        self.complaints: list[str] = []
        self.keys = Keys(self._public_key)
        self.now: Callable[[], float] = time.time
        self._days: dict[str, list[str]] = {}
        self._asked: Counter[str] = Counter()

    def next(self, operation: str, *scenarios: str, times: int = 1, step: str = "") -> None:
        """What the next calls of an operation meet, in this order."""
        name = f"{operation}.{step or operations()[operation].steps[0].id}"
        self._days.setdefault(name, []).extend(scenarios * times)

    def calls(self, step: str = "") -> list[Entry]:
        return [entry for entry in list(self.ledger) if entry.step.startswith(step)]

    # Answering

    async def _receive(self, call: Received) -> Reply:
        for host, operation in _token_routes():
            if _asks_for_token(operation, host, call):
                self._note(f"{operation.provider}.token", call)
                return self._token(operation, call)
        step = self._step_of(call)
        if step is None:
            self._note("nowhere", call)
            self.complaints.append(f"nobody is at {call.method} {call.headers['host']}{call.path}")
            return _json({"error": "nobody is here"}, 404)
        self._note(f"{step.operation.id}.{step.id}", call)
        try:
            return await self._answer(step, call)
        except (LookupError, ValueError, TypeError) as mistake:  # ours, not the caller's
            self.complaints.append(f"the imitation stumbled: {mistake!r}")
            return _json({"error": "the imitation stumbled"}, 500)

    def _note(self, step: str, call: Received) -> None:
        with self._lock:
            self.ledger.append(Entry(step, call))

    def _step_of(self, call: Received) -> Step | None:
        host = call.headers.get("host", "").lower()
        return next(
            (
                step
                for step in self._steps
                if (step.host, step.facts["method"]) == (host, call.method)
                and step.path.fullmatch(call.path)
            ),
            None,
        )

    async def _answer(self, step: Step, call: Received) -> Reply:
        self.complaints += questions.complaints(step, call)
        if not self.keys.accepts(step.operation, call, self.now()):
            return self._refused(step)
        if questions.missing(step, call):
            return self._reply(step, step.answer(step.scenario("validation") or "bad_request"))
        with self._lock:
            waiting = self._days.get(f"{step.operation.id}.{step.id}", [])
            scenario = waiting.pop(0) if waiting else ""
        if scenario == "slow":
            await asyncio.sleep(SLOW_S)
        if scenario in ("slow", "lost"):
            raise HangUp
        if scenario:
            return self._reply(step, step.answer(scenario))
        if step.facts["poll"] and (pending := self._pending(step, call)):
            return pending
        return self._good(step, call)

    def _good(self, step: Step, call: Received) -> Reply:
        statuses = [one for one in step.facts["success_statuses"] if one != 204]
        known = (step.facts["response_example"], step.facts["response_headers"])
        body, headers = page(step, call) or known
        return _json(body, statuses[0], headers)

    def _pending(self, step: Step, call: Received) -> Reply | None:
        """A job that is asked for too early says so, as often as PENDING."""
        self._asked[call.path] += 1
        if self._asked[call.path] > PENDING:
            return None
        poll, others = step.facts["poll"], step.facts["alt_responses"]
        if poll["style"] == "repeat_same_request":
            others = [one for one in others if one["status"] in poll["while_status"]]
        return self._reply(step, others[0]) if others else None

    def _refused(self, step: Step) -> Reply:
        for each in (step, *step.operation.steps):
            for one in each.facts["errors"]:
                if one["kind"] == "auth":
                    return self._reply(step, one)
        return _json({"error": "unauthorized"}, 401)

    def _token(self, operation: Operation, call: Received) -> Reply:
        granted = self.keys.token(operation, call, self.now())
        return _json({"error": "invalid_client"}, 401) if granted is None else _json(granted)

    def _reply(self, step: Step, answer: dict[str, Any]) -> Reply:
        headers = dict(answer.get("headers") or {})
        for name, value in headers.items():
            if name.lower().endswith("reset") and value == "1700000000":  # a moment of the facts
                headers[name] = str(int(self.now()) + 30)
        body = answer["body"]
        if isinstance(body, str):
            kind = "text/html; charset=utf-8" if "<" in body else "text/plain; charset=utf-8"
            return Reply(
                answer["status"], body.encode(), [("content-type", kind), *headers.items()]
            )
        return _json(body, answer["status"], headers)


def _token_routes() -> list[tuple[str, Operation]]:
    """Host and path where tokens are handed out, once a provider."""
    found: dict[str, Operation] = {}
    for operation in operations().values():
        if address := operation.auth.get("token_url"):
            found.setdefault(operation.filled(address), operation)
    return [(address.partition("://")[2].partition("/")[0], one) for address, one in found.items()]


def _asks_for_token(operation: Operation, host: str, call: Received) -> bool:
    path = operation.filled(operation.auth["token_url"]).partition("://")[2].partition("/")[2]
    return (call.method, call.headers.get("host"), call.path) == ("POST", host, f"/{path}")


def _json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    more = list((headers or {}).items())
    if value is None:
        return Reply(status, b"", more)
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(status, body, [("content-type", "application/json; charset=utf-8"), *more])


async def _here(name: str, port: int) -> list[str]:
    return ["127.0.0.1"]
