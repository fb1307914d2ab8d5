"""An OpenAPI description for tests to begin with, and a step made of it."""

from typing import Any

import orjson

from engine.model.definition import load
from engine.model.openapi import FromOpenApi, read_openapi

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
