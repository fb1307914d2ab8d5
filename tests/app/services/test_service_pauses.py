"""Pauses that services asked for reach the runs of every worker, and nobody else's."""

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from app.services.credentials import Credentials, Given
from app.services.service_pauses import ServicePauses
from db.session import Database
from tests.engine.run.story import Clock

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


async def test_every_worker_learns_of_a_pause(workers, key, clock):
    one, other = workers
    await one.ask_for(key, HOST, 60)
    assert (one.left_s(key, HOST), other.left_s(key, HOST)) == (60, 0)
    await other.look()
    assert other.left_s(key, HOST) == 60
    clock.pass_by(61)
    assert other.left_s(key, HOST) == 0


async def test_a_pause_is_for_one_credential_at_one_host(workers, key):
    one, _ = workers
    await one.ask_for(key, HOST, 60)
    assert one.left_s(key, "www.example.com") == 0
    assert one.left_s(replace(key, id=str(uuid4())), HOST) == 0
    assert one.left_s(replace(key, workspace_id="globex"), HOST) == 0


async def test_the_longer_of_two_pauses_stays(workers, key):
    one, other = workers
    await one.ask_for(key, HOST, 60)
    await one.ask_for(key, HOST, 5)
    await other.ask_for(key, HOST, 5)
    await other.look()
    assert one.left_s(key, HOST) == other.left_s(key, HOST) == 60


async def test_what_is_over_is_forgotten(workers, key, clock):
    one, _ = workers
    await one.ask_for(key, HOST, 60)
    clock.pass_by(61)
    await one.look()
    assert one._until == {}


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
    assert pauses.left_s(key, HOST) == 60
    await away.close()
