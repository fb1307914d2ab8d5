"""One connection: a request goes out, a bounded answer comes back."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, cast

import httptools

from engine.model.limits import ANSWER_BYTES

MOST_HEADERS = 200
HEAD_LIMIT = 64 * 1024
MOST_INTERIM = 5  # answers like “100 Continue” before the real one


class Trouble(Enum):
    LOST = "the connection ended before the answer was whole"
    LATE = "the time was up"
    STALLED = "the answer stopped half-way"
    UNREADABLE = "the answer is not HTTP"
    TOO_LARGE = "the answer is too large"


class Broken(Exception):
    """No whole answer. `begun`: whether a single byte of it came."""

    def __init__(self, trouble: Trouble, *, begun: bool, detail: str = "") -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.begun = begun
        self.detail = detail or trouble.value


@dataclass(slots=True)
class Raw:
    """An answer as it came: names in lower case, nothing decoded."""

    status: int = 0
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    body: list[bytes] = field(default_factory=list)
    size: int = 0
    coding: bytes = b""

    def header(self, name: str) -> bytes:
        """All values of one header in a line."""
        return b",".join(value for known, value in self.headers if known == name)


@lru_cache(maxsize=1024)
def _lower(name: bytes) -> str:
    return name.decode("latin-1").lower()


class Connection(asyncio.Protocol):
    """Speaks HTTP/1.1, one request at a time."""

    def __init__(self, on_lost: Callable[["Connection"], None], stall_s: float) -> None:
        self.reusable = False
        self._on_lost = on_lost
        self._stall_s = stall_s
        self.opened_at = 0.0
        self.parked_at = 0.0
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Raw] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._parser: Any = None

    def ask(self, request: bytes, *, headless: bool, deadline: float) -> asyncio.Future[Raw]:
        """Sends the request. `headless`: the answer to HEAD has no body whatever it announces."""
        assert self._transport is not None
        self.reusable = False
        self._headless = headless
        self._deadline = deadline
        self._begun = self._stalling = False
        self._last_byte = math.inf  # the alarm may ring before there was one, a moment early
        self._trouble: Broken | None = None
        self._interim = self._head_size = 0
        self._until_close = self._parser_is_spent = False
        self._raw = Raw()
        self._in_head = True
        if self._parser is None:
            self._parser = httptools.HttpResponseParser(self)
        self._waiting = waiting = self._loop.create_future()
        self._timer = self._loop.call_at(deadline, self._time_up)
        self._transport.write(request)
        return waiting

    def close(self) -> None:
        """At once and without a farewell: nothing of use can be under way."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    @property
    def peer(self) -> str:
        name = self._transport.get_extra_info("peername") if self._transport else None
        return str(name[0]) if name else ""

    # What the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.opened_at = self._loop.time()

    def data_received(self, data: bytes) -> None:
        if self._waiting is None:
            self.close()  # nobody asked: whoever comes next must not read this
            return
        self._begun = True
        if self._in_head:
            self._head_size += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if self._waiting is not None:
                self._fail(Trouble.UNREADABLE, type(error).__name__)
            self.close()
            return
        if self._parser_is_spent:
            self._parser = None
        if self._waiting is None:
            return
        if self._in_head and self._head_size > HEAD_LIMIT:
            self._refuse(Trouble.TOO_LARGE, "headers without an end")
        if self._trouble is not None:
            self._fail(self._trouble.trouble, self._trouble.detail)
            self.close()
        elif not self._stalling:
            self._watch_for_stall()
        else:
            self._last_byte = self._loop.time()

    def eof_received(self) -> None:
        return None

    def connection_lost(self, problem: Exception | None) -> None:
        self.reusable = False
        self._transport = None
        self._parser = None  # they hold one another
        self._on_lost(self)
        if self._waiting is None:
            return
        if self._until_close and problem is None and self._trouble is None:
            self._finish(keep=False)
        else:
            self._fail(Trouble.LOST, type(problem).__name__ if problem else "closed")

    # What the parser tells

    def on_message_begin(self) -> None:
        if self._waiting is None:
            self.close()  # bytes after the end of the answer

    def on_header(self, name: bytes, value: bytes) -> None:
        headers = self._raw.headers
        headers.append((_lower(name), value))
        if len(headers) > MOST_HEADERS:
            self._refuse(Trouble.TOO_LARGE, "too many headers")

    def on_headers_complete(self) -> None:
        raw = self._raw
        if self._waiting is None:
            return
        raw.status = self._parser.get_status_code()
        if raw.status < 200:
            self._interim += 1
            raw.headers.clear()
            if self._interim > MOST_INTERIM:
                self._refuse(Trouble.UNREADABLE, "endless interim answers")
            return
        self._in_head = False
        chunked = length = None
        for name, value in raw.headers:
            if name == "content-length":
                length = value
            elif name == "transfer-encoding":
                chunked = value
            elif name == "content-encoding":
                raw.coding = raw.coding + b"," + value if raw.coding else value
        if self._headless:
            self._finish(keep=self._parser.should_keep_alive())
            self._parser_is_spent = True  # it still expects the body
        elif chunked is not None and chunked.lower() != b"chunked":
            self._refuse(Trouble.UNREADABLE, "transfer coding")
        elif length is not None and int(length) > ANSWER_BYTES:
            self._refuse(Trouble.TOO_LARGE, "announced length")
        self._until_close = chunked is None and length is None

    def on_body(self, piece: bytes) -> None:
        raw = self._raw
        if self._waiting is None:
            return
        raw.size += len(piece)
        if raw.size > ANSWER_BYTES:
            self._refuse(Trouble.TOO_LARGE, "body")
        else:
            raw.body.append(piece)

    def on_message_complete(self) -> None:
        if self._waiting is not None and self._raw.status >= 200 and self._trouble is None:
            self._finish(keep=self._parser.should_keep_alive())

    # How it ends

    def _refuse(self, trouble: Trouble, detail: str) -> None:
        """Remembers the first problem: the parser is in the middle of its work."""
        if self._trouble is None:
            self._trouble = Broken(trouble, begun=True, detail=detail)

    def _finish(self, *, keep: bool) -> None:
        transport = self._transport
        self.reusable = bool(
            keep
            and transport is not None
            and not transport.is_closing()
            and not transport.get_write_buffer_size()
        )
        if waiting := self._settle():
            waiting.set_result(self._raw)

    def _fail(self, trouble: Trouble, detail: str = "") -> None:
        self.reusable = False
        if waiting := self._settle():
            waiting.set_exception(Broken(trouble, begun=self._begun, detail=detail))

    def _settle(self) -> "asyncio.Future[Raw] | None":
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, None
        return None if waiting is None or waiting.done() else waiting

    def _watch_for_stall(self) -> None:
        """Only answers that come in several pieces pay for a second timer."""
        self._stalling = True
        self._last_byte = self._loop.time()
        if self._timer is not None:
            self._timer.cancel()
        soonest = min(self._deadline, self._last_byte + self._stall_s)
        self._timer = self._loop.call_at(soonest, self._time_up)

    def _time_up(self) -> None:
        now = self._loop.time()
        if now >= self._deadline:
            self._fail(Trouble.LATE)
        elif now >= self._last_byte + self._stall_s:
            self._fail(Trouble.STALLED)
        else:
            soonest = min(self._deadline, self._last_byte + self._stall_s)
            self._timer = self._loop.call_at(soonest, self._time_up)
            return
        self.close()
