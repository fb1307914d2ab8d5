import pytest

from app.services.inputs import checked
from app.services.problems import BadInput

SCHEMA = {
    "type": "object",
    "properties": {
        "domain": {"type": "string", "title": "Domain", "pattern": "^[a-z.]+$"},
        "limit": {"type": "integer", "default": 10, "maximum": 100},
        "where": {"type": "object", "properties": {"country": {"default": "NO"}}},
    },
    "required": ["domain", "reason"],
}


def problems(schema, given):
    with pytest.raises(BadInput) as refused:
        checked(schema, given)
    return {problem.path: problem.message for problem in refused.value.problems}


def test_what_is_missing_takes_its_default():
    given = {"domain": "acme.test", "reason": "why not", "where": {}}
    assert checked(SCHEMA, given) == {**given, "limit": 10, "where": {"country": "NO"}}


def test_every_missing_field_is_named():
    assert problems(SCHEMA, {}) == {
        "input.domain": "This is required.",
        "input.reason": "This is required.",
    }


def test_a_complaint_names_the_field_as_people_know_it():
    found = problems(SCHEMA, {"domain": "NOT A DOMAIN", "reason": "x", "limit": 1000})
    assert found["input.domain"].startswith("Domain: ")
    assert "100" in found["input.limit"]


def test_a_pattern_that_would_take_a_century_takes_no_time():
    schema = {"properties": {"a": {"pattern": "^(a+)+$"}}}
    assert "input.a" in problems(schema, {"a": "a" * 5000 + "!"})


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://127.0.0.1:9/schema.json"},
        {"$ref": "#"},
        {"properties": {"a": {"pattern": "(?<=a)"}}},
    ],
)
def test_a_schema_that_cannot_be_followed_is_said_to_be_the_trouble(schema):
    assert set(problems(schema, {"a": "b"})) == {"input_schema"}
