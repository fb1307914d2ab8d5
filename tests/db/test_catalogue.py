"""What the catalogue says, against what we promise: policies, rights, and the mapped classes."""

import importlib
import pkgutil
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Column
from sqlalchemy.dialects import postgresql

import db
from db.base import Base
from tests.databases import TEMPLATE, Cluster
from tests.db.access import SNAPSHOT, read

for module in pkgutil.iter_modules(db.__path__):
    importlib.import_module(f"db.{module.name}")

FEATURE = {
    "connectors",
    "connector_executions",
    "connector_templates",
    "workspace_api_credentials",
    "saas_admin_users",
}
PROMISED_POLICIES = {
    "connectors": {
        "workspace_isolation_select",
        "workspace_isolation_insert",
        "workspace_isolation_update",
        "workspace_isolation_delete",
    },
    "connector_executions": {"executions_workspace_isolation", "service_role_executions"},
    "connector_templates": {
        "public_templates_viewable",
        "admins_create_official",
        "users_update_own_templates",
        "admins_update_official",
        "admins_delete_official",
    },
    "workspace_api_credentials": {"credentials_workspace_isolation"},
    "saas_admin_users": {"admins_view_admins", "owners_manage_admins"},
}
PROMISED_INDEXES = {
    "idx_connectors_workspace",
    "idx_connectors_category",
    "idx_connectors_enabled",
    "idx_connectors_type",
    "idx_connector_executions_connector",
    "idx_connector_executions_workspace",
    "idx_connector_executions_status",
    "idx_connector_executions_created",
    "idx_workspace_api_credentials_workspace",
}
UNMAPPED = {
    "console_migrations",
    "connector_steps_cache",
    "service_pauses",
    "service_paces",
    "execution_pages",
    "key_rotations",
    "review_reports",
}  # asked in SQL only
Catalogue = psycopg.Connection[tuple[str, ...]]


@pytest.fixture
def catalogue(cluster: Cluster) -> Iterator[Catalogue]:
    with psycopg.connect(cluster.url(TEMPLATE, cluster.owner)) as connection:
        yield connection


def column(catalogue: Catalogue, question: str) -> set[str]:
    return {row[0] for row in catalogue.execute(question.encode())}


def test_rights_are_as_they_were_last_agreed(cluster: Cluster) -> None:
    """A difference that was meant: `python -m tests.db.access`, and commit the text with it."""
    assert read(cluster.url(TEMPLATE, cluster.owner)) == SNAPSHOT.read_text()


def test_every_table_is_closed_by_row_level_security(catalogue: Catalogue) -> None:
    open_tables = column(
        catalogue,
        "select relname from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)",
    )
    assert open_tables == set()


def test_every_table_with_a_workspace_has_a_policy_that_looks_at_it(catalogue: Catalogue) -> None:
    with_workspace = column(
        catalogue,
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
        " and not c.relispartition and a.attname = 'workspace_id'",
    )
    guarded = column(
        catalogue,
        "select tablename from pg_policies where coalesce(qual, with_check) ~ 'workspace'",
    )
    # Nobody but the owner may touch these two.
    assert with_workspace - guarded == {"sessions", "password_links"}
    assert len(with_workspace) > 15


def test_the_policies_of_the_original_design_are_there_by_name(catalogue: Catalogue) -> None:
    for table, promised in PROMISED_POLICIES.items():
        there = column(catalogue, f"select policyname from pg_policies where tablename = '{table}'")
        assert promised <= there, table
    policies = catalogue.execute(
        "select count(*) from pg_policies where tablename = any (%s)", [list(FEATURE)]
    )
    assert int(policies.fetchall()[0][0]) >= 15


def test_the_indexes_of_the_original_design_are_there_by_name(catalogue: Catalogue) -> None:
    there = column(catalogue, "select indexname from pg_indexes where schemaname = 'public'")
    assert there >= PROMISED_INDEXES


def test_nobody_may_truncate_or_reference_or_touch_a_partition(catalogue: Catalogue) -> None:
    given = catalogue.execute(
        "select c.relname, a.privilege_type from pg_class c, aclexplode(c.relacl) a"
        " where c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner"
        " and (c.relispartition or a.privilege_type in ('TRUNCATE', 'TRIGGER', 'REFERENCES'))"
    )
    assert given.fetchall() == []


def test_no_view_shows_what_its_tables_hide(catalogue: Catalogue) -> None:
    views = column(
        catalogue,
        "select relname from pg_class where relkind in ('v', 'm')"
        " and relnamespace in ('public'::regnamespace, 'app'::regnamespace)"
        " and not coalesce(reloptions @> array['security_invoker=true'], false)",
    )
    assert views == set()


def test_functions_that_act_as_the_owner_fix_their_search_path_and_serve_nobody_in_general(
    catalogue: Catalogue,
) -> None:
    loose = column(
        catalogue,
        "select p.oid::regprocedure::text from pg_proc p"
        " where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace)"
        " and (p.prosecdef and p.proconfig is null"
        "      or p.proacl is null and p.pronamespace = 'app'::regnamespace"
        "      or exists (select from aclexplode(p.proacl) a where a.grantee = 0))",
    )
    assert {name for name in loose if name.startswith("app.")} == set()


def test_the_login_of_the_console_inherits_nothing(catalogue: Catalogue) -> None:
    login = catalogue.execute(
        "select rolinherit, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
        " has_database_privilege(rolname, current_database(), 'temporary')"
        " from pg_roles where rolname = 'console_web'"
    )
    assert login.fetchall() == [(False,) * 6]


def test_every_policy_is_asked_once_a_statement_not_once_a_row(catalogue: Catalogue) -> None:
    """`(select app.workspaces(…))` is; a bare call would be made for each row."""
    bare = column(
        catalogue,
        "select tablename || '.' || policyname from pg_policies"
        " where concat(qual, with_check) ~ '(app\\.|auth\\.)'"
        " and regexp_replace(concat(qual, with_check), '\\( SELECT (app|auth)\\.', '', 'g')"
        "     ~ '(app|auth)\\.'",
    )
    assert bare == set()


def test_the_mapped_classes_say_what_the_tables_are(catalogue: Catalogue) -> None:
    real = {
        (row[0], row[1]): (row[2], row[3])
        for row in catalogue.execute(
            "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull"
            " from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
            " and not c.relispartition and a.attnum > 0 and not a.attisdropped"
            " and c.relname <> all(%s)",
            [sorted(UNMAPPED)],
        )
    }
    mapped = {
        (table.name, column.name): (_type_name(column), column.nullable)
        for table in Base.metadata.sorted_tables
        if table.schema is None
        for column in table.columns
    }
    assert sorted(mapped.items() ^ real.items()) == []


def _type_name(column: Column[object]) -> str:
    """As Postgres itself writes it."""
    name = column.type.compile(dialect=postgresql.dialect()).lower()
    return name.replace("varchar", "character varying").replace(", ", ",")
