"""`python -m tests.benchmarks.events`: what it costs the server to tell open pages what happens.

A console in a process of its own, and readers of its event stream, which open pages share. CPU is
the server's; Postgres is counted apart.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import psutil
import psycopg

from tests.benchmarks import cpu
from tests.benchmarks.__main__ import durable_cluster

LINES = 20_000
READERS = 50
IDLE_S = 10.0

_RUN = """
with made as (
    insert into connectors (workspace_id, name, config) values (%(workspace)s, 'Bench', '{}')
 returning id, workspace_id)
insert into connector_executions (connector_id, workspace_id, connector_version, status)
select id, workspace_id, 1, 'success' from made returning id, connector_id
"""
_LINES = """
insert into execution_events (workspace_id, execution_id, connector_id, type, step_id, sentence)
select %(workspace)s, %(run)s, %(connector)s, 'step.finished', 'find',
       'Called api.example.com: 200 in 212 ms, found name and company (' || n || ').'
  from generate_series(1, %(count)s) n
"""
_END = """
insert into execution_events (workspace_id, execution_id, connector_id, type, status, sentence)
values (%(workspace)s, %(run)s, %(connector)s, 'execution.finished', 'success', 'Found.')
"""


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    key: str
    workspace_id: str
    process: psutil.Process
    postmaster: int
    owner_url: str

    def cpu_s(self) -> tuple[float, float]:
        used = self.process.cpu_times()
        return float(used.user + used.system), cpu.of_postgres(self.postmaster)

    def write(self, question: str, **values: Any) -> list[Any]:
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            cursor = connection.execute(
                question.encode(), {"workspace": self.workspace_id, **values}
            )
            return cursor.fetchall() if cursor.description else []


def main() -> None:
    with durable_cluster() as (cluster, postmaster), cluster.clone() as name:
        urls = cluster.url(name, cluster.owner), cluster.url(name, "console_web")
        with serving(*urls, postmaster) as server:
            asyncio.run(measure(server))


async def measure(server: Server) -> None:
    ((run, connector),) = server.write(_RUN)
    about = {"run": run, "connector": connector}
    server.write(_LINES, count=LINES, **about)
    server.write(_END, **about)
    began, used = time.perf_counter(), server.cpu_s()
    async with reader(server, f"/executions/{run}/events") as stream:
        assert await lines(stream, until=b"event: execution.finished") == LINES
    took = time.perf_counter() - began
    show(f"{LINES} lines of one run, to one reader: {took:.2f} s", used, server.cpu_s(), 1)

    async with AsyncExitStack() as open_ones:
        every = [reader(server, "/executions/events") for _ in range(READERS)]
        streams = [await open_ones.enter_async_context(one) for one in every]
        used = server.cpu_s()
        await asyncio.sleep(IDLE_S)
        show(f"{READERS} readers, nothing happens for {IDLE_S:g} s", used, server.cpu_s(), READERS)

        reading = [
            asyncio.create_task(lines(one, until=b"event: execution.finished")) for one in streams
        ]
        began, used = time.perf_counter(), server.cpu_s()
        await asyncio.to_thread(happen, server, about)
        assert set(await asyncio.gather(*reading)) == {LINES}
        took = time.perf_counter() - began
        show(f"{LINES} lines to {READERS} readers: {took:.2f} s", used, server.cpu_s(), READERS)


def happen(server: Server, about: dict[str, UUID]) -> None:
    for _ in range(LINES // 500):
        server.write(_LINES, count=500, **about)
    server.write(_END, **about)


def show(what: str, before: tuple[float, float], after: tuple[float, float], readers: int) -> None:
    ours, postgres = (late - early for early, late in zip(before, after, strict=True))
    each = f", {ours / readers * 1000:.1f} ms a reader" if readers > 1 else ""
    print(f"{what}; server {ours * 1000:.0f} ms{each}, Postgres {postgres * 1000:.0f} ms of CPU")


@asynccontextmanager
async def reader(server: Server, path: str) -> AsyncIterator[asyncio.StreamReader]:
    """As cheap as a reader gets, so that it does not stand in the server's way."""
    stream, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=2**24)
    head = f"GET /api/v1{path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {server.key}\r\n\r\n"
    writer.write(head.encode())
    await stream.readuntil(b": welcome")
    yield stream
    writer.close()


async def lines(stream: asyncio.StreamReader, until: bytes) -> int:
    count, last = 0, b""
    while True:
        text = last + await stream.read(2**20)
        count += text.count(b"event: step.finished") - last.count(b"event: step.finished")
        if until in text:
            return count
        last = text[-64:]


@contextmanager
def serving(owner_url: str, url: str, postmaster: int) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with TemporaryDirectory() as folder:
        env = os.environ | {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": owner_url}
        env["CONSOLE_DATA_DIR"] = folder
        command = [sys.executable, "-m", "app"]
        words = [
            "--email",
            "a@bench.test",
            "--password",
            "of-the-benchmarks",
            "--workspace",
            "Bench",
        ]
        made = subprocess.run(
            [*command, "bootstrap", *words], env=env, stdout=subprocess.PIPE, check=True
        )
        told = json.loads(made.stdout)
        serve = [*command, "serve", "--no-worker", "--no-demo", "--port", str(port)]
        with subprocess.Popen(serve, env=env, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            try:
                process.stdout.readline()  # its address: it serves
                yield Server(
                    port, told["api_key"], told["workspace_id"], psutil.Process(process.pid),
                    postmaster, owner_url,
                )  # fmt: skip
            finally:
                process.terminate()


if __name__ == "__main__":
    main()
