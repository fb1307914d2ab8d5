"""A load of three-step executions, the processes that work on it, and what became of it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg

from app.services.executions import Executions
from db.session import Database
from tests.databases import Tenant
from tests.db.queue import a_connector, sql
from tests.providers.service import Service
from tests.waiting import until_now

STEPS = ("one", "two", "three")


def three_slow_steps(base: str, seconds: float) -> dict[str, Any]:
    address = f"{base}/slow?seconds={seconds}&run={{{{ execution.id }}}}"
    return {
        "config": {
            "steps": [
                {
                    "id": name,
                    "kind": "http",
                    "request": {"method": "POST", "url": f"{address}&step={name}"},
                    "extract": {"ok": "$.ok"},
                    "idempotency_header": "Idempotency-Key",
                }
                for name in STEPS
            ]
        },
        "input_schema": {},
        "field_mappings": [
            {"field": "data.runs", "value": "{{ execution.id }}", "write": "append"}
        ],
    }


@dataclass
class Load:
    """Executions of one connector on one contact."""

    owner_url: str
    url: str
    service: Service
    tenant: Tenant
    seconds: float = 0.03
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        definition = json.dumps(three_slow_steps(self.service.url, self.seconds))
        self.connector_id = a_connector(self.owner_url, self.tenant.workspace_id, definition)
        ((self.contact_id,),) = sql(
            self.owner_url,
            "insert into contacts (workspace_id, data) values (%s, '{\"runs\": []}') returning id",
            self.tenant.workspace_id,
        )

    def put(self, count: int) -> None:
        asyncio.run(self._put(count))

    async def _put(self, count: int) -> None:
        database = Database(self.url)
        contacts = [self.contact_id] * count
        await Executions(database).enqueue_many(self.tenant.editor, self.connector_id, contacts)
        await database.close()

    # Workers

    def start_worker(self, **settings: str) -> subprocess.Popen[bytes]:
        env = {**os.environ, "DATABASE_URL": self.url, "ALLOW": self.service.host, **settings}
        worker = subprocess.Popen([sys.executable, "-m", "tests.workers"], env=env)
        self.workers.append(worker)
        return worker

    def until_it_works(self, worker: subprocess.Popen[bytes]) -> None:
        """It holds something, or nothing is left to hold."""
        until_now(lambda: self.held_by(worker) or not self.left())

    def held_by(self, worker: subprocess.Popen[bytes]) -> int:
        question = "select count(*) from engine_jobs where owner like %s"
        return int(sql(self.owner_url, question, f"%:{worker.pid}:%")[0][0])

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def stop(self, worker: subprocess.Popen[bytes]) -> int:
        worker.send_signal(signal.SIGTERM)
        return worker.wait(30)

    def end(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                self.kill(worker)

    # What became of it

    def left(self) -> int:
        with suppress(psycopg.OperationalError):  # it may be the database that is away
            return int(sql(self.owner_url, "select count(*) from engine_jobs")[0][0])
        return -1

    def until_done(self, seconds: float = 60) -> None:
        until_now(lambda: self.left() == 0, seconds)

    def counted(self, question: str) -> dict[Any, int]:
        return dict(sql(self.owner_url, question))

    def calls(self) -> Counter[tuple[str, str]]:
        """How often each step of each run was called."""
        return Counter(
            (call.query["run"], call.query["step"]) for call in self.service.calls("/slow")
        )

    def keys_by_step(self) -> dict[tuple[str, str], set[str | None]]:
        keys: dict[tuple[str, str], set[str | None]] = {}
        for call in self.service.calls("/slow"):
            place = call.query["run"], call.query["step"]
            keys.setdefault(place, set()).add(call.headers.get("idempotency-key"))
        return keys

    def assert_promises_held(self, count: int) -> None:
        states = self.counted("select status, count(*)::int from connector_executions group by 1")
        assert states == {"success": count}
        counters = (
            "select total_executions, successful_executions, failed_executions from connectors"
        )
        assert sql(self.owner_url, counters) == [(count, count, 0)]
        self._assert_once(
            "select execution_id from execution_events where type = 'execution.finished'"
        )
        self._assert_once(
            "select execution_id, step_id from execution_events where type = 'step.finished'"
        )
        self._assert_once("select execution_id from contact_field_writes")
        calls = self.calls()
        assert len(calls) == count * len(STEPS)
        assert all(len(keys) == 1 for keys in self.keys_by_step().values())
        assert len(set.union(*self.keys_by_step().values())) == len(calls)
        written = sql(self.owner_url, "select jsonb_array_length(data->'runs') from contacts")
        assert written == [(count,)]

    def _assert_once(self, question: str) -> None:
        found = Counter(sql(self.owner_url, question))
        assert found
        assert max(found.values()) == 1
