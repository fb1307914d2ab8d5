"""OpenAPI descriptions that are none, or that mean no good."""

import pytest

from engine.model.documents import NotADocument
from engine.model.openapi import NotOpenApi, read_openapi
from tests.engine.model.described import described, made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no OpenAPI"),
        ("[1, 2]", "no OpenAPI"),
        ("info: {title: X}", "no OpenAPI"),
        ("swagger: '2.0'\npaths: {}", "another kind"),
        ("openapi: 4.0.0", "another kind"),
        ("openapi: 3.0.0\npaths: {}", "no calls"),
        ("openapi: 3.0.0\npaths: [1]", "no calls"),
        ("openapi: 3.0.0\npaths: {/a: {get: 7}}", "no calls"),
    ],
)
def test_what_is_no_description_is_told_apart(text, said):
    with pytest.raises((NotOpenApi, NotADocument), match=said):
        read_openapi(text)


def test_too_many_calls_are_refused():
    paths = {f"/{n}": {"get": {}, "put": {}} for n in range(2_501)}
    with pytest.raises(NotOpenApi, match="more than 5,000"):
        read_openapi(described(paths=paths))


AROUND = {"$ref": "#/components/schemas/A"}
DOUBLING = {f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 8} for n in range(30)}


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": AROUND},
        {"A": {"allOf": [AROUND, AROUND]}},
        {"A": {"type": "object", "required": ["a"], "properties": {"a": AROUND, "b": AROUND}}},
        {"A": {"type": "array", "items": AROUND}},
        {"A": {"$ref": "#/components/schemas/S0"}, **DOUBLING},
        {"A": {"$ref": "#/components/schemas/B/properties/x"}},
        {"A": {"$ref": "#/paths/0/~1x"}},
        {"A": {"$ref": 7, "properties": 7, "required": 7, "allOf": 7, "type": 7}},
    ],
)
def test_references_that_lead_nowhere_or_multiply_end_soon(schemas):
    body = {"content": {"application/json": {"schema": AROUND}}}
    answer = {"200": {"content": {"application/json": {"schema": AROUND}}}}
    text = described(
        method="post",
        call={"requestBody": body, "responses": answer},
        components={"schemas": schemas},
    )
    assert made("POST /x", text).step["request"]["method"] == "POST"


def test_parts_in_other_files_are_left_out_and_nothing_is_fetched():
    body = {"content": {"application/json": {"schema": {"$ref": "https://evil.example/a.json"}}}}
    found = made("POST /x", described(method="post", call={"requestBody": body}))
    assert found.notes == ["Parts that stand in other files were left out."]
