"""Conditions read like a part of a sentence."""

from typing import Any

import pytest

from components.conditions import in_words

MAIL = {"left": "{{ contact.email }}", "op": "is_not_empty"}
CITY = {"left": "{{ steps.find.home_city | lower }}", "op": "equals", "right": "oslo"}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (MAIL, "e-mail has a value"),
        (CITY, "home city is “oslo”"),
        ({"all": [MAIL, CITY]}, "e-mail has a value and home city is “oslo”"),
        ({"any": [CITY, {"not": MAIL}]}, "home city is “oslo” or not: e-mail has a value"),
        (
            {"all": [{"any": [MAIL, CITY]}, MAIL]},
            "(e-mail has a value or home city is “oslo”) and e-mail has a value",
        ),
        ({"not": {"all": [MAIL, CITY]}}, "not: (e-mail has a value and home city is “oslo”)"),
        ({"all": [{"any": [MAIL]}, CITY]}, "e-mail has a value and home city is “oslo”"),
        ({"left": "{{ a.b }}", "op": "in", "right": ["x", "y"]}, "b is one of “x”, “y”"),
        ({"left": "{{ a.b }}", "op": "less_than", "right": "{{ c.d }}"}, "b is less than d"),
        ({"left": "", "op": "is_empty"}, ""),
        (None, ""),
    ],
)
def test_a_condition_is_said_in_words(condition: Any, words: str) -> None:
    assert in_words(condition) == words
