"""What a definition may be saved with, and is worth a second look."""

from typing import Any

import pytest

from engine.model.advice import advise
from engine.model.definition import load
from engine.model.mending import TakeOut, mended
from tests.engine.model.connectors import EVERYTHING, YES, connector, http, set_values

STOP = {"id": "end", "kind": "stop"}
NEVER = {"left": "a", "op": "equals", "right": "b"}
ALWAYS = {"left": "a", "op": "equals", "right": "a"}


def told(raw: Any) -> list[tuple[str, str]]:
    return [(one.path, one.message) for one in advise(load(raw))]


def branch(*ways: dict[str, Any]) -> dict[str, Any]:
    return {"id": "way", "kind": "branch", "branches": list(ways)}


def loop(id: str, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": "for_each", "items": "{{ input.all }}", "steps": list(steps), **more}


def test_nothing_is_said_of_what_the_contract_shows() -> None:
    raw = {**EVERYTHING, "config": {**EVERYTHING["config"]}}
    raw["config"]["steps"] = [one for one in raw["config"]["steps"] if one["kind"] != "stop"]
    assert told(raw) == []


def test_steps_behind_a_stop_are_named_and_can_be_taken_out() -> None:
    raw = connector(http("a"), STOP, http("b"), loop("c", http("d")))
    (one,) = advise(load(raw))
    assert (one.path, one.step_id) == ("config.steps[2]", "b")
    assert one.message == "The run has always ended before “B”."
    assert one.mending == TakeOut(("b", "c"))
    after = mended(raw, one.mending)
    assert [step["id"] for step in after["config"]["steps"]] == ["a", "end"]
    assert told(after) == []


def test_a_stop_that_only_sometimes_stops_has_something_behind_it() -> None:
    assert told(connector({**STOP, "when": YES}, http())) == []
    assert told(connector({**STOP, "disabled": True}, http())) == []
    assert told(connector(STOP, http(disabled=True))) == []


def test_a_branch_whose_every_way_stops_ends_the_run_too() -> None:
    one = {"when": YES, "steps": [STOP]}
    other = {"steps": [{**STOP, "id": "other"}]}
    assert told(connector(branch(one, other), http())) == [
        ("config.steps[1]", "The run has always ended before “Find”.")
    ]
    assert told(connector(branch(one, {"steps": []}), http())) == []
    assert told(connector(branch(one), http())) == []


def test_steps_behind_a_stop_are_found_inside_of_others() -> None:
    inside = loop("each", STOP, http("b"))
    assert told(connector(inside))[0][0] == "config.steps[0].steps[1]"
    after = mended(connector(inside), TakeOut(("b",)))
    assert [one["id"] for one in after["config"]["steps"][0]["steps"]] == ["end"]


def test_a_way_that_asks_the_same_as_another_is_never_taken() -> None:
    (one,) = told(connector(branch({"name": "A", "when": YES}, {"name": "B", "when": YES})))
    assert one == (
        "config.steps[0].branches[1].when",
        "The way “B” is never taken: “A” asks for the same before it.",
    )


@pytest.mark.parametrize(
    ("ways", "never"),
    [
        ([{"when": NEVER}, {}], 0),
        ([{"when": ALWAYS}, {"when": YES}], 1),
        ([{"when": {"not": ALWAYS}}], 0),
        ([{"when": {"all": [NEVER, ALWAYS]}}], 0),
    ],
)
def test_a_way_that_can_never_be_taken_is_named(ways: list[dict[str, Any]], never: int) -> None:
    (one,) = told(connector(branch(*ways)))
    assert one[0] == f"config.steps[0].branches[{never}].when"


def test_a_condition_that_compares_only_fixed_values_is_named() -> None:
    assert told(connector(http(when=NEVER))) == [
        ("config.steps[0].when", "The condition of this step never holds.")
    ]
    assert told(connector(http(when=ALWAYS))) == []
    assert told(connector(http(when={"left": "{{ contact.city }}", "op": "is_true"}))) == []


def test_loops_that_multiply_are_told_once_with_how_many_calls_they_may_make() -> None:
    assert told(connector(loop("a", http("b")))) == []
    assert told(connector(loop("a", loop("c", http("b"), **{"as": "inner"})))) == [
        ("config.steps[0].max_items", "This loop may make 1,000,000 calls in one run.")
    ]
    few = loop("a", loop("c", http("b"), max_items=10, **{"as": "inner"}))
    assert told(connector(few, set_values())) == []
