"""Commits are shared, and a run waits for its own."""

import asyncio
from uuid import uuid4

import pytest

from engine.queue.endings import CANCELLED
from engine.queue.recorder import Recorder, Unrecordable
from engine.queue.shelf import Claim, Ended, Step, StoreAway, Told
from engine.run.events import StepFinished, StepStarted
from engine.run.task import LostLease
from tests.waiting import until


def claim():
    return Claim(uuid4(), "acme", 1)


def step(of, path="find"):
    entry = {"id": path, "status": "success"}
    return Step(of, StepFinished(path, path, 0, entry, None, "Found."))


class Store:
    """Keeps what it is given, once it is allowed to."""

    def __init__(self):
        self.groups, self.open = [], asyncio.Event()
        self.open.set()
        self.lost, self.refuses, self.away = set(), None, 0

    async def write(self, records):
        await self.open.wait()
        if self.away:
            self.away -= 1
            raise StoreAway
        if self.refuses in records:
            raise ValueError("not this one")
        self.groups.append(list(records))
        return self.lost


@pytest.fixture
async def store():
    return Store()


@pytest.fixture
async def recorder(store):
    recorder = Recorder(store.write, gather_s=0, ride_s=0.01)
    recorder.start()
    yield recorder
    await recorder.close()


async def test_what_several_runs_did_meanwhile_becomes_one_group(store, recorder):
    store.open.clear()
    runs = [asyncio.create_task(recorder.keep(step(claim()))) for _ in range(10)]
    await asyncio.sleep(0)
    store.open.set()
    await asyncio.gather(*runs)
    assert len(store.groups) <= 2
    assert sum(map(len, store.groups)) == 10


async def test_a_run_waits_until_its_step_is_durable(store, recorder):
    store.open.clear()
    run = asyncio.create_task(recorder.keep(step(claim())))
    await asyncio.sleep(0.01)
    assert not run.done()
    store.open.set()
    await run


async def test_what_is_only_told_holds_nobody_up_and_comes_before_what_follows(store, recorder):
    mine = claim()
    told = Told(mine, StepStarted("find", "find", "Find"))
    recorder.tell(told)
    finished = step(mine)
    await recorder.keep(finished)
    assert [one for group in store.groups for one in group] == [told, finished]


async def test_what_is_only_told_is_written_soon_all_the_same(store, recorder):
    recorder.tell(Told(claim(), StepStarted("find", "find", "Find")))
    await until(lambda: store.groups)


async def test_a_run_that_lost_its_lease_hears_of_it(store, recorder):
    mine, other = claim(), claim()
    store.lost = {mine.execution_id}
    fine = asyncio.create_task(recorder.keep(step(other)))
    with pytest.raises(LostLease):
        await recorder.keep(step(mine))
    await fine


async def test_while_the_store_is_away_runs_wait_and_nothing_is_lost(store, recorder):
    store.away = 2
    async with asyncio.timeout(30):
        await recorder.keep(step(claim()))
    assert len(store.groups) == 1


async def test_a_record_nobody_can_keep_spoils_only_itself(store, recorder):
    bad, good = step(claim()), step(claim())
    store.refuses = bad
    store.open.clear()
    fine = asyncio.create_task(recorder.keep(good))
    broken = asyncio.create_task(recorder.keep(bad))
    await asyncio.sleep(0)
    store.open.set()
    with pytest.raises(Unrecordable):
        await broken
    await fine
    assert store.groups == [[good]]


async def test_closing_writes_what_still_waits(store):
    recorder = Recorder(store.write, gather_s=0)
    recorder.start()
    last = asyncio.create_task(recorder.keep(Ended(claim(), CANCELLED)))
    await asyncio.sleep(0)
    await recorder.close()
    await last
    assert len(store.groups) == 1


async def test_closing_what_was_abandoned_is_no_error(store):
    recorder = Recorder(store.write, gather_s=0)
    recorder.start()
    await asyncio.sleep(0)
    recorder.abandon()
    await recorder.close()
    assert store.groups == []
