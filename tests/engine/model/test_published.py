"""The published JSON Schema: it refuses nothing that a save takes, and says what it can."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.model.published import connector_schema
from tests.engine.model.connectors import EVERYTHING, connector, http, problems

Place = tuple[str | int, ...]
SCHEMA = Draft202012Validator(connector_schema())
ODD: list[Any] = [
    *(None, True, 0, 1, -1, 1.5, 10**9, "", "x", "{{ contact.email }}", "$.a", "a b", "x" * 201),
    *("https://a.example/x", "data.x", "data.1", "host", "items", "2026-01-01T00:00:00Z", "\n"),
    *([], ["x"], [[1]], [None], {}, {"x": 1}, {"a": {"b": 1}}),
]


def places(document: Any, here: Place = ()) -> Iterator[Place]:
    yield here
    inner = document.items() if isinstance(document, dict) else ()
    for name, value in inner or (enumerate(document) if isinstance(document, list) else ()):
        yield from places(value, (*here, name))


PLACES = [place for place in places(EVERYTHING) if place]
NAMES = sorted({name for place in PLACES for name in place if isinstance(name, str)})


def parent(document: Any, place: Place) -> Any:
    for name in place[:-1]:
        document = document[name]
    return document


@st.composite
def nearly(draw: st.DrawFn) -> dict[str, Any]:
    """Everything the language has, with one thing said otherwise, left out, or said besides."""
    made = copy.deepcopy(EVERYTHING)
    place = draw(st.sampled_from(PLACES))
    around = parent(made, place)
    match draw(st.sampled_from(["other", "less", "more"])):
        case "other":
            around[place[-1]] = draw(st.sampled_from(ODD))
        case "less":
            del around[place[-1]]
        case "more" if isinstance(around, dict):
            around[draw(st.sampled_from(NAMES))] = draw(st.sampled_from(ODD))
        case _:
            around.append(copy.deepcopy(around[0]))
    return made


@given(nearly())
def test_what_a_save_takes_the_schema_takes(definition: dict[str, Any]) -> None:
    if not problems(definition):
        SCHEMA.validate(definition)


def asking(**request: Any) -> dict[str, Any]:
    return http(request={"method": "POST", "url": "https://a.example/x", **request})


def paging(**more: Any) -> dict[str, Any]:
    return http(paginate={"items": "$.a", **more})


def comparing(**condition: Any) -> dict[str, Any]:
    return http(when=condition)


SIMPLE = {"left": 1, "op": "equals", "right": 1}


@pytest.mark.parametrize(
    "step",
    [
        comparing(),
        comparing(left=1),
        comparing(op="equals", right=1),
        comparing(**SIMPLE, all=[SIMPLE]),
        comparing(left=1, all=[SIMPLE]),
        comparing(all=[]),
        comparing(left="a", op="contains"),
        comparing(left="a", op="in", right="a, b"),
        asking(url="api.example.com/x"),
        asking(url="https:///x"),
        asking(query={"a": {"b": 1}}),
        asking(headers={"Host": "a.example"}),
        asking(headers={"PROXY-Authorization": "x"}),
        asking(headers={"x": ["a"]}),
        asking(headers={"x": "a\nb"}),
        asking(headers={"a b": "x"}),
        asking(body={}),
        asking(body={"json": {}, "text": "x"}),
        asking(body={"json": {}, "content_type": "text/plain"}),
        asking(body={"form": {"a": [[1]]}}),
        paging(kind="cursor", next="$.next"),
        paging(kind="page"),
        paging(kind="next_url", next=None),
        paging(kind="page", param="page", items="a"),
        paging(kind="page", param="page", param_in="body"),
        http(extract={"body": "$.a"}),
        http(extract={"a-b": "$.a"}),
        http(extract={"a": "a.b"}),
        http(rules=[{"status": [500], "then": "fail"}] * 201),
        http(limits={"per_second": 0}),
        {"id": "w", "kind": "wait"},
        {"id": "w", "kind": "wait", "for_ms": 1, "until": "{{ now }}"},
        {"id": "w", "kind": "wait", "until": "soon"},
        {"id": "l", "kind": "for_each", "items": "people", "steps": []},
        {"id": "l", "kind": "for_each", "items": "{{ input.a }}", "as": "contact", "steps": []},
        {"id": "b", "kind": "branch", "branches": [{"steps": []}, {"steps": []}]},
        {"id": "t", "kind": "waterfall", "attempts": []},
        {"id": "t", "kind": "waterfall", "attempts": [{"result": {"winner": 1}}]},
        {"id": "t", "kind": "waterfall", "attempts": [{"cost": -1}]},
    ],
)
def test_what_the_schema_can_say_it_refuses_as_a_save_does(step: dict[str, Any]) -> None:
    assert problems(connector(step))
    assert not SCHEMA.is_valid(connector(step))


@pytest.mark.parametrize(
    "more",
    [
        {"field_mappings": [{"field": "shoe_size", "value": 1}]},
        {"field_mappings": [{"field": "data.1", "value": 1}]},
        {"field_mappings": [{"field": "email", "value": 1}] * 201},
        {"input_schema": {"type": "house"}},
        {"config": {"steps": [http(f"s{number}") for number in range(201)]}},
    ],
)
def test_and_so_it_does_for_the_whole(more: dict[str, Any]) -> None:
    whole = {**connector(http()), **more}
    assert problems(whole)
    assert not SCHEMA.is_valid(whole)
