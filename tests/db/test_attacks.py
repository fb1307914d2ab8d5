"""Ways around row-level security, each of them closed.

The attacker here has what an injection would give: any SQL, as somebody of globex. What they want
is acme's.
"""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from db.actors import introduce, introduction
from db.session import Actor, Database, Runner
from tests.databases import Tenant
from tests.db.asking import add_connector, add_contact, ask, one, refused

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
async def treasure(database: Database, acme: Tenant) -> None:
    await add_connector(database, acme.editor, "acme")
    await add_contact(database, acme.editor, "acme")
    await ask(
        database,
        acme.admin,
        "insert into workspace_api_credentials (workspace_id, service_name, credentials)"
        """ values ('acme', 'hunter', '{"api_key": "sealed"}')""",
    )


@pytest.fixture
def attacker(console_url: str, treasure: None, globex: Tenant) -> Iterator[Connection]:
    with psycopg.connect(console_url) as connection:
        connection.execute(introduce().encode(), introduction(globex.owner))
        yield connection
        connection.rollback()


def denied(connection: Connection, statement: str) -> None:
    try:
        with connection.transaction():
            connection.execute(statement.encode())
    except psycopg.Error:
        return
    pytest.fail(f"Allowed: {statement}")


def test_the_login_by_itself_may_do_nothing(console_url: str, treasure: None) -> None:
    with psycopg.connect(console_url, autocommit=True) as nobody:
        for table in ("connectors", "contacts", "workspaces", "user_passwords", "engine_jobs"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                nobody.execute(f"select from {table}".encode())


def test_a_role_without_claims_sees_nothing(console_url: str, treasure: None) -> None:
    for claims in ("", "{}", '{"workspace_id": "acme"}', '{"role": "service_role"}'):
        with psycopg.connect(console_url) as nobody:
            nobody.execute("set local role authenticated")
            nobody.execute("select set_config('request.jwt.claims', %s, true)", [claims])
            for table in ("connectors", "contacts", "workspaces", "connector_executions"):
                assert nobody.execute(f"select from {table}".encode()).rowcount == 0


def test_a_run_without_a_workspace_sees_nothing(console_url: str, treasure: None) -> None:
    with psycopg.connect(console_url) as nobody:
        nobody.execute("set local role console_run")
        assert nobody.execute("select from contacts").rowcount == 0
        nobody.execute("set local app.workspace_id = ''")
        assert nobody.execute("select from contacts").rowcount == 0


REFUSED = (
    "set role service_role",
    "set role postgres",
    "set session authorization postgres",
    "reset role; select count(*) from contacts",
    "set row_security = off; select * from contacts",
    "alter table contacts disable row level security",
    "alter table contacts no force row level security",
    "drop policy workspace_isolation_select on contacts",
    "create policy open on contacts using (true)",
    "truncate contacts",
    "truncate execution_events",
    "create table mine (id int)",
    "create temporary table contacts (id int)",
    "create function public.mine() returns int language sql as 'select 1'",
    "create function app.workspaces(text) returns text[] language sql as 'select null'",
    "create function pg_temp.mine() returns int language sql as 'select 1'",
    "copy contacts from '/etc/passwd'",
    "copy (select 1) to program 'true'",
    "select pg_read_file('/etc/passwd')",
    "select * from pg_authid",
    "alter role console_web superuser",
    "alter role authenticated bypassrls",
    "create role mine",
    "create extension pg_trgm",
    "select * from user_passwords",
    "select * from sessions",
    "select * from sign_in_throttle",
    "select key_hash from api_keys",
    "select credentials from workspace_api_credentials",
    "select workspace_api_credentials from workspace_api_credentials",
    "update workspace_api_credentials set label = credentials::text",
    "delete from workspace_api_credentials returning credentials",
    "select * from data_keys",
    "select * from auth.users",
    "select * from console_migrations",
    "select app.find_password('owner@acme.test')",
    "select app.forget_old(0)",
    "select app.keep_partitions(0, 0)",
    "select increment_connector_stats(gen_random_uuid(), true)",
    "insert into contacts (id, workspace_id) values (gen_random_uuid(), 'globex')",
    "insert into engine_jobs (execution_id, workspace_id) values (gen_random_uuid(), 'acme')",
    "update workspaces set id = 'acme'",
)


def test_what_is_refused(attacker: Connection) -> None:
    for statement in REFUSED:
        denied(attacker, statement)


def test_partitions_are_closed_when_named_directly(attacker: Connection) -> None:
    named = attacker.execute(
        "select inhrelid::regclass::text from pg_inherits"
        " where inhparent = 'execution_events'::regclass"
    ).fetchall()
    assert len(named) >= 8
    for (partition,) in named:
        denied(attacker, f"select from {partition}")


def test_a_leaky_function_is_never_shown_another_workspaces_row(attacker: Connection) -> None:
    """A cheap function in the condition would see rows before the policy, were it not for RLS."""
    for leak in ("1 / (length(email) - length(email)) = 1", "email::int = 1"):
        statement = f"select from contacts where workspace_id = 'acme' and {leak}"
        assert attacker.execute(statement.encode()).rowcount == 0


def test_an_upsert_cannot_reach_another_workspaces_row(attacker: Connection) -> None:
    for action in ("do nothing", "do update set next_at = now() + interval '1 year'"):
        denied(
            attacker,
            "insert into engine_lanes (workspace_id) values ('acme')"
            f" on conflict (workspace_id) {action}",
        )


def test_merge_and_copy_keep_to_ones_own_rows(attacker: Connection) -> None:
    merge = (
        "merge into contacts c using (values ('acme')) v (id) on c.workspace_id = v.id"
        " when matched then update set email = 'stolen'"
    )
    assert attacker.execute(merge.encode()).rowcount == 0
    with attacker.cursor().copy("copy (select * from contacts) to stdout") as out:
        assert list(out) == []


def test_statistics_say_nothing_about_others(attacker: Connection) -> None:
    seen = attacker.execute("select from pg_stats where tablename = 'contacts'")
    assert seen.rowcount == 0


async def test_a_second_statement_cannot_be_smuggled_into_the_first(
    database: Database, globex: Tenant
) -> None:
    await refused(database, globex.owner, "select 1; select 2", code="42601")


async def test_a_foreign_workspace_in_the_claims_opens_nothing(
    database: Database, treasure: None, globex: Tenant
) -> None:

    for claim in ("acme", "%", "", "acme' or '1'='1"):
        who = Actor(globex.owner.user_id, claim)
        assert await ask(database, who, "select id from contacts") == []


async def test_a_run_keeps_to_its_workspace(database: Database, treasure: None) -> None:
    for table in ("contacts", "connectors", "workspace_api_credentials", "engine_lanes"):
        assert await one(database, Runner("globex"), f"select count(*) from {table}") == 0
        assert await one(database, Runner("acme"), f"select count(*) from {table}") == 1
    await refused(
        database,
        Runner("globex"),
        "insert into engine_jobs (execution_id, workspace_id) values (%s, 'acme')",
        uuid4(),
    )
