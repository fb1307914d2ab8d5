"""The list in an answer as a table: each cell leads to its value."""

from typing import Any

from components.answer_view import table_of, views_of
from engine.model import jsonpath


def shown(data: Any) -> list[list[str]]:
    table = table_of(data)
    assert table is not None
    return [[cell.shown for cell in row] for row in table.rows]


def test_the_longest_list_of_objects_is_the_table() -> None:
    data = {"meta": [{"page": 1}], "data": {"people": [{"name": "Ada"}, {"name": "Bo", "age": 7}]}}
    table = table_of(data)
    assert table is not None
    assert (table.title, table.columns, table.total) == ("data.people", ["name", "age"], 2)
    assert shown(data) == [["Ada", ""], ["Bo", "7"]]


def test_every_cell_knows_the_way_to_its_value() -> None:
    data = [{"odd key": [1, 2], "it's": {"a": None}, "plain": True}]
    table = table_of(data)
    assert table is not None
    assert shown(data) == [["list of 2", "1 value", "yes"]]
    for cell in table.rows[0]:
        assert jsonpath.find(cell.path, data) == [cell.value]


def test_a_long_list_is_cut_and_says_how_long_it_is() -> None:
    table = table_of([{"n": n} for n in range(1_000)])
    assert table is not None
    assert (len(table.rows), table.total) == (100, 1_000)


def test_there_is_no_table_without_a_list_of_objects() -> None:
    for data in ([1, 2], {"a": {"b": "c"}}, [], [{}, 7], "text", None):
        assert table_of(data) is None
    assert list(views_of({"a": 1})) == ["tree", "text"]
    assert list(views_of("text")) == ["text"]
