"""A key that a service refuses again and again is failing, and one that opens works."""

from datetime import UTC, datetime, timedelta

import pytest

from app.services.alerts import Alerts
from app.services.credentials import Credentials, Given
from app.services.key_health import OFTEN, SOON_S, KeyHealth
from engine.effects.egress import Answer, Sent
from tests.db.queue import sql

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    now = NOW


@pytest.fixture
def health(database) -> KeyHealth:
    clock = Clock()
    made = KeyHealth(database, lambda: clock.now)
    made.clock = clock  # type: ignore[attr-defined]
    return made


@pytest.fixture
async def key(database, safe, acme):
    kept = Credentials(database, safe)
    given = Given("hunter", {"type": "bearer"}, {"key": "a-key-not-real"}, {}, ["a.test"], "Hunter")
    await kept.add(acme.owner, given)
    return (await kept.opened("acme", ["hunter"]))["hunter"]


def said(status: int) -> Answer:
    return Answer(status, (), b"", 0, 1.0, "https://a.test", Sent("GET", "https://a.test", (), ""))


async def after(health, key, *statuses: int) -> None:
    for status in statuses:
        health.note(key, said(status))
    await health.write()


def state(owner_url: str) -> tuple:
    return sql(owner_url, "select state, state_message from workspace_api_credentials")[0]


async def test_a_call_that_went_well_shows_that_the_key_works(health, key, owner_url):
    await after(health, key, 404, 500)
    assert state(owner_url) == ("untested", None)
    await after(health, key, 200)
    assert state(owner_url) == ("works", None)


async def test_a_key_refused_several_times_in_a_row_is_failing_and_told(
    health, key, owner_url, database, safe, acme
):
    await after(health, key, 200, *[401] * (OFTEN - 1), 200, *[401] * (OFTEN - 1))
    assert state(owner_url)[0] == "works"
    await after(health, key, 401, 401)
    assert state(owner_url) == ("failing", f"It refused the key {OFTEN} times in a row (401).")
    (alert,) = await Alerts(database, safe).newest(acme.viewer)
    assert (alert.kind, alert.count) == ("credential_broken", 1)
    await after(health, key, 200)
    assert state(owner_url) == ("works", None)


async def test_what_is_known_is_not_written_again_and_again(health, key, owner_url):
    await after(health, key, 200)
    before = sql(owner_url, "select xmin from workspace_api_credentials")
    for _ in range(3):
        await after(health, key, 200)
        health.clock.now += timedelta(seconds=SOON_S)
    assert sql(owner_url, "select xmin from workspace_api_credentials") == before


async def test_a_login_that_needs_its_owner_is_not_called_working(health, key, owner_url):
    sql(owner_url, "update workspace_api_credentials set state = 'reconnect' returning 1")
    await after(health, key, 200, 401, 401, 401)
    assert state(owner_url)[0] == "reconnect"
