"""A definition with anything wrong in it, or with more than there may be."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.model.parts import Limits
from tests.engine.model.connectors import (
    EVERYTHING,
    connector,
    http,
    problems,
    set_values,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    )
    return [here, *(place for key, part in inner for place in places(part, (*here, key)))]


junk = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**30, "", "x", "{{ nope }}", "{{", "{% x %}", "\0", [], {}, [[]]]
) | st.recursive(st.none() | st.text(max_size=3), lambda some: st.lists(some, max_size=2))


@given(st.sampled_from(places(EVERYTHING)[1:]), junk)
def test_one_thing_wrong_anywhere_is_a_problem_or_it_fits(
    place: tuple[Any, ...], value: Any
) -> None:
    raw = copy.deepcopy(EVERYTHING)
    holder: Any = raw
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = value
    assert all(problem.path and problem.message for problem in problems(raw))


@given(st.lists(st.tuples(st.sampled_from(places(EVERYTHING)[1:]), junk), max_size=6))
def test_many_things_wrong_are_as_many_problems(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    raw = copy.deepcopy(EVERYTHING)
    for place, value in changes:
        holder: Any = raw
        for part in place[:-1]:
            inside = type(holder) is dict and part in holder
            inside = inside or (type(holder) is list and type(part) is int and part < len(holder))
            holder = holder[part] if inside else None
        if type(holder) is dict and type(place[-1]) is str:
            holder[place[-1]] = value
    assert all(problem.path and problem.message for problem in problems(raw))


@pytest.mark.parametrize(
    ("limits", "gap"),
    [({"per_second": 5}, 0.2), ({"per_second": 10, "per_minute": 60}, 1), ({}, None),
     ({"headers": False}, None)],
)  # fmt: skip
def test_limits_say_how_far_apart_calls_are(limits: dict[str, Any], gap: float | None) -> None:
    assert Limits.model_validate(limits).every_s == gap


@pytest.mark.parametrize("limits", [{"per_second": 0}, {"per_minute": -1}, {"per_day": 5}])
def test_limits_that_cannot_be_kept_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Limits.model_validate(limits)


def test_a_definition_that_would_take_long_to_read_is_refused_at_once() -> None:
    many = {f"v{number}": f"{{{{ contact.data.x{number} }}}}" for number in range(200)}
    raw = connector(*(set_values(f"s{number}", **many) for number in range(16)))
    assert [(one.path, one.message) for one in problems(raw)] == [
        ("config", "A connector has at most 3,000 expressions.")
    ]
    large = connector(*(set_values(f"s{number}", text="x" * 60_000) for number in range(18)))
    assert [one.message for one in problems(large)] == ["A connector is at most 1 MB large."]


def test_names_are_counted() -> None:
    raw = connector(http(extract={f"n{number}": "$" for number in range(201)}))
    assert [(one.path, one.message) for one in problems(raw)] == [
        ("config.steps[0].extract", "At most 200 fit here.")
    ]


def test_of_many_settings_nobody_knows_some_are_told() -> None:
    raw = connector(http(**{f"k{number}": 1 for number in range(20_000)}))
    assert 0 < len(problems(raw)) <= 300
