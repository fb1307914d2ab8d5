"""Words of the sharing page, and what its ticks take out."""

from typing import Any

import pytest

from app.pages.sharing.places import anchor, in_words
from app.pages.sharing.what import _forget_notes, _notes

SAID: dict[str, Any] = {
    "config": {
        "steps": [
            {"id": "find", "name": "Find", "notes": "Ask twice."},
            {
                "id": "way",
                "branches": [{"steps": [{"id": "in", "name": "Inside", "notes": "Call Bob."}]}],
            },
        ]
    },
    "slots": [{"title": "Hunter", "service_name": "hunter"}],
}


@pytest.mark.parametrize(
    ("path", "words", "part"),
    [
        ("name", "Name", "about"),
        ("tags[0]", "Tags: 0", "about"),
        ("config.steps[0].request.headers.X-Key", "Step “Find”: headers › X-Key", "what"),
        ("config.steps[7].name", "Step “”: name", "what"),
        ("slots[0].fields[0].help", "Key for Hunter: help", "slots-0"),
        ("slots[3].auth", "Key for : auth", "slots-3"),
        ("slots", "Keys it asks for", "slots"),
        ("example_responses.find.body", "Example answer: find › body", "examples"),
        ("steps.find", "Step “find”", "about"),
        ("odd", "odd", "about"),
    ],
)
def test_a_place_is_said_in_words_and_found_on_the_page(path: str, words: str, part: str) -> None:
    assert in_words(path, SAID) == words
    assert anchor(path) == part


def test_notes_are_shown_with_their_steps_and_can_stay_at_home() -> None:
    assert _notes(SAID["config"]["steps"]) == [("Find", "Ask twice."), ("Inside", "Call Bob.")]
    config = {"steps": [{"id": "a", "notes": "x", "branches": [{"steps": [{"notes": "y"}]}]}]}
    _forget_notes(config)
    assert config == {"steps": [{"id": "a", "branches": [{"steps": [{}]}]}]}
