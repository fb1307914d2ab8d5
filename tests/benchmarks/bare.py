"""The floor: the same three calls by bare asyncio and httptools, nothing kept.

`python -m tests.benchmarks.bare PORT EXECUTIONS AT_ONCE WAIT` prints {"cpu_s", "wall_s"}.
"""

import asyncio
import json
import sys
import time
from typing import Any, cast

import httptools
import orjson
import uvloop

from tests.benchmarks import cpu


class Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpResponseParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._answer.set_result(orjson.loads(self._body))

    async def ask(self, request: bytes) -> Any:
        self._answer = asyncio.get_running_loop().create_future()
        self._body = b""
        self.transport.write(request)
        return await self._answer


async def three_calls(connection: Connection, wait: str) -> None:
    person = await connection.ask(
        f"GET /person?email=ada@example.com&wait={wait} HTTP/1.1\r\nhost: x\r\n\r\n".encode()
    )
    domain = person["data"]["employment"]["domain"]
    company = await connection.ask(
        f"GET /company/{domain}?wait={wait} HTTP/1.1\r\nhost: x\r\n\r\n".encode()
    )
    body = orjson.dumps({"employees": company["company"]["employees"], "title": "Head"})
    head = f"POST /score?wait={wait} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n"
    await connection.ask(head.encode() + body)


async def main(port: int, executions: int, at_once: int, wait: str) -> None:
    left = iter(range(executions))

    async def worker() -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
        for _ in left:
            await three_calls(connection, wait)

    began, used = time.perf_counter(), cpu.ours()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    print(json.dumps({"cpu_s": cpu.ours() - used, "wall_s": time.perf_counter() - began}))


if __name__ == "__main__":
    port, executions, at_once, wait = sys.argv[1:]
    uvloop.run(main(int(port), int(executions), int(at_once), wait))
