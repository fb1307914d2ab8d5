"""Bringing a database up to date: once, twice, by two at once, and all the way down."""

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from db.migrate import migrate, rollback
from tests.databases import Cluster
from tests.db.access import read


@pytest.fixture
def bare_url(cluster: Cluster) -> Iterator[str]:
    """A database nobody has set up."""
    with cluster.clone("template1") as name:
        yield cluster.url(name, cluster.owner)


def value(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


def do(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


def test_a_second_time_finds_nothing_to_do(bare_url: str) -> None:
    assert migrate(bare_url)[0] == "0001_tables.sql"
    before = read(bare_url)
    touched = "select max(xmin::text::bigint) from pg_policy"
    last = value(bare_url, touched)
    assert migrate(bare_url) == []
    assert (read(bare_url), value(bare_url, touched)) == (before, last)


def test_two_at_once_do_it_once(bare_url: str) -> None:
    done: list[list[str]] = []
    racers = [threading.Thread(target=lambda: done.append(migrate(bare_url))) for _ in range(3)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(map(len, done))[:2] == [0, 0]
    assert len(done) == 3


@pytest.mark.parametrize(
    "damage",
    [
        "drop policy workspace_isolation_select on connectors",
        "create policy open on contacts to authenticated using (true)",
        "grant truncate on contacts to authenticated",
        "grant select (credentials) on workspace_api_credentials to authenticated",
        "alter table contacts no force row level security",
        "alter table contacts disable row level security",
        "grant execute on function app.find_password(text) to public",
        "create or replace function app.workspaces(min_role text) returns text[]"
        " language sql stable security definer as $$ select array['acme'] $$",
        "drop trigger keep_an_owner on workspace_members",
    ],
)
def test_what_somebody_changed_by_hand_is_put_right_again(owner_url: str, damage: str) -> None:
    before = read(owner_url)
    do(owner_url, damage)
    assert migrate(owner_url) == []
    assert read(owner_url) == before
    assert value(owner_url, "select count(*) from pg_trigger where tgname = 'keep_an_owner'") == 1
    body = "select prosrc from pg_proc where proname = 'workspaces'"
    assert "auth.uid()" in str(value(owner_url, body))


def test_data_outlives_being_migrated_again(owner_url: str) -> None:
    do(owner_url, "insert into workspaces (id, name) values ('acme', 'Acme')")
    do(owner_url, "create policy open on contacts using (true)")
    migrate(owner_url)
    assert value(owner_url, "select name from workspaces") == "Acme"


def test_rolling_back_leaves_nothing_of_ours(cluster: Cluster, bare_url: str) -> None:
    everything = (
        "select array_agg(n.nspname || '.' || c.relname order by 1) from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'"
        " and c.relkind in ('r', 'p', 'v')"
    )
    functions = (
        "select array_agg(p.oid::regprocedure::text order by 1) from pg_proc p"
        " join pg_language l on l.oid = p.prolang"
        " where p.pronamespace not in ('pg_catalog'::regnamespace,"
        " 'information_schema'::regnamespace) and l.lanname <> 'c'"
    )
    before = value(bare_url, everything), value(bare_url, functions)
    migrate(bare_url)
    do(bare_url, "insert into auth.users (id, email) values (gen_random_uuid(), 'a@b.test')")
    do(bare_url, "insert into workspaces (id, name) values ('acme', 'Acme')")
    rollback(bare_url)
    assert (value(bare_url, everything), value(bare_url, functions)) == before
    rollback(bare_url)  # nothing there is nothing wrong
    assert "0001_tables.sql" in migrate(bare_url)


def test_the_operator_makes_the_first_admin_in_sql(owner_url: str) -> None:
    do(owner_url, "insert into auth.users (id, email) values (gen_random_uuid(), 'a@b.test')")
    do(
        owner_url,
        "insert into saas_admin_users (user_id, role) select id, 'owner' from auth.users",
    )
    assert value(owner_url, "select role from saas_admin_users") == "owner"


@pytest.fixture
def partitions(owner_url: str) -> Callable[[], list[str]]:
    def names() -> list[str]:
        listed = value(
            owner_url,
            "select array_agg(inhrelid::regclass::text order by 1) from pg_inherits"
            " where inhparent = 'execution_events'::regclass",
        )
        assert isinstance(listed, list)
        return listed

    return names


def test_partitions_reach_a_week_ahead_and_old_ones_go(
    owner_url: str, partitions: Callable[[], list[str]]
) -> None:
    assert len(partitions()) == 9  # yesterday, for events that cross midnight, to a week ahead
    do(owner_url, "create table execution_events_20200101 partition of execution_events"
       " for values from ('2020-01-01 00:00+00') to ('2020-01-02 00:00+00')")  # fmt: skip
    do(owner_url, "select app.keep_partitions(9, null)")
    assert len(partitions()) == 12
    do(owner_url, "select app.keep_partitions(9, 30)")
    assert len(partitions()) == 11
