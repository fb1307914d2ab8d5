"""What a caller must give, against the connector's own schema."""

import time
from typing import Any

import pytest

from engine.model.inputs import check_input, check_schema

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["company", "size"],
    "properties": {
        "company": {"type": "string", "minLength": 2, "title": "Company"},
        "size": {"type": "integer", "minimum": 1, "maximum": 10},
        "region": {"enum": ["eu", "us"], "default": "eu"},
        "code": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "options": {
            "type": "object",
            "properties": {"deep": {"type": "boolean", "default": True}},
            "default": {},
        },
    },
    "additionalProperties": False,
}


def told(given: Any) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in check_input(SCHEMA, given)[1]]


def test_a_good_input_comes_back_with_its_defaults() -> None:
    given = {"company": "Acme", "size": 3}
    value, problems = check_input(SCHEMA, given)
    assert problems == []
    assert value == {"company": "Acme", "size": 3, "region": "eu", "options": {"deep": True}}
    assert given == {"company": "Acme", "size": 3}


def test_what_was_given_is_not_replaced_by_a_default() -> None:
    given = {"company": "Acme", "size": 3, "region": "us", "options": {"deep": False}}
    assert check_input(SCHEMA, given)[0] == given


@pytest.mark.parametrize(
    ("given", "path", "message"),
    [
        ({"size": 1}, "input.company", "“company” is missing."),
        ({"company": "Acme", "size": "1"}, "input.size", "This must be a whole number."),
        ({"company": "Acme", "size": 0}, "input.size", "This must be 1 or more."),
        ({"company": "Acme", "size": 11}, "input.size", "This must be 10 or less."),
        ({"company": "A", "size": 1}, "input.company", "At least 2 belong here."),
        (
            {"company": "Acme", "size": 1, "region": "asia"},
            "input.region",
            "This must be one of eu, us.",
        ),
        (
            {"company": "Acme", "size": 1, "code": "abc"},
            "input.code",
            "This does not look as expected.",
        ),
        (
            {"company": "Acme", "size": 1, "options": {"deep": 1}},
            "input.options.deep",
            "This must be true or false.",
        ),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(given: Any, path: str, message: str) -> None:
    assert told(given) == [(path, message)]


def test_everything_wrong_is_told_at_once() -> None:
    assert {path for path, _ in told({"size": 0, "region": "asia"})} == {
        "input.company",
        "input.size",
        "input.region",
    }


def test_two_missing_values_are_two_problems() -> None:
    assert {path for path, _ in told({})} == {"input.company", "input.size"}


def test_an_unknown_value_is_refused_where_the_schema_says_so() -> None:
    ((path, message),) = told({"company": "Acme", "size": 1, "colour": "red"})
    assert path == "input"
    assert "colour" in message


@pytest.mark.parametrize("given", [[], "text", 5])
def test_an_input_is_an_object(given: Any) -> None:
    assert [path for path, _ in told(given)] == ["input"]


def test_without_a_schema_anything_is_fine() -> None:
    assert check_input({}, {"a": 1}) == ({"a": 1}, [])
    assert check_input({}, None) == ({}, [])


def test_a_pattern_cannot_hang() -> None:
    schema = {"properties": {"a": {"pattern": "^(a+)+$"}}}
    began = time.process_time()
    assert len(check_input(schema, {"a": "a" * 50_000 + "!"})[1]) == 1
    assert time.process_time() - began < 10


def test_a_schema_that_refers_to_itself_without_end_is_told() -> None:
    (problem,) = check_input({"$ref": "#"}, {"a": 1})[1]
    assert "circle" in problem.message


def test_a_schema_may_use_its_own_parts_and_nobody_elses() -> None:
    own = {"properties": {"a": {"$ref": "#/$defs/word"}}, "$defs": {"word": {"type": "string"}}}
    assert check_schema(own) == []
    assert len(check_input(own, {"a": 1})[1]) == 1
    for elsewhere in ("https://x.test/s.json", "file:///etc/passwd", "other.json", "//x"):
        assert len(check_schema({"properties": {"a": {"$ref": elsewhere}}})) == 1


def test_a_schema_may_lead_nowhere_without_harm() -> None:
    schema = {"properties": {"a": {"$ref": "#/$defs/gone"}}}
    assert len(check_input(schema, {"a": 1})[1]) == 1


def test_values_in_a_schema_are_no_part_of_it() -> None:
    schema = {"properties": {"$ref": {"default": {"pattern": "(?=a)"}, "examples": ["(?=a)"]}}}
    assert check_schema(schema) == []


def test_references_that_multiply_stop_at_a_fixed_amount_of_work() -> None:
    parts = {
        f"p{n}": {"allOf": [{"$ref": f"#/$defs/p{n + 1}"}, {"$ref": f"#/$defs/p{n + 1}"}]}
        for n in range(40)
    }
    schema = {"$ref": "#/$defs/p0", "$defs": {**parts, "p40": {"type": "object"}}}
    assert [problem.path for problem in check_schema(schema)] == ["input_schema"]
    assert len(check_input(schema, {})[1]) == 1


def test_many_different_values_are_told_apart_in_no_time() -> None:
    schema = {"properties": {"a": {"uniqueItems": True}}}
    values = [{"n": n} for n in range(20_000)]
    assert check_input(schema, {"a": values})[1] == []
    assert len(check_input(schema, {"a": [*values, {"n": 5}]})[1]) == 1
    assert check_input(schema, {"a": [1, True, "1"]})[1] == []


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"$ref": "#/nowhere"}, "input_schema.$ref"),
        ({"properties": {"a": {"$ref": "#/$defs/b"}}}, "input_schema.properties.a.$ref"),
        ({"$defs": {"a": {}}, "allOf": [{"$ref": "#/allOf/7"}]}, "input_schema.allOf[0].$ref"),
        ({"$ref": "#"}, "input_schema"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_before_anything_is_given(
    schema: dict[str, Any], path: str
) -> None:
    assert path in [problem.path for problem in check_schema(schema)]


def test_a_reference_to_a_part_is_followed() -> None:
    schema = {"$defs": {"a/b": {"type": "string"}}, "properties": {"x": {"$ref": "#/$defs/a~1b"}}}
    assert check_schema(schema) == []
    assert [problem.path for problem in check_input(schema, {"x": 1})[1]] == ["input.x"]


def test_a_schema_has_a_bounded_number_of_parts_wherever_they_stand() -> None:
    many: list[Any] = [{"type": "string"}] * 499
    assert check_schema({"anyOf": [{"type": "object"}, *many[:-1]]}) == []
    for schema in ({"anyOf": many + many}, {"properties": {"default": {"anyOf": many}}}):
        (problem,) = check_schema(schema)
        assert (problem.path, problem.message) == (
            "input_schema",
            "An input schema has at most 500 parts.",
        )


@pytest.mark.parametrize(
    ("given", "step", "fits"),
    [(0.29, 0.01, True), (0.295, 0.01, False), (6, 3, True), (7, 3, False), (1e308, 0.01, False)],
)
def test_multiples_are_counted_as_people_count(given: float, step: float, fits: bool) -> None:
    schema = {"properties": {"price": {"multipleOf": step}}}
    _, problems = check_input(schema, {"price": given})
    assert (problems == []) == fits
