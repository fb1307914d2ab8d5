"""A worker, a store in memory, and steps that do what the test tells them."""

import asyncio
import itertools
from uuid import uuid4

import pytest

from engine.queue.shelf import (
    Beat,
    Claim,
    Current,
    Ended,
    HandedBack,
    Opened,
    Paused,
    Step,
    StoreAway,
    Told,
)
from engine.queue.worker import Worker
from tests.engine.queue.door import Door, doors, two_calls
from tests.waiting import until


class Shelf:
    """Work to hand out, and everything that was written."""

    def __init__(self, tasks):
        self.due = {uuid4(): one for one in tasks}
        self.ids = list(self.due)
        self.claimed, self.written, self.asked = [], [], []
        self.lost, self.cancelled, self.away = set(), set(), 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._fences = itertools.count(1)

    async def claim(self, owner, room, lease_s, look_at):
        self.asked.append("claim")
        await self.gate.wait()
        if self.away:
            self.away -= 1
            raise StoreAway
        taken = [one for one in self.ids if one not in self.claimed][:room]
        self.claimed += taken
        return [Claim(one, "acme", next(self._fences)) for one in taken]

    async def open(self, owner, claims):
        return [Opened(claim, self.due[claim.execution_id]) for claim in claims]

    async def write(self, owner, records):
        self.written += [one for one in records if one.claim.execution_id not in self.lost]
        return self.lost

    async def beat(self, owner, claims, lease_s):
        self.asked.append("beat")
        held = frozenset(one.execution_id for one in claims) - self.lost
        return Beat(held, frozenset(self.cancelled))

    def of(self, kind):
        return [one for one in self.written if isinstance(one, kind)]

    async def until(self, condition):
        await until(condition)


@pytest.fixture
async def working():
    """start(tasks, egress) → (worker, shelf); all are stopped at the end."""
    started = []

    def start(tasks, egress, slots=8, grace_s=20):
        shelf = Shelf(tasks)
        worker = Worker(shelf, doors(egress), slots=slots, grace_s=grace_s, name="one")
        started.append(worker)
        worker.start()
        return worker, shelf

    yield start
    for worker in started:
        await worker.stop()


async def test_every_run_comes_to_one_end(working):
    door = Door()
    _, shelf = working([two_calls() for _ in range(20)], door, slots=4)
    await shelf.until(lambda: len(shelf.of(Ended)) == 20)
    assert {one.end.status for one in shelf.of(Ended)} == {"success"}
    assert len({one.claim.execution_id for one in shelf.of(Ended)}) == 20


async def test_the_last_step_is_recorded_with_the_end_and_the_others_before(working):
    _, shelf = working([two_calls()], Door())
    await shelf.until(lambda: shelf.of(Ended))
    assert [one.mark.path for one in shelf.of(Step)] == ["one"]
    assert [one.last.path for one in shelf.of(Ended)] == ["two"]


async def test_never_more_calls_at_once_than_slots(working):
    door = Door()
    _, shelf = working([two_calls() for _ in range(20)], door, slots=4)
    await shelf.until(lambda: len(shelf.of(Ended)) == 20)
    assert door.most_at_once <= 4


async def test_hints_that_come_while_it_is_at_work_share_a_claim(working):
    door = Door()
    door.shut()
    worker, shelf = working([two_calls() for _ in range(7)], door, slots=8)
    await shelf.until(lambda: door.at_once == 7)
    shelf.asked.clear()
    for _ in range(200):
        worker.look("acme")
        await asyncio.sleep(0)
    assert len(shelf.asked) < 20
    await shelf.until(lambda: shelf.asked)
    door.open()


async def eight_at_work_and_two_at_hand(working, door):
    """The store took its time while eight quick runs came and went."""
    door.shut()
    worker, shelf = working([two_calls() for _ in range(40)], door, slots=8)
    await shelf.until(lambda: door.at_once == 8)
    assert len(shelf.claimed) == 8, "runs that take long have nobody waiting behind them"
    shelf.gate.clear()
    door.open()
    await shelf.until(lambda: len(shelf.of(Ended)) == 8)
    door.shut()
    shelf.gate.set()
    await shelf.until(lambda: len(shelf.claimed) == 18)
    await shelf.until(lambda: door.at_once == 8)
    return worker, shelf


async def test_a_slot_that_gets_free_finds_a_run_at_hand(working):
    door = Door()
    _, shelf = await eight_at_work_and_two_at_hand(working, door)
    door.open()
    await shelf.until(lambda: len(shelf.of(Ended)) == 40)
    assert door.most_at_once == 8


async def test_runs_without_a_slot_are_handed_back_at_once(working):
    door = Door()
    worker, shelf = await eight_at_work_and_two_at_hand(working, door)
    stopping = asyncio.create_task(worker.stop())
    await shelf.until(lambda: shelf.of(HandedBack))
    back = [one.claim.execution_id for one in shelf.of(HandedBack)]
    assert back == shelf.claimed[-2:]
    door.open()
    await stopping


async def test_only_a_step_that_is_still_at_work_is_shown_as_current(working):
    door = Door()
    worker, shelf = working([two_calls()], door)
    await shelf.until(lambda: shelf.of(Ended))
    worker.show()
    assert shelf.of(Ended)[0].current == "two"
    door.shut()
    shelf.ids.append(again := uuid4())
    shelf.due[again] = two_calls()
    worker.look()
    await shelf.until(lambda: door.at_once)
    worker.show()
    worker.show()
    await shelf.until(lambda: shelf.of(Current))
    assert [(one.claim.execution_id, one.step_id) for one in shelf.of(Current)] == [(again, "one")]
    door.open()


async def test_our_own_mistake_ends_one_run_and_no_other(working):
    door = Door(trouble={"http://a.test/boom": ZeroDivisionError()})
    _, shelf = working([two_calls("boom"), two_calls()], door)
    await shelf.until(lambda: len(shelf.of(Ended)) == 2)
    assert [one.end.error_code for one in shelf.of(Ended)] == ["internal", None]


async def test_cancelling_aborts_the_call_under_way(working):
    door = Door()
    door.shut()
    worker, shelf = working([two_calls()], door)
    await shelf.until(lambda: door.at_once)
    worker.cancel(shelf.ids[0])
    await shelf.until(lambda: shelf.of(Ended))
    assert shelf.of(Ended)[0].end.status == "cancelled"
    assert door.calls == ["http://a.test/one"]


async def test_a_heartbeat_finds_what_was_cancelled_elsewhere(working):
    door = Door()
    door.shut()
    worker, shelf = working([two_calls(), two_calls()], door)
    await shelf.until(lambda: door.at_once == 2)
    shelf.cancelled = {shelf.ids[0]}
    await worker.beat()
    await shelf.until(lambda: shelf.of(Ended))
    assert [one.claim.execution_id for one in shelf.of(Ended)] == [shelf.ids[0]]
    door.open()
    await shelf.until(lambda: len(shelf.of(Ended)) == 2)


async def test_a_run_that_belongs_to_another_worker_stops_without_a_word(working):
    door = Door()
    door.shut()
    worker, shelf = working([two_calls()], door)
    await shelf.until(lambda: door.at_once)
    shelf.lost = {shelf.ids[0]}
    await worker.beat()
    await shelf.until(lambda: not worker.busy)
    assert shelf.written == []


async def test_a_run_that_lost_its_lease_calls_nobody_any_more(working):
    door = Door()
    door.shut()
    worker, shelf = working([two_calls()], door)
    await shelf.until(lambda: door.at_once)
    shelf.lost = {shelf.ids[0]}
    door.open()
    await shelf.until(lambda: not worker.busy)
    assert door.calls == ["http://a.test/one"]


async def test_a_long_wait_holds_no_slot(working):
    door = Door(retry_after={"http://a.test/later": "60"})
    worker, shelf = working([two_calls("later"), two_calls()], door, slots=1)
    await shelf.until(lambda: shelf.of(Ended) and shelf.of(Paused))
    assert 59 < shelf.of(Paused)[0].pause.after_s <= 61
    await shelf.until(lambda: not worker.busy)


async def test_stopping_finishes_the_call_and_hands_the_run_back(working):
    door = Door()
    door.shut()
    worker, shelf = working([two_calls()], door)
    await shelf.until(lambda: door.at_once)
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0.01)
    assert not stopping.done()
    door.open()
    await stopping
    assert [type(one) for one in shelf.written if not isinstance(one, Told)] == [Step, HandedBack]
    assert door.calls == ["http://a.test/one"]


async def test_stopping_cuts_a_call_that_takes_too_long(working):
    door = Door()
    door.shut()
    worker, shelf = working([two_calls()], door, grace_s=0.05)
    await shelf.until(lambda: door.at_once)
    await worker.stop()
    assert [type(one) for one in shelf.written if not isinstance(one, Told)] == [HandedBack]


async def test_a_worker_outlives_a_store_that_is_away(working):
    door = Door()
    _, shelf = working([two_calls()], door)
    shelf.away = 2
    await shelf.until(lambda: shelf.of(Ended))
    assert shelf.of(Ended)[0].end.status == "success"


async def test_after_an_outage_leases_are_renewed_before_anything_is_claimed(working):
    door = Door()
    door.shut()
    worker, shelf = working([two_calls(), two_calls()], door)
    await shelf.until(lambda: door.at_once == 2)
    shelf.away = 1
    shelf.asked.clear()
    worker.look()
    await shelf.until(lambda: shelf.asked.count("claim") == 2)
    assert shelf.asked == ["claim", "beat", "claim"]
    door.open()
    await shelf.until(lambda: len(shelf.of(Ended)) == 2)
