"""What happens in executions, on its way to open pages and to readers of the event stream."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from app.services.contacts import workspace_of
from app.services.problems import NotFound
from db import events as happenings
from db import executions
from db.session import Actor, Database, DatabaseAway

log = logging.getLogger(__name__)

FINISHED = "execution.finished"
PAGE = 1000  # one reading of the table
BUFFER = 2000  # events kept for a reader that is busy; one that falls behind reads the table again
BREATH_S = 0.1  # several events of one moment travel together
LONGEST_GOODBYE_S = 3.0
SAFETY_S = 5.0  # looked at without a hint, should one be lost

Hint = Callable[[str, str], Awaitable[None]]
Gap = Callable[[], Awaitable[None]]
Listen = Callable[[Hint, Gap], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as the API and the pages show it."""

    id: int
    execution_id: UUID
    connector_id: UUID
    type: str
    at: datetime
    step_id: str | None
    status: str | None
    outcome: str | None
    sentence: str


class Live:
    """One listening connection a process. Hints say nothing: rows are read as whoever follows."""

    def __init__(
        self, database: Database, listen: Listen, *, page: int = PAGE, buffer: int = BUFFER
    ) -> None:
        self._database, self._listen = database, listen
        self._page, self._buffer = page, buffer
        self._feeds: dict[Actor, _Feed] = {}
        self._hint = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._delivering: asyncio.Task[None] | None = None
        self._closed = False

    def start(self) -> None:
        listening = self._listen(self._hinted, self._look_again)
        self._listening = asyncio.create_task(listening, name="live: listen")
        self._delivering = asyncio.create_task(self._deliver(), name="live: deliver")

    async def close(self) -> None:
        self._closed = True
        for following in [one for feed in self._feeds.values() for one in feed.followings]:
            following.close()
        self._hint.set()
        if self._listening and self._delivering:
            self._listening.cancel()
            # A reading under way ends by itself: cut off, it might leave a connection half made.
            await asyncio.wait([self._delivering], timeout=LONGEST_GOODBYE_S)
            self._delivering.cancel()
            await asyncio.gather(self._listening, self._delivering, return_exceptions=True)

    async def follow(
        self, actor: Actor, *, execution_id: UUID | None = None, after: int | None = None
    ) -> Following:
        """An execution from its start, a workspace from now; either from after an event if given.

        Raises NotFound where this actor can see no such execution.
        """
        async with self._database.session_for(actor) as session:
            workspace_id = workspace_of(actor)
            newest = await happenings.newest_id(session, workspace_id)
            over = False
            if execution_id is not None:
                status = await executions.status_of(session, workspace_id, execution_id)
                if status is None:
                    raise NotFound("execution")
                # What ended has written its last event already, in the same transaction.
                over = status not in executions.LIVE
        start = after if after is not None else (newest if execution_id is None else 0)
        feed = self._feeds.setdefault(actor, _Feed(self._database, actor, newest, self._page))
        following = Following(feed, execution_id, start, over, self._buffer, self._left)
        feed.followings.add(following)
        if self._closed:
            following.close()
        return following

    async def until_finished(self, actor: Actor, execution_id: UUID, within_s: float) -> bool:
        """Waits without asking again and again; false when the time is up first."""
        async with await self.follow(actor, execution_id=execution_id) as following:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    async for _ in following:
                        pass
            return following.finished

    def _left(self, following: Following) -> None:
        feed = following.feed
        feed.followings.discard(following)
        if not feed.followings and self._feeds.get(feed.actor) is feed:
            del self._feeds[feed.actor]

    async def _hinted(self, channel: str, payload: str) -> None:
        self._hint.set()

    async def _look_again(self) -> None:
        self._hint.set()

    async def _deliver(self) -> None:
        while not self._closed:
            await _within(SAFETY_S, self._hint)
            self._hint.clear()
            began = asyncio.get_running_loop().time()
            await asyncio.gather(*(self._read(feed) for feed in list(self._feeds.values())))
            # Many readers on a slow database stretch the rhythm instead of piling up.
            took = asyncio.get_running_loop().time() - began
            await asyncio.sleep(max(BREATH_S, 2 * took))

    async def _read(self, feed: _Feed) -> None:
        try:
            await feed.read()
        except DatabaseAway:
            self._hint.set()
        except Exception:
            log.exception("Events of workspace %s could not be read.", feed.actor.workspace_id)


class _Feed:
    """All that one actor follows, served by one reading: policies decide again at each."""

    def __init__(self, database: Database, actor: Actor, last: int, page_size: int) -> None:
        self.database, self.actor, self.last = database, actor, last
        self.page_size = page_size
        self.followings: set[Following] = set()

    async def read(self) -> None:
        full = True
        while full and self.followings:
            events = await self.page(self.last)
            full = len(events) == self.page_size
            if events:
                self.last = events[-1].id
                for following in list(self.followings):
                    following.push(events)

    async def page(self, after: int, execution_id: UUID | None = None) -> list[Event]:
        async with self.database.session_for(self.actor) as session:
            rows = await happenings.after(
                session, workspace_of(self.actor), after, self.page_size, execution_id=execution_id
            )
            return [_event(row) for row in rows]


class Following:
    """Every event once and in order, however slow its reader is.

    Event ids become visible in order, so "after the last one seen" has neither gap nor double:
    what is pushed while the table is being read is told apart by its id.
    """

    def __init__(
        self,
        feed: _Feed,
        execution_id: UUID | None,
        last: int,
        over: bool,
        room: int,
        left: Callable[[Following], None],
    ) -> None:
        self.feed, self.execution_id, self.last = feed, execution_id, last
        self.finished = False
        self.ended = False
        self._over, self._room, self._left = over, room, left
        self._behind = True
        self._buffer: deque[Event] = deque()
        self._wake = asyncio.Event()

    async def next(self, within_s: float | None = None) -> list[Event]:
        """The next events, or an empty list when nothing happened in that time."""
        if not self._behind and not self._buffer and not self.ended:
            self._wake.clear()
            await _within(within_s, self._wake)
        if self.ended:
            return []
        events = await self._read_again() if self._behind else self._take()
        return self._note(events)

    def push(self, events: list[Event]) -> None:
        mine = [one for one in events if self.execution_id in (None, one.execution_id)]
        if not mine:
            return
        if len(self._buffer) + len(mine) > self._room:
            self._behind = True
            self._buffer.clear()
        if not self._behind:
            self._buffer.extend(mine)
        self._wake.set()

    def close(self) -> None:
        self.ended = True
        self._wake.set()
        self._left(self)

    async def _read_again(self) -> list[Event]:
        self._behind = False
        try:
            events = await self.feed.page(self.last, self.execution_id)
        except DatabaseAway:
            self._behind = True
            await asyncio.sleep(1)
            return []
        except BaseException:
            self._behind = True
            raise
        if len(events) == self.feed.page_size:
            self._behind = True
            self._buffer.clear()
        elif self._over:
            self.finished = True
        return events

    def _take(self) -> list[Event]:
        events = [one for one in self._buffer if one.id > self.last]
        self._buffer.clear()
        return events

    def _note(self, events: list[Event]) -> list[Event]:
        if events:
            self.last = events[-1].id
        if self.execution_id is not None and any(one.type == FINISHED for one in events):
            self.finished = True
        if self.finished:
            self.close()
        return events

    async def __aiter__(self) -> AsyncIterator[list[Event]]:
        while not self.ended:
            if events := await self.next():
                yield events

    async def __aenter__(self) -> Following:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


async def _within(seconds: float | None, happens: asyncio.Event) -> None:
    """Unlike wait_for, which in Python 3.11 may lose a cancellation that comes with the event."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await happens.wait()


def _event(row: Any) -> Event:
    return Event(
        id=row.id,
        execution_id=row.execution_id,
        connector_id=row.connector_id,
        type=row.type,
        at=row.at,
        step_id=row.step_id,
        status=row.status,
        outcome=row.outcome,
        sentence=row.sentence,
    )
