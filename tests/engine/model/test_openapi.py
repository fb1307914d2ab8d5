"""An OpenAPI description becomes a list of calls, and each of them a step that can be saved."""

from typing import Any

import orjson
import pytest

from engine.effects.auth import parse_auth
from engine.effects.credential_checks import check_credential
from engine.model.definition import load
from engine.model.documents import NotADocument
from engine.model.openapi import FromOpenApi, NotOpenApi, read_openapi

PEOPLE = """
openapi: 3.0.3
info: {title: People API, version: "2"}
servers: [{url: "https://api.people.example/{version}", variables: {version: {default: v2}}}]
security: [{key: []}]
paths:
  /people/find:
    parameters:
      - {name: locale, in: query, schema: {type: string, default: en}, required: true}
    get:
      operationId: findPerson
      summary: Find a person by e-mail.
      tags: [People]
      parameters:
        - {name: email, in: query, required: true, schema: {type: string}}
        - {name: limit, in: query, description: How many, schema: {type: integer, example: 5}}
        - {name: X-Api-Version, in: header, required: true, schema: {type: string}, example: "7"}
        - {name: Accept, in: header, required: true, schema: {type: string}}
      responses:
        "200":
          description: found
          content:
            application/json:
              schema:
                type: object
                properties:
                  data: {$ref: "#/components/schemas/Person"}
                  status: {type: string}
        "404": {description: nobody}
  /people/{person_id}/notes:
    post:
      description: no summary here
      operationId: addNoteToPerson
      parameters:
        - {name: person_id, in: path, required: true, schema: {type: string}, example: p-1}
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Note"}
      responses: {"201": {description: made}}
  /files:
    post:
      summary: Send a file
      requestBody: {content: {multipart/form-data: {schema: {type: object}}}}
      responses: {"200": {description: ok}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Api-Key}
  schemas:
    Person:
      type: object
      properties:
        id: {type: string}
        name:
          type: object
          properties: {givenName: {type: string}, familyName: {type: string}}
        employment:
          type: array
          items: {type: object, properties: {title: {type: string}}}
        shoe_size: {type: integer}
        friends: {type: array, items: {$ref: "#/components/schemas/Person"}}
        boss: {$ref: "#/components/schemas/Person"}
    Note:
      type: object
      required: [text, kind, author]
      properties:
        id: {type: string, readOnly: true}
        text: {type: string, description: What to write}
        kind: {type: string, enum: [call, visit]}
        pinned: {type: boolean}
        author:
          type: object
          required: [email]
          properties: {email: {type: string}, phone: {type: string}}
"""
FIND, NOTE = "GET /people/find", "POST /people/{person_id}/notes"


def made(key: str, text: str = PEOPLE, **given: Any) -> FromOpenApi:
    """The step, which can be saved as it is."""
    found = read_openapi(text, source=given.pop("source", "")).step(key, **given)
    schema = {"type": "object", "properties": found.inputs, "required": found.required}
    load({"config": {"steps": [found.step]}, "input_schema": schema})
    return found


def described(**given: Any) -> str:
    """A description of one call, with these settings."""
    call = {"responses": {}, **given.pop("call", {})}
    path = given.pop("path", "/x")
    method = given.pop("method", "get")
    whole = {"openapi": "3.1.0", "info": {"title": "X"}, "servers": [{"url": "https://x.example"}]}
    return orjson.dumps({**whole, "paths": {path: {method: call}}, **given}).decode()


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


def test_a_login_becomes_a_credential_that_can_be_filled_in():
    found = made(FIND)
    assert found.step["credential"] == "people"
    assert found.slot == {
        "service_name": "people",
        "title": "People",
        "auth": {"type": "header", "name": "X-Api-Key", "prefix": ""},
        "fields": [{"name": "api_key", "title": "Key", "help": "", "secret": True}],
        "allowed_hosts": ["api.people.example"],
    }


TOKEN = "https://login.x.example/token"


@pytest.mark.parametrize(
    ("scheme", "auth", "hosts"),
    [
        (
            {"type": "apiKey", "in": "query", "name": "key"},
            {"type": "query", "name": "key"},
            ["x.example"],
        ),
        ({"type": "http", "scheme": "Bearer"}, {"type": "bearer"}, ["x.example"]),
        (
            {"type": "http", "scheme": "basic"},
            {"type": "basic", "username": "username", "password": "password"},
            ["x.example"],
        ),
        (
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "Send `Authorization: Token abc`",
            },
            {"type": "header", "name": "Authorization", "prefix": "Token "},
            ["x.example"],
        ),
        (
            {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": TOKEN}}},
            {"type": "oauth2_client_credentials", "token_url": TOKEN, "scope": "read"},
            ["x.example", "login.x.example"],
        ),
        (
            {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {"authorizationUrl": "/authorize", "tokenUrl": TOKEN}
                },
            },
            {
                "type": "oauth2_authorization_code",
                "authorize_url": "https://x.example/authorize",
                "token_url": TOKEN,
                "scope": "read",
                "pkce": True,
            },
            ["x.example", "login.x.example"],
        ),
        ({"type": "openIdConnect"}, {"type": "bearer"}, ["x.example"]),
    ],
)
def test_each_kind_of_login_is_one_of_ours(scheme, auth, hosts):
    text = described(security=[{"one": ["read"]}], components={"securitySchemes": {"one": scheme}})
    slot = made("GET /x", text).slot
    assert slot is not None
    assert (slot["auth"], slot["allowed_hosts"]) == (auth, hosts)
    secret = [one["name"] for one in slot["fields"] if one["secret"]]
    plain = {one["name"]: "a" for one in slot["fields"] if not one["secret"]}
    assert check_credential(parse_auth(auth), secret, plain, hosts) == []


def test_a_host_of_ones_own_is_a_setting_of_the_credential():
    server = {
        "url": "https://{account}.x.example/api",
        "variables": {"account": {"default": "demo", "description": "Your account"}},
    }
    text = described(
        servers=[server],
        security=[{"one": []}],
        components={"securitySchemes": {"one": {"type": "http", "scheme": "bearer"}}},
    )
    found = made("GET /x", text)
    assert found.step["request"]["url"] == (
        "https://{{ credential.settings.account }}.x.example/api/x"
    )
    assert found.slot is not None
    assert found.slot["allowed_hosts"] == ["*.x.example"]
    assert found.slot["service_name"] == found.step["credential"] == "x"
    assert found.slot["fields"][0] == {
        "name": "account",
        "title": "Account",
        "help": "Your account",
        "example": "demo",
        "secret": False,
    }


def test_a_call_that_needs_no_login_has_none():
    text = described(
        call={"security": []},
        security=[{"one": []}],
        components={"securitySchemes": {"one": {"type": "http", "scheme": "bearer"}}},
    )
    assert made("GET /x", text).slot is None


def test_a_login_that_cannot_be_done_is_said():
    text = described(
        security=[{"one": []}], components={"securitySchemes": {"one": {"type": "mutualTLS"}}}
    )
    found = made("GET /x", text)
    assert found.slot is None
    assert found.notes == ["The login “one” cannot be done here, and was left out."]


def test_a_key_among_the_parameters_is_a_credential_and_never_text():
    parameters = [
        {"name": "api_key", "in": "query", "required": True, "example": "k-123456789"},
        {"name": "page_token", "in": "query", "schema": {"type": "string"}},
    ]
    found = made("GET /x", described(call={"parameters": parameters}))
    assert found.slot is not None
    assert found.slot["auth"] == {"type": "query", "name": "api_key"}
    assert b"k-123456789" not in orjson.dumps(found.step)
    assert [one.key for one in found.optional] == ["query.page_token"]


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
