"""A proposed change does away with the problem it came with, and with nothing else."""

from typing import Any

import pytest

from engine.model.mending import GiveKey, mended
from tests.engine.model.connectors import connector, http, problems, set_values


def mend_all(raw: Any) -> Any:
    for problem in problems(raw):
        if problem.mending is not None:
            raw = mended(raw, problem.mending)
    return raw


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("{{ contact.emial }}", "{{ contact.email }}"),
        ("{{ contcat.email }}", "{{ contact.email }}"),
        ("x {{ contact.emial | lower }} y", "x {{ contact.email | lower }} y"),
        ("{{ steps.fnid.status }}", "{{ steps.find.status }}"),
        ("{{ steps.find.persn.name }}", "{{ steps.find.person.name }}"),
        ("{{ steps.find.persn | default(contact.emial) }}", None),
        (["{{ contact.emial }}"], ["{{ contact.email }}"]),
        ({"{{ contact.emial }}": 1}, {"{{ contact.email }}": 1}),
        ("emial {{ contact.emial }}", "emial {{ contact.email }}"),
    ],
)
def test_a_name_that_was_nearly_right_is_put_right(said: Any, meant: Any) -> None:
    raw = connector(http(extract={"person": "$.p"}), set_values(x=said))
    after = mend_all(raw)
    assert problems(after) == []
    if meant is not None:
        assert after["config"]["steps"][1]["values"]["x"] == meant


def test_a_contact_field_that_was_nearly_right_is_put_right() -> None:
    raw = connector(http(), mappings=[{"field": "frist_name", "value": "x"}])
    assert mend_all(raw)["field_mappings"] == [{"field": "first_name", "value": "x"}]


def test_a_way_without_a_condition_goes_to_the_end() -> None:
    yes = {"left": "{{ contact.email }}", "op": "is_not_empty"}
    ways = [{"name": "else"}, {"name": "mail", "when": yes}]
    raw = connector({"id": "way", "kind": "branch", "branches": ways})
    after = mend_all(raw)
    assert [way["name"] for way in after["config"]["steps"][0]["branches"]] == ["mail", "else"]
    assert problems(after) == []


def loop(id: str, *steps: Any) -> Any:
    return {
        "id": id,
        "kind": "for_each",
        "items": "{{ input.all }}",
        "as": "row",
        "steps": [*steps],
    }


def test_a_step_whose_value_is_wanted_sooner_moves_up() -> None:
    late = http("late", request={"query": {"a": "{{ steps.first.x }}"}})
    use = set_values("use", x="{{ steps.late.status }}")
    for early in (use, loop("round", set_values("other"), use)):
        raw = connector(set_values("first"), early, set_values("between"), late)
        after = mend_all(raw)
        moved = [step["id"] for step in after["config"]["steps"]]
        assert moved == ["first", "late", early["id"], "between"]
        assert problems(after) == []


@pytest.mark.parametrize(
    "late",
    [
        set_values("late", x="{{ steps.use.x }}"),
        set_values("late", x="{{ steps.between.x | default(1) }}"),
        loop("round", set_values("late")),
        loop("late", set_values("inner", x="{{ steps.between.x }}")),
    ],
)
def test_a_step_stays_where_it_is_if_it_could_not_run_sooner(late: Any) -> None:
    use = set_values("use", x="{{ steps.late.x }}")
    found = problems(connector(use, set_values("between"), late))
    assert [problem.mending for problem in found] == [None]


def test_a_step_does_not_leave_its_way_of_a_branch() -> None:
    yes = {"left": "{{ contact.email }}", "op": "is_not_empty"}
    ways = [
        {"when": yes, "steps": [set_values("use", x="{{ steps.late.x }}")]},
        {"steps": [set_values("late")]},
    ]
    (problem,) = problems(connector({"id": "way", "kind": "branch", "branches": ways}))
    assert problem.mending is None


@pytest.mark.parametrize("said", ['{{ contact["emial"] }}', "{{ nothing_like_it }}"])
def test_nothing_is_proposed_that_would_not_help(said: str) -> None:
    (problem,) = problems(connector(set_values(x=said)))
    assert problem.mending is None


def test_what_people_must_do_themselves_changes_no_definition() -> None:
    raw = connector(http())
    assert mended(raw, GiveKey("hunter")) == raw
