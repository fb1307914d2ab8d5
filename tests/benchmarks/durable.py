"""The engine: the same three calls, every step durable, contact mapped, counters kept.

`python -m tests.benchmarks.durable PORT EXECUTIONS AT_ONCE WAIT` with DATABASE_URL and OWNER_URL
in the environment prints {"cpu_s", "wall_s", "states"}.
"""

import asyncio
import json
import os
import sys
import time

import psycopg
import uvloop

from app.services.executions import Executions
from db.session import Database
from tests.benchmarks.bare import cpu_s
from tests.benchmarks.setting import make
from tests.workers import working


async def main(port: int, executions: int, at_once: int, wait: str) -> None:
    url, owner_url = os.environ["DATABASE_URL"], os.environ["OWNER_URL"]
    actor, connector_id, contacts = make(owner_url, f"http://127.0.0.1:{port}", wait, executions)
    database = Database(url)
    service = Executions(database)
    async with working(url, f"127.0.0.1:{port}", slots=at_once):
        began, cpu = time.perf_counter(), cpu_s()
        for first in range(0, executions, 500):
            await service.enqueue_many(actor, connector_id, contacts[first : first + 500])
        with psycopg.connect(owner_url, autocommit=True) as watching:
            while left(watching):
                await asyncio.sleep(0.05)
        used = {"cpu_s": cpu_s() - cpu, "wall_s": time.perf_counter() - began}
    await database.close()
    print(json.dumps(used | {"states": states(owner_url, connector_id)}))


def left(watching: psycopg.Connection[tuple[object, ...]]) -> bool:
    row = watching.execute("select exists (select from engine_jobs)").fetchone()
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
