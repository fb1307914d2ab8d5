"""Claims due executions, runs them side by side, records what they did, and stops with grace."""

import asyncio
import logging
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID, uuid4

from engine.queue.endings import CANCELLED, NOT_RECORDABLE, OUR_MISTAKE
from engine.queue.recorder import Recorder, Unrecordable
from engine.queue.shelf import (
    Claim,
    Current,
    Ended,
    HandedBack,
    Opened,
    Page,
    Paused,
    Record,
    Shelf,
    Step,
    StoreAway,
    Told,
)
from engine.run.doors import Doors
from engine.run.events import Mark, PageRead, StepFinished, StepStarted
from engine.run.run import run
from engine.run.task import End, LostLease, Pause

logger = logging.getLogger(__name__)

Why = Literal["cancelled", "lost", "handed back"]
MOMENT_S, MOMENTS = 0.005, 3
HAND_BACK_S = 10.0  # for the last records; what is not written then is taken over with its lease


@dataclass(slots=True)
class Live:
    """One execution this worker holds."""

    claim: Claim
    task: asyncio.Task[None] | None = None
    why: Why | None = None  # it is being stopped
    calling: set[str] = field(default_factory=set)  # steps begun and not yet recorded
    last: StepFinished | None = None  # its last step, to be recorded with its end
    settling: bool = False  # done with its calls, waiting for its last record
    current: str | None = None  # the step it is at
    shown: str | None = None  # the step people were told it is at
    said: str = ""  # the last sentence told


class Worker:
    def __init__(
        self,
        shelf: Shelf,
        doors: Doors,
        *,
        slots: int = 64,
        lease_s: float = 30,
        grace_s: float = 20,
        name: str | None = None,
    ) -> None:
        self.owner = name or f"{platform.node()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._shelf, self._doors = shelf, doors
        self._slots, self._lease_s, self._grace_s = slots, lease_s, grace_s
        self._recorder = Recorder(lambda records: shelf.write(self.owner, records))
        self._live: dict[UUID, Live] = {}
        self._slot = asyncio.Semaphore(slots)
        self._freed = 0  # slots, since the last claim
        self._ahead = 0  # executions to have at hand before there is a slot for them
        self._lanes: set[str] = set()  # lanes worth a look whatever their hint says
        self._wake = asyncio.Event()
        self._hungry = True  # the last claim found less than there was room for
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None

    @property
    def busy(self) -> int:
        return len(self._live)

    def start(self) -> None:
        self._recorder.start()
        self._loop = asyncio.create_task(self._work(), name="worker")
        self._wake.set()

    def look(self, workspace_id: str = "") -> None:
        """Look for work now; the clock does this too, in case a hint got lost."""
        if workspace_id:
            self._lanes.add(workspace_id)
        self._wake.set()

    def cancel(self, execution_id: UUID) -> None:
        """Abort the call under way and end the execution, if it is ours."""
        if live := self._live.get(execution_id):
            self._abort(live, "cancelled")

    async def beat(self) -> None:
        """Renew every lease in one statement, and learn which runs were cancelled or lost."""
        held = dict(self._live)
        if not held:
            return
        try:
            beat = await self._shelf.beat(
                self.owner, [live.claim for live in held.values()], self._lease_s
            )
        except StoreAway:
            return  # what was taken over meanwhile is fenced off when it records
        for execution_id, live in held.items():
            # Only runs held before the question was asked can be judged by its answer.
            if self._live.get(execution_id) is not live or live.settling:
                continue
            if execution_id not in beat.held:
                self._abort(live, "lost")
            elif execution_id in beat.cancelled:
                self._abort(live, "cancelled")

    async def stop(self) -> None:
        """Take nothing new; let calls under way finish, then hand their executions back."""
        self._stopping = True
        self._wake.set()
        if self._loop:
            await self._loop
        for live in list(self._live.values()):
            self._hand_back_between_steps(live)
        await self._until_idle(self._grace_s)
        for live in list(self._live.values()):
            self._abort(live, "handed back")
        await self._until_idle(HAND_BACK_S)
        self._recorder.abandon() if self._live else await self._recorder.close()

    def show(self) -> None:
        """Tell which step each run is at; one that is over before anybody looks is never told."""
        for live in self._live.values():
            if live.current is not None and live.current != live.shown and not live.settling:
                live.shown = live.current
                self._recorder.tell(Current(live.claim, live.current))

    # Claiming

    async def _work(self) -> None:
        pause, was_away = 0.1, False
        while not self._stopping:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._gather_room()
                if was_away:  # leases that ran out meanwhile are ours until somebody claims them
                    await self.beat()
                await self._take()
                pause, was_away = 0.1, False
            except StoreAway:
                was_away = True
                logger.warning("the database is away; the worker looks again in %.1f s", pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)
                self._wake.set()
            except Exception:
                logger.exception("the queue could not be read")
                await asyncio.sleep(1)
            if not self._live:  # many hints at others' work share a claim, too
                await asyncio.sleep(MOMENT_S)

    async def _gather_room(self) -> None:
        """A claim costs as much for one run as for many: slots that are freed soon after one
        another share it. Meanwhile those at hand begin. A worker without work claims at once."""
        for _ in range(MOMENTS if self._live else 0):
            await asyncio.sleep(MOMENT_S)
            if 4 * self._room() >= self._slots:
                return

    def _room(self) -> int:
        return self._slots + self._ahead - sum(not live.settling for live in self._live.values())

    async def _take(self) -> None:
        """Fill the slots, and have at hand what will fill those that are about to be free: a slot
        shall not wait for the database. Where runs take long that is nobody."""
        self._ahead = min(2 * self._freed, self._slots // 4)
        self._freed = 0
        room = self._room()
        if self._stopping or room <= 0:
            return
        lanes, self._lanes = self._lanes, set()
        try:
            claims = await self._shelf.claim(self.owner, room, self._lease_s, sorted(lanes))
            self._hungry = len(claims) < room
        except StoreAway:
            self._lanes |= lanes
            raise
        if not claims:
            return
        await self._forget_former_selves(claims)
        for opened in await self._shelf.open(self.owner, claims):
            self._begin(opened)
        if not self._hungry:
            self._wake.set()

    async def _forget_former_selves(self, claims: Iterable[Claim]) -> None:
        """A lease of ours ran out and we claimed the same execution again: one of us is enough."""
        former = [live for claim in claims if (live := self._live.get(claim.execution_id))]
        for live in former:
            self._abort(live, "lost")
        if tasks := [live.task for live in former if live.task]:
            await asyncio.wait(tasks)

    def _begin(self, opened: Opened) -> None:
        live = Live(opened.claim)
        self._live[opened.claim.execution_id] = live
        live.task = asyncio.create_task(self._perform(live, opened))

    # One execution

    async def _perform(self, live: Live, opened: Opened) -> None:
        claim = live.claim
        try:
            last = await self._to_its_end(live, opened)
            live.settling = True
            self._freed += 1
            self._wake.set()  # its slot is free: what remains is a record, not a call
            if last is not None:
                await self._keep_last(last)
        finally:
            if self._live.get(claim.execution_id) is live:
                del self._live[claim.execution_id]
            self._lanes.add(claim.workspace_id)
            if self._hungry:  # its workspace may have been at its cap
                self._wake.set()

    async def _to_its_end(self, live: Live, opened: Opened) -> Record | None:
        """Whatever happens, at most one last record comes of it."""
        claim = live.claim
        try:
            async with self._slot:
                ended = opened.end or await self._advance(live, opened)
            if isinstance(ended, Pause):
                return Paused(claim, ended, told=live.said == ended.sentence)
            return Ended(claim, ended, live.last, live.current)
        except asyncio.CancelledError:
            match live.why:
                case "cancelled":
                    return Ended(claim, CANCELLED, current=live.current)
                case "handed back":
                    return HandedBack(claim)
                case "lost":
                    return None
            raise
        except LostLease:
            logger.info("execution %s belongs to another worker now", claim.execution_id)
            return None
        except Unrecordable:
            return Ended(claim, NOT_RECORDABLE, current=live.current)
        except Exception:
            # Our own mistake. It ends this execution and none of the others.
            logger.exception("execution %s failed unexpectedly", claim.execution_id)
            return Ended(claim, OUR_MISTAKE, live.last, live.current)

    async def _keep_last(self, last: Record) -> None:
        claim = last.claim
        try:
            try:
                await self._recorder.keep(last)
            except Unrecordable:
                await self._recorder.keep(Ended(claim, NOT_RECORDABLE))
        except LostLease:
            logger.info("execution %s belongs to another worker now", claim.execution_id)
        except Unrecordable:
            logger.error("execution %s waits for its lease to end", claim.execution_id)

    async def _advance(self, live: Live, opened: Opened) -> End | Pause:
        assert opened.task is not None
        claim = live.claim

        async def keep(mark: Mark) -> None:
            if isinstance(mark, StepFinished):
                if mark.last:
                    live.last = mark
                    return
                await self._recorder.keep(Step(claim, mark))
                live.calling.discard(mark.path)
                if self._stopping:
                    self._hand_back_between_steps(live)
                return
            if isinstance(mark, PageRead):
                await self._recorder.keep(Page(claim, mark))
                return
            if isinstance(mark, StepStarted):
                await self._may_begin(live, mark.path)
                live.current = mark.step_id
            live.said = mark.sentence
            self._recorder.tell(Told(claim, mark))

        return await run(opened.task, self._doors, keep)

    async def _may_begin(self, live: Live, path: str) -> None:
        # A step that holds others is not at work itself.
        live.calling = {at for at in live.calling if not path.startswith((f"{at}.", f"{at}["))}
        if self._stopping:
            self._hand_back_between_steps(live)
            await asyncio.Event().wait()  # until it is handed back
        live.calling.add(path)

    # Stopping

    def _abort(self, live: Live, why: Why) -> None:
        if live.why is None and not live.settling and live.task:
            live.why = why
            live.task.cancel()

    def _hand_back_between_steps(self, live: Live) -> None:
        if not live.calling:
            self._abort(live, "handed back")

    async def _until_idle(self, seconds: float) -> None:
        tasks = [live.task for live in self._live.values() if live.task]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
