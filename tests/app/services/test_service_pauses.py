"""Pauses that services asked for reach the runs of every worker, and nobody else's."""

from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest

from app.services.credentials import Credentials, Given
from app.services.service_pauses import FAILURES, ServicePauses
from db.session import Database
from engine.run.doors import Shut
from engine.run.task import Pause
from tests.engine.run.story import Clock, Player, call, connector, egress_to

HOST = "api.example.com"


@pytest.fixture
async def key(database, safe, acme):
    credentials = Credentials(database, safe)
    given = Given("demo", {"type": "bearer"}, {"api_key": "demo-key-not-real"}, {}, [HOST])
    await credentials.add(acme.owner, given)
    return (await credentials.opened("acme", ["demo"]))["demo"]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def workers(database, clock):
    return ServicePauses(database, clock.now), ServicePauses(database, clock.now)


def left_s(worker, key, host):
    shut = worker.shut(key, host)
    return shut.left_s if shut else 0


async def test_every_worker_learns_of_a_pause(workers, key, clock):
    one, other = workers
    await one.ask_for(key, HOST, 60)
    assert (left_s(one, key, HOST), left_s(other, key, HOST)) == (60, 0)
    await other.look()
    assert left_s(other, key, HOST) == 60
    clock.pass_by(61)
    assert left_s(other, key, HOST) == 0


async def test_a_pause_is_for_one_credential_at_one_host(workers, key):
    one, _ = workers
    await one.ask_for(key, HOST, 60)
    assert left_s(one, key, "www.example.com") == 0
    assert left_s(one, replace(key, id=str(uuid4())), HOST) == 0
    assert left_s(one, replace(key, workspace_id="globex"), HOST) == 0


async def test_the_longer_of_two_pauses_stays(workers, key):
    one, other = workers
    await one.ask_for(key, HOST, 60)
    await one.ask_for(key, HOST, 5)
    await other.ask_for(key, HOST, 5)
    await other.look()
    assert left_s(one, key, HOST) == left_s(other, key, HOST) == 60


async def test_what_is_over_is_forgotten(workers, key, clock):
    one, _ = workers
    await one.ask_for(key, HOST, 60)
    clock.pass_by(61)
    await one.look()
    assert one._known == {}


async def test_old_pauses_are_swept_away(workers, key, clock, owner_url):
    await workers[0].ask_for(key, HOST, 60)  # in the past of the database
    with psycopg.connect(owner_url) as connection:
        connection.execute("update service_pauses set until = now() - interval '2 days'")
        connection.execute("select app.forget_old(90)")
        assert connection.execute("select count(*) from service_pauses").fetchone() == (0,)


async def test_without_the_database_a_worker_keeps_to_what_it_knows(key, clock):
    away = Database("postgresql://console_web@127.0.0.1:1/none", pool_size=1, patience_s=1)
    pauses = ServicePauses(away, clock.now)
    await pauses.ask_for(key, HOST, 60)
    assert left_s(pauses, key, HOST) == 60
    await away.close()


# A service that does not answer properly


async def broken(worker, key, clock, times=FAILURES):
    for _ in range(times):
        clock.pass_by(3)
        await worker.went_badly(key, HOST)


async def test_failures_in_a_row_for_a_minute_shut_a_host_for_every_worker(workers, key, clock):
    one, other = workers
    await broken(one, key, clock)
    await other.look()
    assert one.shut(key, HOST) == other.shut(key, HOST) == Shut(10, "broken")


async def test_any_number_of_failures_at_once_shuts_nothing(workers, key, clock):
    one, _ = workers
    for _ in range(20 * FAILURES):
        clock.pass_by(0.05)
        await one.went_badly(key, HOST)
    assert one.shut(key, HOST) is None


async def test_one_success_among_them_ends_the_row(workers, key, clock):
    one, _ = workers
    await broken(one, key, clock, FAILURES - 1)
    assert one.troubled
    await one.went_well(key, HOST)
    assert not one.troubled
    await one.went_badly(key, HOST)
    assert one.shut(key, HOST) is None


async def test_failures_long_ago_are_no_row(workers, key, clock):
    one, _ = workers
    await broken(one, key, clock, FAILURES - 1)
    clock.pass_by(601)
    await one.went_badly(key, HOST)
    assert one.shut(key, HOST) is None


async def test_when_it_is_time_exactly_one_call_tries(workers, key, clock):
    one, other = workers
    await broken(one, key, clock)
    await other.look()
    clock.pass_by(11)
    assert one.shut(key, HOST).left_s == 0
    assert [await one.take_trial(key, HOST), await other.take_trial(key, HOST)] == [True, False]
    assert other.shut(key, HOST) == Shut(5, "broken")


async def test_who_tried_and_never_came_back_is_followed_by_the_next(workers, key, clock):
    one, other = workers
    await broken(one, key, clock)
    await other.look()
    clock.pass_by(11)
    await one.take_trial(key, HOST)
    clock.pass_by(61)
    assert await other.take_trial(key, HOST)


async def test_each_time_in_vain_it_is_left_alone_for_twice_as_long(workers, key, clock):
    one, _ = workers
    await broken(one, key, clock)
    waits = []
    for _ in range(7):
        clock.pass_by(left_s(one, key, HOST) + 1)
        assert await one.take_trial(key, HOST)
        await one.went_badly(key, HOST)
        waits.append(left_s(one, key, HOST))
    assert waits == [20, 40, 60, 60, 60, 60, 60]


async def test_one_success_opens_it_for_every_worker(workers, key, clock):
    one, other = workers
    await broken(one, key, clock)
    await other.look()
    clock.pass_by(11)
    await one.take_trial(key, HOST)
    await one.went_well(key, HOST)
    assert one.shut(key, HOST) is None
    await other.look()
    assert other.shut(key, HOST) is None


# An account with nothing left


async def test_a_used_up_quota_shuts_the_host_and_many_who_find_out_count_once(workers, key):
    one, other = workers
    assert await one.used_up(key, HOST, None) == 3600
    assert await one.used_up(key, HOST, None) == 3600
    await other.look()
    assert other.shut(key, HOST) == Shut(3600, "quota")


async def test_a_quota_that_is_still_used_up_is_looked_at_later_each_time(workers, key, clock):
    one, _ = workers
    waits = []
    for _ in range(5):
        waits.append(await one.used_up(key, HOST, None))
        clock.pass_by(waits[-1] + 1)
    assert waits == [3600, 7200, 14400, 21600, 21600]
    assert await one.used_up(key, HOST, 90) == 90


async def test_a_key_entered_anew_opens_what_was_shut_for_the_old_one(
    workers, key, database, safe, acme
):
    one, _ = workers
    await one.used_up(key, HOST, None)
    values = {"credentials": {"api_key": "another-key-not-real"}}
    await Credentials(database, safe).change(acme.owner, UUID(key.id), values)
    await one.look()
    assert one.shut(key, HOST) is None


async def test_runs_leave_a_broken_service_alone_and_come_back(
    database, safe, acme, service, clock
):
    credentials = Credentials(database, safe)
    given = Given("demo", {"type": "bearer"}, {"api_key": service.KEY}, {}, [service.host])
    await credentials.add(acme.owner, given)
    opened = await credentials.opened("acme", ["demo"])
    egress = egress_to(service)
    pauses = ServicePauses(database, clock.now)
    step = call("ask", f"{service.url}/bad/503?times={FAILURES}", credential="demo")
    definition = connector({**step, "retry": {"max_retries": 0}})

    def player():
        return Player(egress, clock, board=pauses)

    for _ in range(FAILURES):
        clock.pass_by(3)
        assert (await player().play(definition, credentials=opened)).error_code == "service_error"
    waiting = [await player().once(definition, credentials=opened) for _ in range(3)]
    assert {type(one) for one in waiting} == {Pause}
    assert "does not answer properly" in waiting[0].sentence
    assert len(service.calls("/bad")) == FAILURES
    clock.pass_by(15)
    for one in waiting:
        end = await player().once(definition, credentials=opened, state=one.state)
        assert end.status == "success"
    assert pauses.shut(opened["demo"], "127.0.0.1") is None
    await egress.close()
