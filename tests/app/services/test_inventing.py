"""Invented examples: of the same shape as a real answer, and nobody's."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from app.services.inventing import answer_like, contact_for
from app.services.rehearsal import rehearse
from engine.model.answer_shape import differences, shape

SHIPPED = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parents[3] / "assets" / "templates").glob("*.json"))
}
REAL = {
    "status": 200,
    "headers": {"x-request-id": "8d1c"},
    "body": {
        "person": {"fullName": "Ada Lovelace", "age": 36, "score": 0.93, "ok": True, "gone": None},
        "emails": [{"type": "work", "value": f"ada{n}@acme.test"} for n in range(9)],
        "phones": ["+49 30 1234567"],
        "urls": ["https://acme.test/ada?token=1"],
        "born": "1815-12-10",
        "seen": "2026-11-22T03:00:00.123Z",
        "id": "4f0c1c60-3f2e-4f0a-9d1b-0a7d4b4f8f11",
        "note": "Met her in Bergen, prefers tea",
        "by_address": {"ada@acme.test": {"ok": True}, "1234567": {"ok": True}},
    },
}
PARTS = {"steps": [{"extract": {"work": "$.emails[?@.type == 'work'].value"}}]}


def test_no_value_of_an_answer_survives_unless_the_connector_says_it_itself() -> None:
    made = json.dumps(answer_like(REAL, PARTS))
    for private in ("Ada", "Lovelace", "acme.test", "1815", "Bergen", "4f0c", "1234567", "8d1c"):
        assert private not in made
    assert '"type": "work"' in made


def test_shape_and_types_stay() -> None:
    body = answer_like(REAL, PARTS)["body"]
    assert differences(shape(REAL["body"]), shape(body)) == []
    assert (body["person"]["ok"], body["person"]["gone"]) == (True, None)
    assert len(body["emails"]) == 2


@pytest.mark.parametrize("name", SHIPPED)
async def test_what_was_invented_still_finds_something(name: str) -> None:
    template = copy.deepcopy(SHIPPED[name])
    parts = {key: template[key] for key in ("config", "field_mappings")}
    template["example_responses"] = {
        step: answer_like(answer, parts) for step, answer in template["example_responses"].items()
    }
    made = await rehearse(template)
    assert made.status == "success", made.sentence


@pytest.mark.parametrize(
    ("parts", "contact"),
    [
        ({"url": "{{ contact.email }}"}, {"email": "avery@example.com"}),
        ({"a": "{{ contact.city | upper }}"}, {"city": "Springfield"}),
        ({"a": ["{{ contact.data.plan }}"]}, {"data": {"plan": "example"}}),
        ({"a": "{{ contact.id }}"}, {"email": "avery@example.com"}),
    ],
)
def test_the_invented_contact_has_what_is_asked_for(parts: Any, contact: dict[str, Any]) -> None:
    assert contact_for(parts) == contact
