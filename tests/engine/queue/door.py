"""The way out as the queue's tests want it: it opens, it shuts, and it keeps count."""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from engine.effects.credentials import Credential
from engine.effects.egress import Answer, Call, Sent
from engine.run.doors import Doors
from engine.run.task import Task
from tests.engine.run.story import a_task, call, connector


class Door:
    def __init__(
        self,
        trouble: dict[str, Exception] | None = None,
        retry_after: dict[str, str] | None = None,
    ) -> None:
        self.trouble, self.retry_after = trouble or {}, retry_after or {}
        self.calls: list[str] = []
        self.at_once = self.most_at_once = 0
        self._open = asyncio.Event()
        self._open.set()

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def send(
        self,
        call: Call,
        credential: Credential | None = None,
        also_guard: Sequence[Credential] = (),
    ) -> Answer:
        self.calls.append(call.url)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self._open.wait()
            await asyncio.sleep(0)
        finally:
            self.at_once -= 1
        if call.url in self.trouble:
            raise self.trouble[call.url]
        after = self.retry_after.get(call.url)
        return Answer(
            status=429 if after else 200,
            headers=(("retry-after", after),) if after else (),
            body=b"{}",
            size=2,
            ms=1.0,
            url=call.url,
            sent=Sent(call.method, call.url, call.headers, ""),
            truncated=False,
        )


def doors(door: Door) -> Doors:
    return Doors(
        egress=door,
        now=lambda: datetime.now(UTC),
        sleep=asyncio.sleep,
        monotonic=time.monotonic,
        random=random.random,
    )


def two_calls(first: str = "one") -> Task:
    return a_task(
        connector(call("one", f"http://a.test/{first}"), call("two", "http://a.test/two"))
    )
