"""The shipped templates in the marketplace's table; written by the owner's login at start."""

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

COLUMNS = (
    "name", "description", "icon", "category", "tags", "config", "input_schema", "field_mappings",
    "slots", "example_contact", "example_responses",
)  # fmt: skip
_PLAIN = ("name", "description", "icon", "category", "tags")


def stored(owner_url: str) -> dict[str, dict[str, Any]]:
    """What stands in public under each name; `taken` where somebody else published it."""
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    with psycopg.connect(owner_url, row_factory=dict_row) as connection:
        rows = connection.execute(
            sql.SQL(
                "select {}, shipped, not is_official and published_by is not null as taken"
                " from connector_templates where workspace_id is null"
            ).format(columns)
        )
        return {row["name"]: row for row in rows}


def keep(owner_url: str, templates: Iterable[dict[str, Any]]) -> None:
    """Adds what is new and brings the rest up to date. What an admin decided since about rank
    and visibility stays, and so does a community template that has the name already. Each comes
    with the print of its file, as `shipped`."""
    names = (*COLUMNS, "shipped")
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL(
        "insert into connector_templates as t ({columns}, is_official, is_public)"
        " values ({values}, true, true)"
        " on conflict (name) where workspace_id is null do update set {changes},"
        " is_official = true, updated_at = now() where t.is_official or t.published_by is null"
    ).format(
        columns=columns,
        values=sql.SQL(", ").join(map(sql.Placeholder, names)),
        changes=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names[1:]
        ),
    )
    with psycopg.connect(owner_url) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('official templates'))")
        connection.cursor().executemany(statement, [_row(one) for one in templates])


def _row(template: dict[str, Any]) -> dict[str, Any]:
    row = {name: template[name] if name in _PLAIN else Jsonb(template[name]) for name in COLUMNS}
    return {**row, "shipped": template["shipped"]}
