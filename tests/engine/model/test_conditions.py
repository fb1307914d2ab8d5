"""Conditions: what holds and what does not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ExpressionError
from engine.model.conditions import COMPARISONS, compile_condition
from engine.model.parts import Condition

SCOPE: dict[str, Any] = {
    "n": 5,
    "text": "Hello, Ada",
    "number_text": "5.0",
    "list": ["a", 2, None],
    "object": {"key": 1},
    "nothing": None,
    "yes": True,
    "long": 9007199254740993,
}


def holds(raw: dict[str, Any]) -> bool:
    return compile_condition(Condition.model_validate(raw))(SCOPE)


@pytest.mark.parametrize(
    ("left", "op", "right", "expected"),
    [
        ("{{ n }}", "equals", 5, True),
        ("{{ n }}", "equals", "5", True),
        ("{{ n }}", "equals", 5.0, True),
        ("{{ number_text }}", "equals", "5", True),
        ("{{ text }}", "equals", "Hello, Ada", True),
        ("{{ text }}", "equals", "hello, ada", False),
        ("{{ yes }}", "equals", True, True),
        ("{{ yes }}", "equals", "true", True),
        ("{{ yes }}", "equals", 1, False),
        ("{{ long }}", "equals", 9007199254740992, False),
        ("{{ long }}", "equals", "9007199254740993", True),
        ("{{ nothing }}", "equals", None, True),
        ("{{ nothing }}", "equals", "", False),
        ("{{ missing.deeper }}", "equals", None, True),
        ("{{ list }}", "equals", ["a", "2", None], True),
        ("{{ n }}", "not_equals", 6, True),
        ("{{ n }}", "not_equals", 5, False),
        ("{{ text }}", "contains", "Ada", True),
        ("{{ text }}", "contains", "ada", False),
        ("{{ list }}", "contains", "2", True),
        ("{{ list }}", "contains", "b", False),
        ("{{ object }}", "contains", "key", True),
        ("{{ nothing }}", "contains", "a", False),
        ("{{ nothing }}", "not_contains", "a", True),
        ("{{ text }}", "starts_with", "Hello", True),
        ("{{ text }}", "ends_with", "Ada", True),
        ("{{ nothing }}", "starts_with", "", False),
        ("{{ text }}", "matches", "A.a", True),
        ("{{ text }}", "matches", "^Ada", False),
        ("{{ text }}", "matches", "(?i)ADA$", True),
        ("{{ n }}", "matches", "^\\d$", True),
        ("{{ nothing }}", "matches", ".*", False),
        ("{{ n }}", "greater_than", 4, True),
        ("{{ n }}", "greater_than", "4.5", True),
        ("10", "greater_than", "9", True),
        ("{{ n }}", "greater_than", 5, False),
        ("{{ n }}", "less_than", 6, True),
        ("{{ nothing }}", "less_than", 6, False),
        ("{{ text }}", "less_than", 6, False),
        ("2024-05-01", "less_than", "2024-05-02", True),
        ("{{ nothing }}", "is_empty", None, True),
        ("{{ missing }}", "is_empty", None, True),
        ("  ", "is_empty", None, True),
        ([], "is_empty", None, True),
        (0, "is_empty", None, False),
        (False, "is_empty", None, False),
        ("{{ text }}", "is_not_empty", None, True),
        ("{{ yes }}", "is_true", None, True),
        ("true", "is_true", None, True),
        ("false", "is_true", None, False),
        ("{{ nothing }}", "is_true", None, False),
        ("{{ text }}", "is_true", None, False),
        ("{{ n }}", "in", [1, "5"], True),
        ("{{ n }}", "in", "{{ list }}", False),
        ("a", "in", "{{ list }}", True),
        ("a", "in", "abc", False),
    ],
)
def test_a_comparison(left: Any, op: str, right: Any, expected: bool) -> None:
    assert holds({"left": left, "op": op, "right": right}) is expected


def test_all_any_and_not_stand_for_themselves() -> None:
    true, false = {"left": 1, "op": "equals", "right": 1}, {"left": 1, "op": "equals", "right": 2}
    assert holds({"all": [true, true]})
    assert not holds({"all": [true, false]})
    assert holds({"any": [false, true]})
    assert not holds({"any": [false, false]})
    assert holds({"not": false})
    assert holds({"all": [{"any": [false, {"not": false}]}, true]})


def test_nothing_to_ask_means_yes() -> None:
    assert compile_condition(None)({})


def test_a_pattern_out_of_a_value_that_cannot_work_stops_the_step_in_words() -> None:
    condition = Condition.model_validate({"left": "a", "op": "matches", "right": "{{ p }}"})
    with pytest.raises(ExpressionError) as caught:
        compile_condition(condition)({"p": "(?<=a)b"})
    assert "pattern" in caught.value.message


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e300, 1e300) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)


@given(values, values, st.sampled_from(sorted(set(COMPARISONS) - {"matches"})))
def test_any_two_values_can_be_compared(left: Any, right: Any, op: str) -> None:
    scope = {"left": left, "right": right}
    raw = {"left": "{{ left }}", "op": op, "right": "{{ right }}"}
    assert type(compile_condition(Condition.model_validate(raw))(scope)) is bool


@given(values)
def test_every_value_equals_itself(value: Any) -> None:
    assert COMPARISONS["equals"](value, value)
