"""The embedded Postgres: started by the first process, stopped by the last, open to nobody else."""

import asyncio
import os
import pwd
import signal
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from db.embedded import EmbeddedPostgres
from db.postgres_binaries import PostgresFailed
from tests.databases import HURRY, folder_for_postgres
from tests.waiting import until_now

NEIGHBOUR = """
import sys
from pathlib import Path
from db.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off"}):
    print("ready", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder that already holds a server's data, so that a start is a warm one."""
    with folder_for_postgres() as folder:
        with (
            EmbeddedPostgres(folder / "postgres", settings=HURRY) as server,
            psycopg.connect(server.url("postgres")) as connection,
        ):
            connection.execute("create table kept (word text)")
            connection.execute("insert into kept values ('here')")
        yield folder / "postgres"


def start(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, settings=HURRY)


def kept(server: EmbeddedPostgres) -> str:
    with psycopg.connect(server.url("postgres")) as connection:
        return str(connection.execute("select word from kept").fetchall()[0][0])


def runs(home: Path) -> bool:
    try:
        psycopg.connect(start(home).url("postgres"), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@asynccontextmanager
async def neighbour(home: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process that uses the same server, until its input ends."""
    process = await started_neighbour(home)
    await is_ready(process)
    yield process
    if process.returncode is None:
        await leave(process)


async def started_neighbour(home: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", NEIGHBOUR, str(home),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def is_ready(process: asyncio.subprocess.Process) -> None:
    assert process.stdout
    assert await process.stdout.readline() == b"ready\n"


async def leave(process: asyncio.subprocess.Process) -> None:
    assert process.stdin
    process.stdin.close()
    assert await process.wait() == 0


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def test_what_was_stored_is_there_after_a_restart(home: Path) -> None:
    assert not runs(home)
    with start(home) as server:
        assert kept(server) == "here"
    assert not runs(home)


async def test_two_processes_share_it_and_the_last_one_out_stops_it(home: Path) -> None:
    async with neighbour(home):
        with start(home) as server:
            assert kept(server) == "here"
        assert runs(home)
    assert not runs(home)


async def test_a_killed_process_does_not_keep_it_alive(home: Path) -> None:
    with start(home):
        async with neighbour(home) as process:
            process.kill()
            await process.wait()
    assert not runs(home)


async def test_it_outlives_the_process_that_started_it(home: Path) -> None:
    async with neighbour(home) as first:
        first.kill()
        await first.wait()
    assert runs(home)
    with start(home) as server:
        assert kept(server) == "here"
    assert not runs(home)


def test_a_killed_server_is_started_again_at_once(home: Path) -> None:
    abandoned = start(home)
    abandoned.__enter__()
    os.kill(postmaster(home), signal.SIGKILL)
    with start(home) as server:
        assert kept(server) == "here"
        abandoned.__exit__(None, None, None)
        assert kept(server) == "here"


def test_a_server_killed_under_our_hands_comes_back_by_itself(home: Path) -> None:
    with start(home) as server:
        killed = postmaster(home)
        os.kill(killed, signal.SIGKILL)
        until_now(lambda: runs(home) and postmaster(home) != killed)
        assert kept(server) == "here"
    assert not runs(home)


async def test_several_processes_may_race_to_make_it() -> None:
    with folder_for_postgres() as folder:
        home = folder / "postgres"
        racers = [await started_neighbour(home) for _ in range(3)]
        await asyncio.gather(*map(is_ready, racers))
        assert runs(home)
        await asyncio.gather(*map(leave, racers))
        assert not runs(home)


def test_it_is_closed_to_other_accounts_and_to_the_network(home: Path) -> None:
    with start(home) as server:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url("postgres", password="guess"))
        assert stat.S_IMODE((home / "run").stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "data").stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "password").stat().st_mode) == 0o600
        with psycopg.connect(server.url("postgres")) as connection:
            listening = connection.execute("show listen_addresses").fetchall()
            rules = connection.execute("select distinct auth_method from pg_hba_file_rules")
            assert (listening, rules.fetchall()) == ([("",)], [("scram-sha-256",)])


def test_its_address_may_be_too_long_for_a_socket() -> None:
    with folder_for_postgres() as folder:
        deep = folder / ("d" * 100) / "postgres"
        with start(deep) as server, psycopg.connect(server.url("postgres")) as connection:
            folder_of_socket = connection.execute("show unix_socket_directories").fetchall()[0][0]
        assert not folder_of_socket.startswith(str(folder))
        Path(folder_of_socket).rmdir()


def test_a_closed_folder_is_refused_and_stays_closed(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(PostgresFailed, match="is closed to the account nobody"):
        EmbeddedPostgres(closed / "data", account=nobody).__enter__()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_data_of_another_major_version_is_not_touched(home: Path) -> None:
    version = home / "data" / "PG_VERSION"
    brings = version.read_text()
    version.write_text("12\n")
    with pytest.raises(PostgresFailed, match="was made by Postgres 12"):
        start(home).__enter__()
    version.write_text(brings)
    with start(home) as server:
        assert kept(server) == "here"


def test_derived_passwords_differ_by_purpose_and_stay_the_same(home: Path) -> None:
    one, two = start(home), start(home)
    assert one.derived_password("a") == two.derived_password("a") != two.derived_password("b")
