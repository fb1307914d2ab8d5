"""Copied steps: with ids of their own, and never with a key."""

import json

import pytest

from components.copies import packed, twin, unpacked
from components.draft import Draft, blank


def test_a_copied_frame_gets_new_ids_inside_and_keeps_its_own_references() -> None:
    draft = Draft(blank("Copies"))
    draft.add("root", 0, "for_each")
    draft.add("for_each_1/steps", 0, "http")
    draft.set("for_each_1", ("result",), {"mail": "{{ steps.http_1.mail }}"})
    again = draft.insert("root", 1, unpacked(packed(draft.find("for_each_1") or {})) or {})
    assert again == "for_each_1_2"
    copied = draft.find(again) or {}
    assert copied["steps"][0]["id"] == "http_1_2"
    assert copied["result"] == {"mail": "{{ steps.http_1_2.mail }}"}


def test_ids_stay_where_nobody_has_them() -> None:
    assert twin({"id": "find", "kind": "http"}, set())["id"] == "find"


def test_the_clipboard_holds_no_key() -> None:
    step = {
        "id": "a",
        "kind": "http",
        "request": {
            "url": "https://api.example.com",
            "headers": {"X-Api-Key": "s3cret", "Accept": "text/plain"},
            "query": {"api_key": "s3cret", "token": "{{ input.token }}"},
        },
    }
    text = packed(step)
    assert "s3cret" not in text
    assert json.loads(text)["step"]["request"]["headers"]["Accept"] == "text/plain"
    assert "{{ input.token }}" in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "curl https://example.com",
        "[1]",
        '{"connector-console/step": 1, "step": {"id": "a", "kind": "unheard of"}}',
        '{"connector-console/step": 1, "step": {"id": "a", "kind": "branch", "branches": 3}}',
    ],
)
def test_other_texts_are_no_steps(text: str) -> None:
    assert unpacked(text) is None
