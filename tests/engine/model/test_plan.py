"""A definition made ready to run."""

from typing import Any

import pytest

from engine.model.definition import load
from engine.model.outcome import outcome_of, writes
from engine.model.parts import Definition
from engine.model.plan import ForEachPlan, HttpPlan, Plan, WaterfallPlan, compile_plan
from tests.engine.model.connectors import EVERYTHING, connector, http, set_values


def plan_of(*steps: dict[str, Any], **more: Any) -> Plan:
    return compile_plan(load(connector(*steps, **more)))


def first_call(**step: Any) -> HttpPlan:
    (step_plan,) = plan_of(http(**step)).steps
    assert isinstance(step_plan, HttpPlan)
    return step_plan


def test_everything_the_contract_shows_can_be_made_ready() -> None:
    plan = compile_plan(load(EVERYTHING))
    assert [step.kind for step in plan.steps][-4:] == ["branch", "for_each", "waterfall", "stop"]
    assert plan.credentials == {"hunter"}


def test_a_call_takes_what_it_does_not_say_from_the_connector() -> None:
    (call,) = plan_of(http(), timeout_ms=5_000, max_retries=1, continue_on_error=True).steps
    assert isinstance(call, HttpPlan)
    assert (call.timeout_s, call.max_retries, call.on_error) == (5.0, 1, "continue")
    (call,) = plan_of(
        http(timeout_ms=100, retry={"max_retries": 0}, on_error="stop"), continue_on_error=True
    ).steps
    assert isinstance(call, HttpPlan)
    assert (call.timeout_s, call.max_retries, call.on_error) == (0.1, 0, "stop")
    assert (call.retry.base_ms, call.retry.max_ms) == (500, 60_000)


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ({"json": {"a": "{{ contact.phone }}", "b": "{{ contact.email }}"}}, {"b": "a@b.test"}),
        ({"form": {"a": "{{ contact.phone }}", "b": ["x", "y"]}}, (("b", "x"), ("b", "y"))),
        ({"text": "{{ contact.phone }}:{{ contact.email }}"}, ":a@b.test"),
        (None, None),
    ],
)
def test_a_body_is_made_as_its_kind_asks_for(body: Any, made: Any) -> None:
    request = first_call(request={"body": body}).request
    assert request.body({"contact": {"phone": None, "email": "a@b.test"}}) == made


def test_a_call_may_be_told_to_keep_what_came_out_empty() -> None:
    template = {"json": {"a": "{{ contact.phone }}"}}
    request = first_call(request={"body": template}, omit_empty=False).request
    assert request.body({"contact": {"phone": None}}) == {"a": None}


def test_values_are_picked_out_of_an_answer() -> None:
    extract = first_call(extract={"one": "$.a", "many": "$.list[*].x"}).extract
    body = {"a": 1, "list": [{"x": 1}, {}]}
    assert {name: pick(body) for name, pick in extract.items()} == {"one": 1, "many": [1]}


@pytest.mark.parametrize("path", ["$.results", "$.results[*]"])
@pytest.mark.parametrize(
    ("body", "items"),
    [({"results": [1, 2]}, [1, 2]), ({"results": None}, []), ({}, []), ("text", []), (None, [])],
)
def test_items_of_a_page_are_a_list_however_they_are_written(
    path: str, body: Any, items: list[Any]
) -> None:
    paginate = first_call(paginate={"kind": "link_header", "items": path}).paginate
    assert paginate is not None
    assert paginate.items(body) == items


@pytest.mark.parametrize("path", ["$.r", "$.r[*]"])
def test_a_page_may_be_long(path: str) -> None:
    paginate = first_call(paginate={"kind": "link_header", "items": path}).paginate
    assert paginate is not None
    assert len(paginate.items({"r": [0] * 20_000})) == 20_000


def test_a_step_that_is_switched_off_is_skipped() -> None:
    (step,) = plan_of(http(disabled=True)).steps
    assert step.when is not None
    assert step.when({}) is False


def test_names_are_null_until_their_step_has_run() -> None:
    loop = {
        "id": "loop",
        "kind": "for_each",
        "items": "{{ input.all }}",
        "steps": [set_values("one")],
    }
    way = {"id": "way", "kind": "branch", "branches": [{"steps": [set_values("left", y=1)]}]}
    plan = plan_of(http(extract={"person": "$"}), loop, way)
    assert plan.blank == {
        "find": {"status": None, "headers": None, "body": None, "person": None},
        "loop": {"items": None},
        "way": {"taken": None},
        "left": {"y": None},
    }
    inner = plan.steps[1]
    assert isinstance(inner, ForEachPlan)
    assert inner.blank == {"one": {"x": None}}
    assert (inner.name_of_item, inner.name_of_index) == ("item", "item_index")


def test_only_answers_that_something_asks_for_are_worth_keeping() -> None:
    plan = plan_of(
        http("plain", extract={"a": "$"}),
        http("asked", extract={"b": "$"}),
        http("whole"),
        set_values("last", x="{{ steps.asked.body.x }} {{ steps.whole }}"),
    )
    assert plan.needed == {
        "plain": {"a"},
        "asked": {"b", "body"},
        "whole": {"status", "headers", "body"},
        "last": {"x"},
    }


def test_steps_inside_others_sort_behind_them_in_the_order_of_their_turns() -> None:
    plan = compile_plan(load(EVERYTHING))
    paths = ["find_person", "way", "way.known", "loop", "loop[0].one", "loop[2].one"]
    paths += ["loop[2].later", "loop[10].one", "try_all", "try_all[0].a", "try_all[1].b", "end"]
    assert sorted([*paths[6:], *paths[:6]], key=plan.place_of) == paths


def test_attempts_and_branches_without_a_name_get_one() -> None:
    falls = {"id": "falls", "kind": "waterfall", "attempts": [{"cost": 2}, {"name": "B"}]}
    (step,) = plan_of(falls).steps
    assert isinstance(step, WaterfallPlan)
    assert [attempt.name for attempt in step.attempts] == ["Attempt 1", "B"]
    assert step.attempts[0].cost == 2


def test_notes_for_people_are_never_read_as_expressions() -> None:
    definition: Definition = load(connector(http(notes="Ask {{ Bob", name="Use {{ this }} one")))
    assert compile_plan(definition).steps[0].title == "Use {{ this }} one"


def test_a_plan_fills_mappings_with_null_where_something_is_missing() -> None:
    mappings = [{"field": "email", "value": "{{ steps.find.person.mail }}"}]
    plan = plan_of(http(extract={"person": "$"}), mappings=mappings)
    assert plan.mappings[0].value({"steps": {"find": {"person": None}}}) is None


# Outcome


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({}, "found"),
        ({"status": "failed"}, "failed"),
        ({"status": "timeout", "partly": True}, "failed"),
        ({"status": "cancelled"}, "failed"),
        ({"stopped": "failed"}, "failed"),
        ({"stopped": "skipped"}, "skipped"),
        ({"stopped": "found", "called": False}, "found"),
        ({"stopped": "partly"}, "partly"),
        ({"called": False}, "skipped"),
        ({"not_found": True}, "not_found"),
        ({"not_found": True, "partly": True}, "not_found"),
        ({"partly": True}, "partly"),
    ],
)
def test_the_outcome_says_how_it_went(facts: dict[str, Any], outcome: str) -> None:
    assert outcome_of(**{"status": "success", **facts}) == outcome


def test_mappings_are_applied_for_found_and_partly_only() -> None:
    outcomes = ("found", "partly", "not_found", "skipped", "failed", None)
    assert [one for one in outcomes if writes(one)] == ["found", "partly"]  # type: ignore[arg-type]
