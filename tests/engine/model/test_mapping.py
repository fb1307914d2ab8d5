"""Which found value goes into which field, and what that changes."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.mapping import apply, compile_mappings, evaluate, is_field, written
from engine.model.parts import FieldMapping

SCOPE: dict[str, Any] = {
    "steps": {
        "find": {"name": "Ada", "empty": "", "nothing": None, "tags": ["a", "b"], "age": 36},
        "skipped": {"name": None},
    },
    "contact": {"email": "ada@example.com"},
}
CONTACT: dict[str, Any] = {
    "id": "1",
    "first_name": "Augusta",
    "company": None,
    "city": "",
    "data": {"tags": ["a"], "note": "met in May", "deep": {"size": 1}, "none": None},
}


def mapped(*mappings: dict[str, Any]) -> list[tuple[str, Any]]:
    compiled = compile_mappings(FieldMapping.model_validate(one) for one in mappings)
    return [(one.field, one.value) for one in evaluate(compiled, SCOPE)]


def change(
    field: str, value: Any, write: str = "overwrite", contact: dict[str, Any] | None = None
) -> tuple[Any, Any, str]:
    scope = {"value": value}
    mapping = FieldMapping.model_validate({"field": field, "value": "{{ value }}", "write": write})
    start = copy.deepcopy(contact or CONTACT)
    (found,) = apply(start, evaluate(compile_mappings([mapping]), scope))
    assert start == (contact or CONTACT)
    return found.before, found.after, found.action


def test_a_value_goes_into_its_field() -> None:
    assert mapped({"field": "first_name", "value": "{{ steps.find.name }}"}) == [
        ("first_name", "Ada")
    ]


@pytest.mark.parametrize("name", ["nothing", "empty", "gone", "gone.deeper"])
@pytest.mark.parametrize("write", ["overwrite", "if_empty", "append"])
def test_null_missing_and_nothing_never_write(name: str, write: str) -> None:
    value = f"{{{{ steps.find.{name} }}}}"
    assert mapped({"field": "company", "value": value, "write": write}) == []


@pytest.mark.parametrize("name", ["nothing", "empty", "gone"])
def test_under_clear_they_empty_the_field(name: str) -> None:
    value = f"{{{{ steps.find.{name} }}}}"
    assert mapped({"field": "company", "value": value, "write": "clear"}) == [("company", None)]


def test_of_several_for_one_field_the_first_that_has_a_value_writes() -> None:
    found = mapped(
        {"field": "company", "value": "{{ steps.find.nothing }}"},
        {"field": "company", "value": "{{ steps.find.empty }}"},
        {"field": "first_name", "value": "{{ steps.find.name }}"},
        {"field": "company", "value": "{{ steps.find.age }}"},
        {"field": "company", "value": "{{ steps.find.name }}"},
    )
    assert sorted(found) == [("company", "36"), ("first_name", "Ada")]


def test_the_first_with_a_value_writes_even_where_it_changes_nothing() -> None:
    first = {"field": "first_name", "value": "{{ steps.find.name }}", "write": "if_empty"}
    found = mapped(first, {"field": "first_name", "value": "Other"})
    assert found == [("first_name", "Ada")]


def test_names_of_a_skipped_step_are_null() -> None:
    assert mapped({"field": "first_name", "value": "{{ steps.skipped.name }}"}) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [(36, "36"), (True, "true"), (["a", None, "b"], "a, b"), ({"a": 1}, '{"a":1}'), (0, "0")],
)
def test_fixed_fields_hold_text(value: Any, text: str) -> None:
    assert change("company", value)[1] == text


@pytest.mark.parametrize("value", [36, True, ["a", None], {"a": 1}, [], {}, 0, False])
def test_other_data_holds_any_json(value: Any) -> None:
    assert change("data.new", value)[1] == value


@pytest.mark.parametrize(
    ("field", "value", "write", "expected"),
    [
        ("first_name", "Ada", "overwrite", ("Augusta", "Ada", "overwrite")),
        ("first_name", "Augusta", "overwrite", ("Augusta", "Augusta", "keep")),
        ("first_name", "Ada", "if_empty", ("Augusta", "Augusta", "keep")),
        ("company", "Acme", "if_empty", (None, "Acme", "if_empty")),
        ("city", "Oslo", "if_empty", ("", "Oslo", "if_empty")),
        ("first_name", "Ada", "append", ("Augusta", "Augusta, Ada", "append")),
        ("company", "Acme", "append", (None, "Acme", "append")),
        ("data.tags", "b", "append", (["a"], ["a", "b"], "append")),
        ("data.tags", "a", "append", (["a"], ["a"], "keep")),
        ("data.tags", ["a", "b", "b"], "append", (["a"], ["a", "b"], "append")),
        ("data.note", "again", "append", ("met in May", "met in May, again", "append")),
        ("data.note", "met in May", "append", ("met in May", "met in May", "keep")),
        ("data.new", ["x", "x"], "append", (None, ["x"], "append")),
        ("data.note", [], "append", ("met in May", "met in May", "keep")),
        ("data.deep.size", 1, "append", (1, 1, "keep")),
        ("data.deep", {"b": 2}, "append", ({"size": 1}, [{"size": 1}, {"b": 2}], "append")),
        ("data.note", {"b": 2}, "append", ("met in May", ["met in May", {"b": 2}], "append")),
        ("first_name", None, "clear", ("Augusta", None, "clear")),
        ("first_name", "", "clear", ("Augusta", None, "clear")),
        ("company", None, "clear", (None, None, "keep")),
        ("first_name", "Ada", "clear", ("Augusta", "Ada", "overwrite")),
        ("data.tags", None, "clear", (["a"], None, "clear")),
        ("data.deep.size", 2, "overwrite", (1, 2, "overwrite")),
        ("data.deep.wide.more", 2, "overwrite", (None, 2, "overwrite")),
        ("data.none.inner", 2, "overwrite", (None, 2, "overwrite")),
        ("data.note.inner", 2, "overwrite", (None, None, "keep")),
    ],
)
def test_each_way_to_write(field: str, value: Any, write: str, expected: Any) -> None:
    assert change(field, value, write) == expected


def test_appending_twice_is_appending_once() -> None:
    contact = {**CONTACT, "company": "Acme, Globex"}
    assert change("company", "Globex", "append", contact)[2] == "keep"
    assert change("company", "Glob", "append", contact)[1] == "Acme, Globex, Glob"


def test_what_is_stored_is_each_changed_column_and_the_whole_of_data() -> None:
    compiled = compile_mappings(
        FieldMapping.model_validate(one)
        for one in [
            {"field": "first_name", "value": "Ada"},
            {"field": "city", "value": "Oslo", "write": "if_empty"},
            {"field": "company", "value": None, "write": "clear"},
            {"field": "data.deep.size", "value": 2},
            {"field": "data.new.inner", "value": [1]},
        ]
    )
    changes = apply(CONTACT, evaluate(compiled, {}))
    assert written(CONTACT, changes) == {
        "first_name": "Ada",
        "city": "Oslo",
        "data": {**CONTACT["data"], "deep": {"size": 2}, "new": {"inner": [1]}},
    }
    assert CONTACT["data"]["deep"] == {"size": 1}


def test_a_contact_without_other_data_gets_some() -> None:
    for empty in ({}, {"data": None}, {"data": {}}):
        compiled = compile_mappings([FieldMapping(field="data.a.b", value=1)])
        assert written(empty, apply(empty, evaluate(compiled, {}))) == {"data": {"a": {"b": 1}}}


def test_a_mapping_remembers_the_step_its_value_came_from() -> None:
    compiled = compile_mappings(
        [
            FieldMapping(field="email", value="{{ contact.email | default(steps.find.name) }}"),
            FieldMapping(field="city", value="{{ contact.email }}"),
            FieldMapping(field="data.all", value={"a": ["{{ steps.find.age }}"]}),
        ]
    )
    assert [one.step_id for one in evaluate(compiled, SCOPE)] == ["find", None, "find"]


@pytest.mark.parametrize("name", ["email", "country", "data.x", "data.a.b-c.d_1", "data.größe"])
def test_these_are_fields(name: str) -> None:
    assert is_field(name)


@pytest.mark.parametrize(
    "name",
    [
        *("id", "data", "data.", "data..x", "data.x.", "data.*", "data.x[0]", "Email", ""),
        *("contact.id", "workspace_id", "data." + ".".join("abcdefghijk"), "data.0", "data.a b"),
    ],
)
def test_these_are_not(name: str) -> None:
    assert not is_field(name)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=6,
)


@given(
    json_values,
    st.dictionaries(st.sampled_from("abc"), json_values),
    st.sampled_from(["overwrite", "if_empty", "append", "clear"]),
    st.sampled_from(["data.a", "data.a.b", "data.c.a.b", "company"]),
)
def test_whatever_is_there_and_whatever_comes_it_can_be_written_or_kept(
    value: Any, data: dict[str, Any], write: str, field: str
) -> None:
    contact = {"company": "Acme", "data": data}
    before = copy.deepcopy(contact)
    mapping = FieldMapping.model_validate({"field": field, "value": "{{ v }}", "write": write})
    changes = apply(contact, evaluate(compile_mappings([mapping]), {"v": value}))
    written(contact, changes)
    assert contact == before


def test_text_around_nothing_is_nothing() -> None:
    both = "{{ steps.find.nothing }} {{ steps.find.empty }}"
    assert mapped({"field": "company", "value": both}) == []
    assert mapped({"field": "company", "value": both, "write": "clear"}) == [("company", None)]
    one = "{{ steps.find.nothing }} {{ steps.find.name }}"
    assert mapped({"field": "company", "value": one}) == [("company", " Ada")]
