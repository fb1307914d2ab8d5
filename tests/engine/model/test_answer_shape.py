"""Shapes of answers: what changed is named, what says nothing is no change, no value is kept."""

from typing import Any

import pytest

from engine.model.answer_shape import Difference, differences, joined, shape

ADA = {"data": {"name": "Ada", "age": 36, "mails": [{"value": "a@b.c", "ok": True}]}, "next": None}


def told(was: Any, now: Any) -> list[tuple[str, str]]:
    return [(one.kind, one.path) for one in differences(shape(was), shape(now))]


def test_a_shape_holds_types_and_no_value() -> None:
    assert shape(ADA) == {
        "$": ["object"],
        "$.data": ["object"],
        "$.data.name": ["text"],
        "$.data.age": ["number"],
        "$.data.mails": ["array"],
        "$.data.mails[*]": ["object"],
        "$.data.mails[*].value": ["text"],
        "$.data.mails[*].ok": ["boolean"],
        "$.next": ["null"],
    }


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (ADA, ADA),
        ({"a": 1}, {"a": 2.5}),
        ({"a": {"b": 1}}, {"a": None}),
        ({"a": None}, {"a": {"b": 1}}),
        ({"a": [{"b": 1}]}, {"a": []}),
        ({"a": []}, {"a": [{"b": 1}]}),
        ({"a": [{"b": 1}, {"b": None}]}, {"a": [{"b": None}]}),
        ({"ada@example.com": {"ok": True}}, {"eve@example.com": {"ok": True}}),
        (None, {"a": 1}),
        ("text", "other text"),
    ],
)
def test_another_answer_of_the_same_shape_is_no_change(was: Any, now: Any) -> None:
    assert told(was, now) == []


@pytest.mark.parametrize(
    ("was", "now", "changes"),
    [
        ({"a": 1, "b": 2}, {"b": 2}, [("gone", "$.a")]),
        ({"a": {"b": {"c": 1}}}, {"a": {}}, [("gone", "$.a.b")]),
        ({"a": 1}, {"a": "1"}, [("type", "$.a")]),
        ({"a": {"b": 1}}, {"a": [{"b": 1}]}, [("type", "$.a")]),
        ({"a": 1}, {"a": 1, "b": {"c": 2}}, [("new", "$.b")]),
        ({"a": [{"b": 1}]}, {"a": [{"c": 1}]}, [("gone", "$.a[*].b"), ("new", "$.a[*].c")]),
        ({"odd name.x": 1}, {}, [("gone", "$.*")]),
        ({"a-b": 1, "c.d": 2}, {"a-b": 1}, [("gone", '$["c.d"]')]),
        ({"data": {"x": 1}}, "an error", [("type", "$")]),
    ],
)
def test_what_changed_is_named_once(was: Any, now: Any, changes: list[tuple[str, str]]) -> None:
    assert told(was, now) == changes


def test_a_change_says_what_it_was_and_is() -> None:
    (one,) = differences(shape({"a": 1}), shape({"a": "1"}))
    assert one == Difference("type", "$.a", "number", "text")


def test_several_answers_make_one_shape() -> None:
    assert joined([shape({"a": 1}), shape({"a": "x", "b": None})]) == {
        "$": ["object"],
        "$.a": ["number", "text"],
        "$.b": ["null"],
    }


def test_a_very_deep_or_wide_answer_has_an_end() -> None:
    deep: Any = 1
    for _ in range(5000):
        deep = [deep]
    assert len(shape(deep)) < 100
    assert len(shape({f"n{n % 90}": {f"m{m}": 1 for m in range(90)} for n in range(90)})) <= 2000
