"""A small HTTP/1.1 server on loopback, in a thread of its own, that also knows how to misbehave."""

import asyncio
import json
import ssl
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httptools

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Received:
    """One request as it arrived; this is what the ledger keeps."""

    method: str
    path: str
    query: dict[str, str]
    query_string: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic, compare=False)  # seconds

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.text, keep_blank_values=True))


@dataclass
class Reply:
    """What to answer; `body` may come in pieces, `cut` closes the connection in the middle."""

    status: int = 200
    body: bytes | AsyncIterator[bytes] = b""
    headers: Headers = field(default_factory=list)
    cut: bool = False


class HangUp(Exception):
    """Close the connection without a word."""


Handler = Callable[[Received], Awaitable[Reply]]


class Server:
    """Runs `handler` for every request until stopped; start and stop from any thread."""

    def __init__(
        self,
        handler: Handler,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.host, self.port, self._tls = host, port, tls
        self._handler = handler
        self._open: set[asyncio.Transport] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="providers")

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(30):
            raise RuntimeError("The pretended providers did not start.")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(30)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(
            lambda: Connection(self._handler, self._open), self.host, self.port, ssl=self._tls
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        for transport in list(self._open):
            transport.abort()
        await asyncio.sleep(0)  # lets the transports close before their loop does


class Connection(asyncio.Protocol):
    """One client: requests in, answers out, kept open in between."""

    transport: asyncio.Transport

    def __init__(self, handler: Handler, open_ones: set[asyncio.Transport]) -> None:
        self._handler, self._open = handler, open_ones
        self._task: asyncio.Task[None] | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._url, self._headers, self._body = b"", {}, bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self.transport)
        self._may_write.set()
        if self._task:
            self._task.cancel()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.transport.close()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        parts = urlsplit(self._url.decode("ascii", "replace"))
        received = Received(
            method=self._parser.get_method().decode("ascii"),
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            query_string=parts.query,
            headers=dict(self._headers),
            body=bytes(self._body),
        )
        keep = self._parser.should_keep_alive()
        self._begin()
        self._task = asyncio.get_running_loop().create_task(self._answer(received, keep))

    async def _answer(self, received: Received, keep: bool) -> None:
        try:
            reply = await self._handler(received)
        except HangUp:
            self.transport.abort()
            return
        if isinstance(reply.body, bytes):
            self._send_whole(received, reply, reply.body)
        else:
            await self._send_pieces(reply, reply.body)
        if not keep or reply.cut:
            self.transport.close()

    def _send_whole(self, received: Received, reply: Reply, body: bytes) -> None:
        bare = reply.status in (204, 304) or reply.status < 200
        length = [] if bare else [("content-length", str(len(body)))]
        self.transport.write(_head(reply, length))
        if not bare and received.method != "HEAD":
            self.transport.write(body[: len(body) // 2] if reply.cut else body)

    async def _send_pieces(self, reply: Reply, pieces: AsyncIterator[bytes]) -> None:
        self.transport.write(_head(reply, [("transfer-encoding", "chunked")]))
        async for piece in pieces:
            await self._may_write.wait()
            if self.transport.is_closing():
                return
            self.transport.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.transport.write(b"0\r\n\r\n")


def _head(reply: Reply, more: Headers) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {'OK' if reply.status < 400 else 'No'}"]
    lines += [f"{name}: {value}" for name, value in (*reply.headers, *more)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
