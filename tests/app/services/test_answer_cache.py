"""Answers that are kept: for a while, inside one workspace, one question at a time."""

import asyncio

import psycopg
import pytest

from app.services.answer_cache import AnswerCache
from db.session import Database
from tests.db.asking import refused

ANSWER = {"status": 200, "headers": {"a": "b"}, "body": {"n": 1.0, "big": 9007199254740993}}


@pytest.fixture
def cache(database):
    return AnswerCache(database)


async def test_an_answer_is_found_again_until_its_time_is_over(cache, acme, owner_url):
    await cache.put("acme", "k", ANSWER, 60)
    assert await cache.get("acme", "k") == ANSWER
    with psycopg.connect(owner_url) as connection:
        connection.execute("update connector_steps_cache set expires_at = now()")
    assert await cache.get("acme", "k") is None


async def test_a_newer_answer_replaces_the_older_one(cache, acme):
    await cache.put("acme", "k", ANSWER, 60)
    await cache.put("acme", "k", {**ANSWER, "status": 404}, 60)
    assert (await cache.get("acme", "k"))["status"] == 404


async def test_no_other_workspace_finds_it_and_no_person_reads_it(
    cache, acme, globex, database: Database
):
    await cache.put("acme", "k", ANSWER, 60)
    assert await cache.get("globex", "k") is None
    await refused(database, acme.owner, "select * from connector_steps_cache")


@pytest.mark.parametrize("body", ["x" * 2_000_001, 10**30])
async def test_what_is_too_large_or_cannot_be_kept_is_asked_for_again(cache, acme, body):
    await cache.put("acme", "k", {"body": body}, 60)
    assert await cache.get("acme", "k") is None


async def test_expired_answers_are_swept_away(cache, acme, owner_url):
    await cache.put("acme", "old", ANSWER, 0.001)
    await cache.put("acme", "new", ANSWER, 60)
    with psycopg.connect(owner_url) as connection:
        connection.execute("select app.forget_old(90)")
        kept = connection.execute("select key from connector_steps_cache").fetchall()
    assert kept == [("new",)]


async def test_the_same_question_waits_for_its_turn_and_others_do_not(cache):
    order = []

    async def ask(workspace_id, key, name):
        async with cache.turn(workspace_id, key):
            order.append(f"{name} begins")
            await asyncio.sleep(0.01)
            order.append(f"{name} ends")

    await asyncio.gather(ask("acme", "k", "a"), ask("acme", "k", "b"), ask("globex", "k", "c"))
    assert order.index("a ends") < order.index("b begins")
    assert order.index("c begins") < order.index("a ends")
    assert cache._turns == {}


async def test_without_the_database_nothing_is_known_and_nothing_breaks():
    away = Database("postgresql://console_web@127.0.0.1:1/none", pool_size=1, patience_s=1)
    cache = AnswerCache(away)
    await cache.put("acme", "k", ANSWER, 60)
    assert await cache.get("acme", "k") is None
    await away.close()
