"""A server like a Supabase project: its owner is no superuser, roles and auth are there already."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from db.embedded import EmbeddedPostgres
from db.postgres_binaries import run, unprivileged_account
from tests.databases import HURRY, PASSWORD, Cluster, folder_for_postgres

HERE = Path(__file__).parent
POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")
SUPERUSER = "supabase_admin"


@contextmanager
def supabase_like_cluster() -> Iterator[Cluster]:
    """On the machine's Postgres 15, the oldest we promise; where there is none, on our own."""
    with _postgres_15() if POSTGRES_15.exists() else _our_own() as cluster:
        cluster.do((HERE / "supabase_project.sql").read_text())
        with psycopg.connect(cluster.url("template1", SUPERUSER), autocommit=True) as connection:
            connection.execute((HERE / "supabase_database.sql").read_bytes())
        cluster.prepare()
        yield cluster


@contextmanager
def _postgres_15() -> Iterator[Cluster]:
    account = unprivileged_account()
    with folder_for_postgres() as folder:
        folder.chmod(0o777)

        def do(program: str, *words: str | Path) -> None:
            run(
                [POSTGRES_15 / program, "-D", folder / "data", *words],
                folder=folder,
                account=account,
            )

        do(
            "initdb",
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        settings = HURRY | {"listen_addresses": "", "unix_socket_directories": str(folder)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        do("pg_ctl", "-w", "-l", folder / "log", "-o", options, "start")
        try:
            host = quote(str(folder), safe="")
            yield Cluster(
                lambda database, login: f"postgresql://{login}:{PASSWORD}@/{database}?host={host}",
                admin=SUPERUSER,
                owner="postgres",
            )
        finally:
            do("pg_ctl", "-m", "immediate", "stop")


@contextmanager
def _our_own() -> Iterator[Cluster]:
    with (
        folder_for_postgres() as folder,
        EmbeddedPostgres(folder / "postgres", settings=HURRY) as server,
    ):
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"create role {SUPERUSER} superuser login password '{PASSWORD}'")
        with psycopg.connect(server.url("template1", SUPERUSER, PASSWORD)) as connection:
            connection.execute("alter role postgres rename to first_one")
        yield Cluster(
            lambda database, login: server.url(database, login, PASSWORD),
            admin=SUPERUSER,
            owner="postgres",
        )
