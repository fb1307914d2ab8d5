"""What a service said, in its own words, wherever its answer hides them."""

import pytest

from components.run_step import what_it_said


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Gone fishing.", "Gone fishing."),
        (
            {"error": {"code": 7, "message": "Invalid API key provided."}},
            "Invalid API key provided.",
        ),
        ({"errors": [], "detail": "No credits left."}, "No credits left."),
        ({"error": [{"message": "First."}, {"message": "Second."}]}, "First."),
        ({"message": None, "title": "Unprocessable"}, "Unprocessable"),
        ({"ok": False}, '{"ok": false}'),
        (None, ""),
    ],
)
def test_it_is_found_in_the_answer(body: object, words: str) -> None:
    assert what_it_said({"response": {"status": 400, "body": body}}) == words


def test_a_step_without_an_answer_said_nothing() -> None:
    assert what_it_said({"response": None}) == ""
