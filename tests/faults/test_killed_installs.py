"""The server is killed at each point of an install: a connector with its key and its count, or
nothing of it; and the same Idempotency-Key afterwards makes one.

FAULT_POINTS=all for every point there is.
"""

import itertools
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.app.conftest import key_for
from tests.app.running.test_templates import KEY, SLOT, add_template
from tests.databases import Tenant
from tests.db.queue import sql
from tests.faults.relay import Relay
from tests.leftovers import own_folder
from tests.providers.service import Service
from tests.waiting import until_now

POINTS = os.environ.get("FAULT_POINTS", "3")


class Server:
    """`connector-console serve` as a process to be killed, with the relay before its database."""

    def __init__(self, owner_url: str, relay: Relay, folder: Path, key: str, allowed: str) -> None:
        self.relay, self._key, self._owner_url = relay, key, owner_url
        self._folder = folder
        self._env = {
            **os.environ,
            "DATABASE_URL": relay.url,
            "MIGRATION_DATABASE_URL": owner_url,
            "CONSOLE_ALLOW_PRIVATE": allowed,
            "CONSOLE_PORT": "0",
        }

    def start(self) -> None:
        words = ("serve", "--no-worker", "--no-demo", "--data-dir", str(self._folder))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", *words], env=self._env, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        address = self._process.stdout.readline().removeprefix("Address: ").strip()
        bearer = {"Authorization": f"Bearer {self._key}"}
        self.api = httpx.Client(base_url=f"{address}/api/v1", headers=bearer, timeout=60)
        assert self.api.get("/connectors?limit=1").status_code == 200

    def kill(self) -> None:
        """kill -9; whatever the database was told before, it does."""
        self._process.kill()
        self._process.wait()

    def until_the_database_knows(self) -> None:
        question = (
            "select 1 from pg_stat_activity where datname = current_database()"
            " and usename = 'console_web'"
        )
        until_now(lambda: not sql(self._owner_url, question))

    def restart(self) -> None:
        self.end()
        self.start()

    def end(self) -> None:
        self.kill()
        assert self._process.stdout
        self._process.stdout.close()
        self.api.close()


@pytest.fixture
def server(owner_url: str, console_url: str, acme: Tenant, service: Service) -> Iterator[Server]:
    with own_folder("relay-") as folder:
        relay = Relay(folder, console_url)
        key = key_for(owner_url, acme.admin)
        server = Server(owner_url, relay, folder, key, service.host)
        server.start()
        yield server
        server.end()
        relay.close()


class Install:
    """One template, to be installed once, with a key the workspace does not have yet."""

    def __init__(self, owner_url: str, service: Service) -> None:
        self.name = f"people-{uuid4().hex[:12]}"
        self._owner_url = owner_url
        slot = {**SLOT, "service_name": self.name, "allowed_hosts": [service.host]}
        self.id = add_template(owner_url, service, self.name, slots=Jsonb([slot]))

    def ask(self, server: Server) -> httpx.Response:
        return server.api.post(
            f"/connector-templates/{self.id}/install",
            json={"credentials": {self.name: {"api_key": KEY}}},
            headers={"Idempotency-Key": self.name},
        )

    def parts(self) -> dict[str, int]:
        """How often there is what belongs to an install."""
        rows = sql(
            self._owner_url,
            """
            with wanted as (select %s::uuid as id, %s as name)
            select 'counted', install_count from connector_templates join wanted using (id)
            union all
            select 'connectors', count(*)::int from connectors
              join wanted on wanted.id = created_from_template
            union all
            select 'versions', count(*)::int from connector_versions
              join connectors on connectors.id = connector_id
              join wanted on wanted.id = created_from_template
            union all
            select 'agreed', count(*)::int from template_installs
              join wanted on wanted.id = template_id
            union all
            select 'keys', count(*)::int from workspace_api_credentials
              join wanted on wanted.name = service_name
            union all
            select action, count(*)::int from audit_log
              join wanted on wanted.name in (after->>'name', after->>'service_name')
             group by action
            """,
            self.id,
            self.name,
        )
        return {"connector.made": 0, "credential.added": 0, **dict(rows)}


def points(messages: int) -> list[tuple[int, str]]:
    every = list(itertools.product(range(1, messages + 1), ("question", "answer")))
    return every if POINTS == "all" else random.sample(every, int(POINTS))


def test_killed_at_any_point_an_install_is_whole_or_nothing(server, owner_url, service):
    assert Install(owner_url, service).ask(server).status_code == 201  # it knows the way now
    server.relay.count_anew()
    assert Install(owner_url, service).ask(server).status_code == 201
    for number, lost in points(server.relay.count):
        install, where = Install(owner_url, service), f"{lost} {number}"
        server.relay.act_at(number, lost, server.kill)
        with suppress(httpx.TransportError):
            install.ask(server)
        server.kill()  # if its answer came before that message, then right after it
        server.relay.count_anew()
        server.until_the_database_knows()
        left = install.parts()
        assert set(left.values()) in ({0}, {1}), (where, left)

        server.restart()
        with psycopg.connect(owner_url) as owner:  # a few seconds later
            owner.execute("update idempotency_keys set created_at = created_at - interval '6 s'")
        again = install.ask(server)
        assert again.status_code == 201, (where, again.text)
        assert set(install.parts().values()) == {1}, (where, install.parts())
        assert install.ask(server).json() == again.json(), where
