"""A template on its own example: no key, no call, and the same engine."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.services.rehearsal import rehearse

SHIPPED = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parents[3] / "assets" / "templates").glob("*.json"))
}


def looking(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    call = {
        "id": "find",
        "kind": "http",
        "request": {"method": "GET", "url": "https://api.example.com/{{ contact.email }}"},
        "extract": {"city": "$.city"},
    }
    return {
        "config": {"version": 1, "steps": [call, *steps]},
        "input_schema": {},
        "field_mappings": [
            {"field": "city", "value": "{{ steps.find.city }}", "write": "if_empty"}
        ],
        "slots": [],
        "example_contact": {"email": "avery@example.com"},
        "example_responses": {"find": {"status": 200, "body": {"city": "Springfield"}}},
        **more,
    }


@pytest.mark.parametrize("name", SHIPPED)
async def test_every_shipped_template_finds_something_in_its_own_example(name: str) -> None:
    made = await rehearse(SHIPPED[name])
    assert (made.status, made.outcome) == ("success", "found"), made.sentence
    assert made.would_write


async def test_what_a_run_would_write_is_shown() -> None:
    made = await rehearse(looking())
    assert [(one["field"], one["after"]) for one in made.would_write] == [("city", "Springfield")]
    assert made.steps[0]["response"]["body"] == {"city": "Springfield"}


async def test_a_missing_example_is_named() -> None:
    made = await rehearse(looking(example_responses={}))
    assert made.status == "failed"
    assert "“Find”" in made.sentence


async def test_its_rules_decide_as_in_a_run() -> None:
    answer = {"find": {"status": 404, "body": {}}}
    assert (await rehearse(looking(example_responses=answer))).status == "failed"


@pytest.mark.parametrize("wait", [{"for_ms": 86_400_000}, {"until": "2999-01-01T00:00:00Z"}])
async def test_nobody_sits_through_a_wait(wait: dict[str, Any]) -> None:
    made = await rehearse(looking({"id": "later", "kind": "wait", **wait}))
    assert made.sentence


async def test_a_broken_template_says_what_is_broken() -> None:
    made = await rehearse(looking({"id": "x", "kind": "nonsense"}))
    assert (made.status, made.steps) == ("failed", [])
    odd = await rehearse(looking(example_contact={"shoe_size": 44}))
    assert "shoe_size" in odd.sentence
