"""kill -9, SIGTERM and a database that goes away, under load. FAULT_ROUNDS=200 for a long night."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.embedded import EmbeddedPostgres
from tests.databases import HURRY, PASSWORD, Cluster, folder_for_postgres, make_tenant
from tests.faults.load import STEPS, Load

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "3"))


@pytest.fixture
def load(owner_url, console_url, service, acme) -> Iterator[Load]:
    load = Load(owner_url, console_url, service, acme)
    yield load
    load.end()


def test_killed_workers_lose_nothing_and_repeat_no_finished_step(load):
    standing = [load.start_worker(), load.start_worker()]
    for _ in range(ROUNDS):
        victim = standing.pop(0)
        load.put(40)
        load.until_it_works(victim)
        time.sleep(random.uniform(0.05, 0.3))
        load.kill(victim)
        standing.append(load.start_worker())
    load.until_done(60 + 2 * ROUNDS)
    load.assert_promises_held(40 * ROUNDS)
    repeated = sum(times - 1 for times in load.calls().values())
    # Eight calls may be under way, and as many answers on their way to the disk.
    assert repeated <= ROUNDS * 16, "only what was under way when its worker died is repeated"


def test_a_worker_told_to_stop_loses_and_repeats_nothing(load):
    load.put(60)
    first = load.start_worker()
    load.until_it_works(first)
    assert load.stop(first) == 0
    assert load.counted("select owner, count(*) from engine_jobs group by 1").keys() <= {None}
    load.start_worker()
    load.until_done()
    load.assert_promises_held(60)
    assert set(load.calls().values()) == {1}


def test_workers_outlive_the_database(service):
    with folder_for_postgres() as folder, EmbeddedPostgres(folder / "pg", settings=HURRY) as first:

        def url(database: str, login: str) -> str:
            return first.url(database, login, None if login == "postgres" else PASSWORD)

        cluster = Cluster(url, admin="postgres", owner="postgres")
        cluster.prepare()
        with cluster.clone() as name:
            owner_url = url(name, "postgres")
            load = Load(
                owner_url, url(name, "console_web"), service, make_tenant(owner_url, "acme")
            )
            load.put(60)
            try:
                worker = load.start_worker(LEASE_S="30")
                load.until_it_works(worker)
                os.kill(postmaster_of(folder / "pg"), signal.SIGQUIT)  # as a crash would end it
                with EmbeddedPostgres(folder / "pg", settings=HURRY):
                    load.until_done()
                    assert worker.poll() is None
                    load.assert_promises_held(60)
                    assert sum(load.calls().values()) <= 60 * len(STEPS) + 8, "only those under way"
                    load.end()
            finally:
                load.end()


def postmaster_of(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
