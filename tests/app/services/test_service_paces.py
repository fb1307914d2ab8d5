"""Turns to call a service, over all workers: evenly spread, never two for one."""

import asyncio
from itertools import pairwise

import pytest

from app.services.service_paces import AHEAD_S, ServicePaces
from db.session import Database

HOST = "api.example.com"


@pytest.fixture
def workers(database):
    return ServicePaces(database), ServicePaces(database)


async def taken(worker, number, every_s, account="k-1", workspace="acme"):
    turns = [worker.turn(workspace, account, HOST, every_s) for _ in range(number)]
    return list(await asyncio.gather(*turns))


async def test_turns_of_all_workers_are_evenly_spread(workers, acme):
    one, other = workers
    turns = [await taken(worker, 5, 10.0) for worker in (one, other, one)]
    found = sorted(for_s for some in turns for for_s, _ in some)
    gaps = [after - before for before, after in pairwise(found)]
    assert found[0] < 1
    assert all(gap == pytest.approx(10, abs=1) for gap in gaps)


async def test_an_account_that_nobody_used_for_a_while_begins_at_once(workers, acme):
    one, other = workers
    await taken(one, 1, 0.01)
    await asyncio.sleep(0.02)
    ((for_s, ours),) = await taken(other, 1, 0.01)
    assert (ours, for_s < 1) == (True, True)


async def test_accounts_hosts_and_workspaces_do_not_wait_for_each_other(workers, acme, globex):
    one, _ = workers
    await taken(one, 3, 100.0)
    for account, workspace in (("k-2", "acme"), ("", "acme"), ("k-1", "globex")):
        assert (await taken(one, 1, 100.0, account, workspace))[0][0] < 1
    assert (await one.turn("acme", "k-1", "www.example.com", 100.0))[0] < 1


async def test_turns_too_far_ahead_are_not_given_away(workers, acme):
    one, other = workers
    await taken(one, 30, AHEAD_S / 10)
    for_s, ours = await other.turn("acme", "k-1", HOST, AHEAD_S / 10)
    assert not ours
    assert for_s == AHEAD_S / 2


async def test_many_turns_cost_few_questions(workers, acme, database):
    one, _ = workers
    asked = []
    ask = one._ask

    async def counted(*given):
        asked.append(given)
        return await ask(*given)

    one._ask = counted
    turns = [await one.turn("acme", "k-1", HOST, 0.01) for _ in range(100)]
    assert all(ours for _, ours in turns)
    assert len(asked) <= 4


async def test_without_the_database_calls_leave_as_they_come():
    away = Database("postgresql://console_web@127.0.0.1:1/none", pool_size=1, patience_s=1)
    assert await ServicePaces(away).turn("acme", "k-1", HOST, 1.0) == (0.0, True)
    await away.close()
