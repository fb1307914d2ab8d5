"""The engine: the same three calls, every step durable, contact mapped, counters kept.

`python -m tests.benchmarks.durable PORT EXECUTIONS AT_ONCE WAIT` with DATABASE_URL, OWNER_URL and
POSTMASTER in the environment prints {"cpu_s", "postgres_s", "wall_s", "states"}.
"""

import asyncio
import json
import os
import sys
import time
from uuid import UUID

import psycopg
import uvloop

from app.memory import collect_seldom
from app.services.executions import Executions
from db.records import Connection
from db.session import Actor, Database
from engine.queue.worker import Worker
from tests.benchmarks import cpu
from tests.benchmarks.setting import make
from tests.workers import working

WARM_UP = 300  # statements are planned, connections open, the plan compiled


async def main(port: int, executions: int, at_once: int, wait: str) -> None:
    url, owner_url = os.environ["DATABASE_URL"], os.environ["OWNER_URL"]
    postmaster = int(os.environ["POSTMASTER"])
    collect_seldom()  # as a worker does
    load = Load(*make(owner_url, f"http://127.0.0.1:{port}", wait, executions), url)
    async with working(url, f"127.0.0.1:{port}", slots=at_once) as room:
        await load.perform(WARM_UP, room.worker)
        began = time.perf_counter()
        ours, postgres = cpu.ours(), cpu.of_postgres(postmaster)
        await load.perform(executions, room.worker)
        used = {
            "cpu_s": cpu.ours() - ours,
            "postgres_s": cpu.of_postgres(postmaster) - postgres,
            "wall_s": time.perf_counter() - began,
        }
    await load.database.close()
    print(json.dumps(used | {"states": states(owner_url, load.connector_id)}))


class Load:
    def __init__(self, actor: Actor, connector_id: UUID, contacts: list[UUID], url: str) -> None:
        self.actor, self.connector_id, self.contacts = actor, connector_id, contacts
        self.database = Database(url)
        self._executions = Executions(self.database)

    async def perform(self, count: int, worker: Worker) -> None:
        """Put that many into the queue, and wait until it is empty: ask the worker, which costs
        nothing, and the table only where the worker has nothing to do."""
        for first in range(0, count, 500):
            some = self.contacts[first : min(first + 500, count)]
            await self._executions.enqueue_many(self.actor, self.connector_id, some)
        async with self.database.connection_for(self.actor) as connection:
            while worker.busy or await left(connection):  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(0.01)


async def left(connection: Connection) -> bool:
    row = await (await connection.execute("select exists (select from engine_jobs)")).fetchone()
    return bool(row and row[0])


def states(owner_url: str, connector_id: object) -> dict[str, int]:
    with psycopg.connect(owner_url) as connection:
        rows = connection.execute(
            "select status || ' ' || coalesce(error_code, ''), count(*)::int"
            " from connector_executions where connector_id = %s group by 1",
            [connector_id],
        ).fetchall()
    return dict(rows)


if __name__ == "__main__":
    port, executions, at_once, wait = sys.argv[1:]
    uvloop.run(main(int(port), int(executions), int(at_once), wait))
