"""Keys are changed by a process that is killed again and again, while a worker goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.services.credentials import Credentials, Given
from app.services.executions import Executions
from app.services.safe import Safe
from db.session import Database
from engine.effects.key_files import KeyFiles
from engine.effects.vault import Vault
from tests.db.queue import a_connector, sql
from tests.providers.service import KEY
from tests.waiting import until

DEFINITION = """{"config": {"steps": [{"id": "ask", "kind": "http", "credential": "demo",
  "request": {"method": "GET", "url": "%s/locked/header"}}]},
  "input_schema": {}, "field_mappings": []}"""
# Credentials, so that there is a middle to be killed in. FAULT_SECRETS=10000 for a long night.
MANY = int(os.environ.get("FAULT_SECRETS", "250"))


class Commands:
    """`connector-console …` as processes of their own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.env = folder, {**os.environ, **settings}

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "app", *words, "--data-dir", str(self.folder)]
        return subprocess.Popen(
            command, env=self.env, stdout=subprocess.PIPE, text=True, stderr=subprocess.PIPE
        )

    def killed_after(self, lines: int) -> list[str]:
        """What a rotation told until it was killed."""
        rotation = self.start("keys", "rotate")
        assert rotation.stdout
        assert rotation.stderr
        told = [line for line, _ in zip(rotation.stdout, range(lines), strict=False)]
        rotation.send_signal(signal.SIGKILL)
        rotation.wait()
        rotation.stdout.close()
        rotation.stderr.close()
        return told


@pytest.fixture
def commands(tmp_path, owner_url, console_url, service) -> Commands:
    return Commands(
        tmp_path,
        DATABASE_URL=console_url,
        MIGRATION_DATABASE_URL=owner_url,
        CONSOLE_ALLOW_PRIVATE=service.host,
    )


async def test_a_worker_goes_on_while_the_keys_are_changed_by_who_is_killed(
    commands, database: Database, owner_url, service, acme
):
    files = KeyFiles.load_or_create(commands.folder / "master.key", False)
    first = files.in_use().id
    credentials = Credentials(database, Safe(database, Vault(files)))
    auth = {"type": "header", "name": "X-Api-Key"}
    for number in range(MANY):
        name = f"demo-{number}" if number else "demo"
        given = Given(name, auth, {"api_key": KEY}, {}, [service.host])
        await credentials.add(acme.owner, given)
    connector = a_connector(owner_url, "acme", DEFINITION % service.url)
    executions, runs = Executions(database), 0

    async def run_some() -> None:
        nonlocal runs
        sql(owner_url, "update workspace_api_credentials set label = label returning 1")
        await executions.enqueue_many(acme.editor, connector, [None] * 5)
        runs += 5
        await until(lambda: not sql(owner_url, "select 1 from engine_jobs limit 1"), 60)

    worker = commands.start("worker")
    try:
        await run_some()
        for lines in (1, 4, 6):
            told = commands.killed_after(lines)
            assert len(told) == lines, "it was killed on the way"
            await run_some()
        assert "Sealed anew" in told[-1], "in the middle of many"
        last = commands.start("keys", "rotate")
        assert last.communicate(timeout=60)[1] == ""
        assert last.returncode == 0
        await run_some()
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=30)
    endings = sql(
        owner_url,
        "select status, error_message, count(*)::int from connector_executions group by 1, 2",
    )
    assert endings == [("success", None, runs)]
    assert {call.headers["x-api-key"] for call in service.calls("/locked")} == {KEY}
    ((kek,),) = sql(owner_url, "select distinct kek_id from data_keys")
    assert kek == KeyFiles(commands.folder / "master.key").in_use().id != first
