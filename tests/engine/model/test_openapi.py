"""An OpenAPI description becomes a list of calls, and each of them a step that can be saved."""

import orjson
import pytest

from engine.model.openapi import NotOpenApi, read_openapi
from tests.engine.model.described import FIND, NOTE, PEOPLE, described, made


def test_operations_are_listed_in_plain_words():
    listed = read_openapi(PEOPLE).operations
    assert [(one.key, one.summary, one.tag) for one in listed] == [
        (FIND, "Find a person by e-mail", "People"),
        (NOTE, "Add note to person", ""),
        ("POST /files", "Send a file", ""),
    ]


def test_a_lookup_asks_with_what_the_contact_has():
    step = made(FIND).step
    assert step["id"] == "find_a_person_by_e_mail"
    assert step["request"] == {
        "method": "GET",
        "url": "https://api.people.example/v2/people/find",
        "query": {"locale": "en", "email": "{{ contact.email }}"},
        "headers": {"X-Api-Version": "7"},
    }
    assert step["rules"] == [{"status": [404], "then": "not_found"}]


def test_what_an_answer_tells_of_a_person_is_kept_and_the_rest_offered():
    found = made(FIND)
    assert found.step["extract"] == {
        "id": "$.data.id",
        "given_name": "$.data.name.givenName",
        "family_name": "$.data.name.familyName",
        "title": "$.data.employment[0].title",
    }
    assert found.offered["shoe_size"] == "$.data.shoe_size"
    assert found.offered["answer_status"] == "$.status"
    assert "shoe_size" in made(FIND, keep=["shoe_size"]).step["extract"]


def test_what_is_optional_is_offered_and_taken_where_it_is_wanted():
    assert [(one.key, one.about) for one in made(FIND).optional] == [("query.limit", "How many")]
    assert made(FIND, also=["query.limit"]).step["request"]["query"]["limit"] == 5


def test_a_body_has_what_is_needed_and_what_the_contact_knows():
    found = made(NOTE)
    assert found.step["request"] == {
        "method": "POST",
        "url": "https://api.people.example/v2/people/{{ input.person_id }}/notes",
        "body": {
            "json": {
                "text": "{{ input.text }}",
                "kind": "call",
                "author": {"email": "{{ contact.email }}", "phone": "{{ contact.phone }}"},
            }
        },
    }
    assert found.required == ["person_id", "text"]
    assert found.inputs["person_id"]["examples"] == ["p-1"]
    assert found.inputs["text"]["description"] == "What to write"
    assert [one.key for one in found.optional] == ["body.pinned"]


def test_a_form_spells_inner_members_with_brackets():
    schema = {
        "type": "object",
        "required": ["email", "address"],
        "properties": {
            "email": {"type": "string"},
            "address": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    }
    body = {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    step = made("POST /x", described(method="post", call={"requestBody": body})).step
    assert step["request"]["body"] == {
        "form": {"email": "{{ contact.email }}", "address[city]": "{{ contact.city }}"}
    }


def test_a_kind_of_json_of_its_own_is_named_in_a_header():
    body = {"content": {"application/vnd.api+json": {"schema": {"type": "object"}}}}
    step = made("POST /x", described(method="post", call={"requestBody": body})).step
    assert step["request"]["headers"] == {"Content-Type": "application/vnd.api+json"}


def test_all_of_and_one_of_are_followed():
    schemas = {
        "Base": {"type": "object", "properties": {"email": {"type": ["string", "null"]}}},
        "More": {
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {
                    "oneOf": [
                        {"type": "null"},
                        {"required": ["n"], "properties": {"n": {"type": "integer", "const": 3}}},
                    ]
                },
            ]
        },
    }
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/More"}}}}
    text = described(method="post", call={"requestBody": body}, components={"schemas": schemas})
    assert made("POST /x", text).step["request"]["body"]["json"] == {
        "email": "{{ contact.email }}",
        "n": 3,
    }


def test_an_example_that_looks_like_an_expression_is_not_taken_for_one():
    parameters = [{"name": "q", "in": "query", "required": True, "example": "{{ contact.nope }}"}]
    found = made("GET /x", described(call={"parameters": parameters}))
    assert found.step["request"]["query"] == {"q": "{{ input.q }}"}


def test_names_that_look_like_expressions_are_left_out():
    schema = {"type": "object", "required": ["{{ a }}"], "properties": {"{{ a }}": {}}}
    body = {"content": {"application/json": {"schema": schema}}}
    parameters = [{"name": "{{ b }}", "in": "query", "required": True}]
    text = described(method="post", call={"requestBody": body, "parameters": parameters})
    assert b"{{" not in orjson.dumps(made("POST /x", text).step)
    with pytest.raises(NotOpenApi, match="no calls"):
        read_openapi(described(path="/{{ contact.email }}"))


def test_a_service_is_where_its_description_came_from():
    text = described(servers=[{"url": "/api/v3"}])
    step = made("GET /x", text, source="https://pets.example/docs/openapi.json").step
    assert step["request"]["url"] == "https://pets.example/api/v3/x"


def test_a_description_that_does_not_say_where_the_service_is_asks_for_it():
    text = described(servers=[])
    with pytest.raises(NotOpenApi, match="does not say where"):
        made("GET /x", text)
    assert made("GET /x", text, base="https://a.example/v1/").step["request"]["url"] == (
        "https://a.example/v1/x"
    )
