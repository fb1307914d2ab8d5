"""What a definition may say, and what it is told where it says something else."""

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.model.definition import kind_of, load
from engine.model.parts import all_steps
from engine.model.published import connector_schema
from tests.engine.model.connectors import (
    EVERYTHING,
    connector,
    http,
    paths,
    problems,
    set_values,
)


def test_everything_the_contract_shows_is_accepted() -> None:
    assert problems(EVERYTHING) == []
    assert len(list(all_steps(load(EVERYTHING).steps))) == 17


def test_the_published_schema_accepts_it_too() -> None:
    schema = connector_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(EVERYTHING)
    assert schema["x-limits"]["answer_bytes"] == 8 * 2**20
    assert schema["x-limits"]["answer_decoded_bytes"] == 16 * 2**20
    assert schema["x-limits"]["steps"] == 200


def test_the_published_schema_refuses_unknown_keys() -> None:
    raw = connector(http(retries=3))
    assert not Draft202012Validator(connector_schema()).is_valid(raw)


@pytest.mark.parametrize(
    "status", [404, "4xx", [404, "5xx"], [], 99, 600, "9xx", [99], ["x"], [[404]], 404.5, True]
)
def test_the_published_schema_and_the_check_at_save_agree_about_a_status(status: Any) -> None:
    raw = connector(http(rules=[{"status": status, "then": "fail"}]))
    assert Draft202012Validator(connector_schema()).is_valid(raw) == (problems(raw) == [])


def test_version_defaults_to_1_and_a_type_beside_steps_is_worked_out_anew() -> None:
    one = load({"config": {"type": "multi-step", "steps": [http()]}})
    assert one.config.version == 1
    assert kind_of(one) == "single-step"
    assert kind_of(load(connector(http("a"), http("b")))) == "multi-step"
    loop = {"id": "l", "kind": "for_each", "items": "{{ input.list }}", "steps": [http()]}
    assert kind_of(load(connector(loop))) == "multi-step"


def test_only_config_is_needed() -> None:
    definition = load({"config": {"steps": []}})
    assert (definition.timeout_ms, definition.max_retries) == (30_000, 3)
    assert definition.continue_on_error is False


def test_a_definition_cannot_be_changed() -> None:
    definition = load(connector(http()))
    with pytest.raises(ValueError, match="frozen"):
        definition.config.steps[0].id = "other"


# Unknown keys


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ([], "colour"),
        (["config"], "triggers"),
        (["config", "steps", 0], "retries"),
        (["config", "steps", 0, "request"], "methd"),
        (["config", "steps", 0, "retry"], "max"),
        (["config", "steps", 0, "rules", 0], "code"),
        (["config", "steps", 0, "rules", 2, "when"], "rihgt"),
        (["config", "steps", 0, "cache"], "ttl"),
        (["config", "steps", 1, "paginate"], "page"),
        (["config", "steps", 1, "request", "body"], "xml"),
        (["config", "steps", 6, "poll"], "times"),
        (["config", "steps", 6, "poll", "until", "all", 0], "operator"),
        (["config", "steps", 7, "branches", 0], "if"),
        (["config", "steps", 8], "parallel"),
        (["config", "steps", 9, "attempts", 0], "price"),
        (["config", "steps", 9, "attempts", 0, "steps", 0], "paginat"),
        (["field_mappings", 0], "target"),
    ],
)
def test_an_unknown_key_is_refused_by_name_at_its_place(place: list[Any], key: str) -> None:
    raw = copy.deepcopy(EVERYTHING)
    holder: Any = raw
    for part in place:
        holder = holder[part]
    holder[key] = 1
    (problem,) = problems(raw)
    assert f"“{key}”" in problem.message
    assert problem.path.endswith(f".{key}" if place else key)
    assert problem.hint


def test_the_place_is_written_as_people_read_it() -> None:
    raw = connector(http(request={"url": 5}))
    (problem,) = problems(raw)
    assert problem.path == "config.steps[0].request.url"
    assert (problem.step_id, problem.field) == ("find", "url")
    assert problem.message == "This must be text."


def test_the_hint_names_the_key_that_was_probably_meant() -> None:
    (problem,) = problems(connector(http(request={"methd": "GET"})))
    assert problem.hint == "Did you mean “method”?"


def test_every_problem_is_told_at_once() -> None:
    raw = connector(
        http("a", request={"url": 5, "headers": {"Host": "x"}}, extract={"x": "no path"}),
        {"id": "B!", "kind": "nothing"},
        http("c", when={"left": "{{ steps.nowhere.x }}", "op": "is_empty"}, timeout_ms="1"),
        mappings=[{"field": "emial", "value": "{{ steps.a.y }}"}],
        max_retries=-1,
        surprise=True,
    )
    assert set(paths(raw)) == {
        "config.steps[0].request.url",
        "config.steps[0].request.headers.Host",
        "config.steps[0].extract.x",
        "config.steps[1].kind",
        "config.steps[2].timeout_ms",
        "config.steps[2].when.left",
        "field_mappings[0].field",
        "field_mappings[0].value",
        "max_retries",
        "surprise",
    }


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (["steps", 0, "id"], 5),
        (["steps", 0, "rules", 0], "x"),
        (["steps", 1, "paginate", "kind"], "scroll"),
        (["steps", 6, "poll", "until", "all", 0], []),
        (["steps", 7, "branches", 0], None),
        (["steps", 9, "attempts", 0, "cost"], "much"),
    ],
)
def test_a_wrong_form_does_not_hide_a_wrong_name(place: list[Any], value: Any) -> None:
    raw = copy.deepcopy(EVERYTHING)
    raw["field_mappings"].append({"field": "emial", "value": 1})
    holder: Any = raw["config"]
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = value
    assert {one.path.partition("[")[0] for one in problems(raw)} == {
        "config.steps",
        "field_mappings",
    }


def test_a_setting_that_takes_any_number_is_told_once_at_its_place() -> None:
    raw = connector(http(limits={"per_second": "x"}))
    (problem,) = problems(raw)
    assert problem.path == "config.steps[0].limits.per_second"
    assert problem.message == "This must be a number."
    assert paths(connector(http(extract={"int": 5}))) == ["config.steps[0].extract.int"]


# Shapes


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (connector(http("1a")), "config.steps[0].id"),
        (connector(http("A")), "config.steps[0].id"),
        (connector(http("a-b")), "config.steps[0].id"),
        (connector(http("a" * 41)), "config.steps[0].id"),
        (connector(http("a\n")), "config.steps[0].id"),
        (connector({"kind": "http", "id": "a"}), "config.steps[0].request"),
        (connector({"id": "a", "request": {}}), "config.steps[0].kind"),
        (connector(http(timeout_ms=0)), "config.steps[0].timeout_ms"),
        (connector(http(timeout_ms=True)), "config.steps[0].timeout_ms"),
        (connector(http(omit_empty="yes")), "config.steps[0].omit_empty"),
        (connector(http(on_error="retry")), "config.steps[0].on_error"),
        (connector(http(request={"method": "get"})), "config.steps[0].request.method"),
        (connector(http(request={"method": "TRACE"})), "config.steps[0].request.method"),
        (connector(http(rules={})), "config.steps[0].rules"),
        (connector(http(rules=[{"status": [404]}])), "config.steps[0].rules[0].then"),
        (connector(http(extract={"no way": "$"})), 'config.steps[0].extract["no way"]'),
        (connector(http(credential="../x")), "config.steps[0].credential"),
        (connector(http(retry={"max_ms": 3_600_001})), "config.steps[0].retry.max_ms"),
        (connector(http(), config=None), "config"),
        (connector(http(), timeout_ms=1.5), "timeout_ms"),
        ({"config": {"version": 2, "steps": []}}, "config.version"),
        ({"config": {}}, "config.steps"),
        ({"config": {"steps": {}}}, "config.steps"),
        ({"config": []}, "config"),
        ({}, "config"),
        ([], "definition"),
        (None, "definition"),
        ("text", "definition"),
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_place(raw: Any, path: str) -> None:
    assert paths(raw) == [path]


@pytest.mark.parametrize("status", [[99], [600], "404", "6xx", "xx", [True], [4.04], {}, None])
def test_a_status_is_a_list_of_codes_or_a_family(status: Any) -> None:
    found = paths(connector(http(rules=[{"status": status, "then": "fail"}])))
    assert found == ([] if status is None else ["config.steps[0].rules[0].status"])


def test_a_connector_has_at_most_200_steps_wherever_they_are() -> None:
    assert paths(connector(*(set_values(f"s{n}") for n in range(200)))) == []
    inner = [set_values(f"s{n}") for n in range(200)]
    loop = {"id": "loop", "kind": "for_each", "items": "{{ input.all }}", "steps": inner}
    assert paths(connector(loop)) == ["config.steps"]


def nested(depth: int) -> dict[str, Any]:
    step = set_values("inmost")
    for level in range(depth):
        step = {"id": f"way{level}", "kind": "branch", "branches": [{"steps": [step]}]}
    return step


def test_steps_are_nested_at_most_4_deep() -> None:
    assert problems(connector(nested(4))) == []
    (problem,) = problems(connector(nested(5)))
    assert "nested at most 4" in problem.message


def test_a_definition_deeper_than_any_should_be_is_refused_at_once() -> None:
    value: Any = []
    for _ in range(5_000):
        value = [value]
    assert paths(connector(set_values(x=value))) == ["definition"]
