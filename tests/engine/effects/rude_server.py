"""A service on loopback that does exactly what a test says, however rude that is."""

import asyncio
import contextlib
import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(frozen=True)
class Request:
    line: str
    head: str
    body: bytes
    connection: int  # counts the connections from 1

    def header(self, name: str) -> str | None:
        found = re.search(rf"^{name}: (.*)\r$", self.head, re.I | re.M)
        return found[1] if found else None


Behaviour = Callable[["RudeServer", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RudeServer:
    """Answers 200 until `answers` or `behaves` says otherwise; remembers what arrived."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self.answer: bytes | Callable[[Request], bytes] = OK
        self.hang_up_after_answer = False
        self.behaviour: Behaviour | None = None
        self._tls = tls
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if self._tls else 'http'}://{self.address}"

    async def stop(self) -> None:
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def open(self) -> int:
        """How many connections are not closed yet."""
        return len(self._writers)

    def hang_up(self) -> None:
        """Closes every open connection, as a service does that waited too long."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def read(self, reader: asyncio.StreamReader) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"^content-length: (\d+)", head, re.I | re.M)
        body = await reader.readexactly(int(length[1])) if length else b""
        request = Request(head.partition("\r\n")[0], head, body, self.connections)
        self.requests.append(request)
        return request

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        task = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if self.behaviour is not None:
                await self.behaviour(self, reader, writer)
            else:
                await self._answer(reader, writer)
        self._writers.discard(writer)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await self.read(reader)
            writer.write(self.answer(request) if callable(self.answer) else self.answer)
            await writer.drain()
            if self.hang_up_after_answer:
                return


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
