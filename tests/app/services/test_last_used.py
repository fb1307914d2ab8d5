"""When a credential was last used is known, and costs next to nothing."""

import asyncio
from uuid import UUID

import pytest

from app.services.credentials import Credentials, Given
from app.services.last_used import LastUsed
from db import credentials
from db.session import Runner
from tests.engine.run.story import Clock


@pytest.fixture
async def made(database, safe, acme):
    kept = Credentials(database, safe)
    for name in ("one", "other"):
        secrets = {"api_key": "demo-key-not-real"}
        given = Given(name, {"type": "bearer"}, secrets, {}, ["api.example.com"])
        await kept.add(acme.owner, given)
    return await kept.opened("acme", ["one", "other"])


@pytest.fixture
def shown(database, safe, acme):
    async def shown():
        rows = (await Credentials(database, safe).listed(acme.owner)).items
        return {row.service_name: (row.last_used_at, row.updated_at) for row in rows}

    return shown


async def test_a_used_credential_says_when_and_is_still_the_same_one(database, made, shown):
    used, before = LastUsed(database, Clock().now), await shown()
    used.note(made["one"])
    await used.write()
    after = await shown()
    assert after["one"][0] is not None
    assert after["one"][1] == before["one"][1]
    assert after["other"] == before["other"]


async def test_it_is_written_at_most_once_a_minute(database, made, shown):
    clock = Clock()
    used = LastUsed(database, clock.now)
    seen = []
    for seconds in (0, 30, 40):
        clock.pass_by(seconds)
        used.note(made["one"])
        await used.write()
        seen.append((await shown())["one"][0])
    assert seen[0] == seen[1] < seen[2]


async def test_a_use_in_between_is_written_later(database, made, shown):
    clock = Clock()
    used = LastUsed(database, clock.now)
    used.note(made["one"])
    await used.write()
    first = (await shown())["one"][0]
    used.note(made["one"])
    await used.write()
    clock.pass_by(61)
    await used.write()
    assert (await shown())["one"][0] > first


async def test_several_are_written_while_somebody_else_writes_one_of_them(database, made, shown):
    used = LastUsed(database, Clock().now)
    for one in made.values():
        used.note(one)
    busy = [UUID(made["other"].id)]
    async with database.session_for(Runner("acme")) as session:
        await credentials.note_used(session, "acme", busy)
        async with asyncio.timeout(15):
            await used.write()
    after = await shown()
    assert after["one"][0] is not None
    assert after["other"][0] is not None
