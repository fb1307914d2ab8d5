"""The database is away for a while, runs under way: nobody has to do anything about it.

OUTAGE_S=60 for a full minute.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.main import build
from app.settings import Settings
from db.embedded import EmbeddedPostgres
from db.logins import Logins
from engine.effects.master_key import MasterKey
from tests.app.conftest import key_for, served
from tests.databases import HURRY, PASSWORD, Cluster, folder_for_postgres, make_tenant
from tests.faults.load import STEPS, Load
from tests.waiting import until

OUTAGE_S = float(os.environ.get("OUTAGE_S", "3"))
RUNS = 40


class Server:
    """A Postgres that can be away for as long as a test wants."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._running = folder, ExitStack()
        self.start()

    def start(self) -> None:
        self._postgres = EmbeddedPostgres(self._folder, settings=HURRY)
        self._running.enter_context(self._postgres)

    def stop(self) -> None:
        """Nobody else uses it, so it ends here, and nobody starts it again."""
        self._running.close()

    def url(self, database: str, login: str) -> str:
        return self._postgres.url(database, login, None if login == "postgres" else PASSWORD)


@pytest.fixture
def server() -> Iterator[Server]:
    with folder_for_postgres() as folder:
        server = Server(folder / "pg")
        yield server
        server.stop()


async def test_the_console_outlives_an_outage_by_itself(server, service):
    cluster = Cluster(server.url, admin="postgres", owner="postgres")
    cluster.prepare()
    urls = server.url("migrated", "postgres"), server.url("migrated", "console_web")
    acme = make_tenant(urls[0], "acme")
    load = Load(*urls, service, acme, seconds=0.2)
    settings = Settings(allow_private=service.host, concurrency=8)
    console = build(settings, Logins(*urls), MasterKey(bytes(range(32))), with_pages=False)
    await console.start(with_worker=True)
    async with served(console.web) as address:
        key = {"Authorization": f"Bearer {key_for(urls[0], acme.editor)}"}
        async with httpx.AsyncClient(base_url=address, headers=key, timeout=30) as api:
            await asyncio.to_thread(load.put, RUNS)
            await until(lambda: len(load.calls()) > RUNS)

            await asyncio.to_thread(server.stop)
            back = time.monotonic() + OUTAGE_S
            while time.monotonic() < back:
                refused = await api.get("/api/v1/executions")
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
                assert refused.json()["hint"]
                assert (await api.get("/health/live")).status_code == 200
                assert (await api.get("/health/ready")).status_code == 503
                await asyncio.sleep(0.2)
            calls = sum(load.calls().values())
            assert calls < RUNS * len(STEPS), "the outage came while runs were under way"

            await asyncio.to_thread(server.start)
            await asyncio.to_thread(load.until_done)
            assert (await api.get("/api/v1/executions")).status_code == 200
            assert (await api.get("/health/ready")).status_code == 200
    await console.stop()
    load.assert_promises_held(RUNS)
    assert set(load.calls().values()) == {1}, "what was answered is kept until it can be written"
