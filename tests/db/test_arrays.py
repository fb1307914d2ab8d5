"""Arrays as they travel: what goes in comes out, null and awkward signs included."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from db import arrays

AWKWARD = ["", "plain", 'a "quoted" {list}, \\ and more', "NULL", "Käse 🧀", "a\nb", None]


@pytest.fixture
def connection(owner_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(owner_url) as opened:
        yield opened


@pytest.mark.parametrize(
    ("array", "type_name", "values"),
    [
        (arrays.uuids, "uuid", [uuid4(), uuid4()]),
        (arrays.texts, "text", AWKWARD),
        (arrays.ints, "int", [0, -1, 2**31 - 1]),
        (arrays.bigints, "bigint", [0, -1, 2**63 - 1]),
        (arrays.jsons, "json", [{"a": [1, None, "é"]}, [], "\\u0000", None]),
        (arrays.jsonbs, "jsonb", [{"a": [1, None, "é"]}, [], "\\u0000", None]),
    ],
)
def test_an_array_arrives_as_it_was(connection, array, type_name, values):
    question = f"select one from unnest(%s::{type_name}[]) with ordinality as r (one, n) order by n"
    for given in (values, values[:1], []):
        rows = connection.execute(question.encode(), [array(given)]).fetchall()
        assert [row[0] for row in rows] == given


@pytest.mark.parametrize("array", [arrays.jsons, arrays.jsonbs])
def test_a_nul_is_refused_before_or_by_the_server(connection, array):
    with pytest.raises(psycopg.DataError):
        connection.execute("select %s", [array([{"name": "a\0b"}])])
