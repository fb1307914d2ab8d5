"""Names nobody knows, and values that are not there."""

from typing import Any

import pytest

from engine.model.expressions import ExpressionError, fill
from tests.engine.model.known import VALUES


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("{{ contct.email }}", ["contact", "items"]),
        ("{{ contact.emial }}", ["email", "phone", "first_name", "data"]),
        ("x {{ contact.data.nothing }}", ["odd key", "class"]),
    ],
)
def test_an_unknown_name_is_an_error_that_lists_the_known_names(
    text: str, known: list[str]
) -> None:
    with pytest.raises(ExpressionError) as caught:
        fill(text, VALUES)
    assert all(name in str(caught.value) for name in known)


def test_an_error_never_shows_a_value() -> None:
    with pytest.raises(ExpressionError) as caught:
        fill("{{ secret.inner }} {{ nope }}", VALUES)
    told = caught.value.message + caught.value.hint
    assert "hunter2" not in told
    with pytest.raises(ExpressionError) as caught:
        fill("{{ nope }}", VALUES)
    told = caught.value.message + caught.value.hint
    assert "hunter2" not in told
    assert "secret" in told  # the name is no secret


def test_an_unknown_name_comes_with_the_one_that_was_probably_meant() -> None:
    with pytest.raises(ExpressionError) as caught:
        fill("{{ contact.emial }}", VALUES)
    assert caught.value.hint == "Did you mean “email”?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ nope | default('x') }}", "x"),
        ("{{ contact.nope | default('x') }}", "x"),
        ("{{ contact.phone | default('x') }}", "x"),
        ("{{ contact.phone.country | default('x') }}", "x"),
        ("{{ contact.phone | default(contact.email) }}", "ada@example.com"),
        ("{{ contact.phone | digits | default('x') }}", "x"),
        ("{{ nope | default(nope_too) | default(7) }}", 7),
        ("{{ contact.email | default('x') }}", "ada@example.com"),
        ("{{ '' | default('x') }}", ""),
        ("{{ yes | default(false) }}", True),
        ("({{ nope | default(none) }})", "()"),
    ],
)
def test_a_default_stands_in_for_what_is_missing_or_null(text: str, expected: Any) -> None:
    assert fill(text, VALUES) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{{ nope | default(nope_too) }}",
        "{{ contact.phone.x }}",
        "{{ items[9] }}",
        "{{ items[-3] }}",
        "{{ n.x }}",
    ],
)
def test_a_member_missing_below_is_an_error_in_text(text: str) -> None:
    with pytest.raises(ExpressionError):
        fill(text, VALUES)


def test_null_is_nothing_inside_text() -> None:
    assert fill("[{{ contact.phone }}]", VALUES) == "[]"
