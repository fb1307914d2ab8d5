"""Names are looked up beside the event loop; one question serves all who ask it at once."""

import asyncio

import pytest

from engine.effects.names import SystemNames


@pytest.fixture
def names():
    system = SystemNames(threads=1)
    yield system
    system.close()


async def test_a_name_has_addresses(names):
    assert "127.0.0.1" in await names("127.0.0.1", 80)


async def test_a_name_that_cannot_be_one_is_an_error_each_time(names):
    for _ in range(2):
        with pytest.raises(UnicodeError):
            await names("a" * 64 + ".example", 80)


async def test_who_stops_waiting_takes_nothing_from_the_others(names):
    first = asyncio.create_task(names("127.0.0.1", 80))
    second = asyncio.create_task(names("127.0.0.1", 80))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == ["127.0.0.1"]
    assert first.cancelled()
