"""The {{ }} language: what it fills in."""

from typing import Any

import pytest

from engine.model.expressions import ExpressionError, fill, names
from tests.engine.model.known import VALUES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("{{ contact.email }}", "ada@example.com"),
        ("{{contact.email}}", "ada@example.com"),
        ("{{ items[0].name }}", "one"),
        ("{{ items[-1].name }}", "two"),
        ("{{ items.0.name }}", "one"),
        ('{{ contact.data["odd key"] }}', "odd"),
        ("{{ contact.data.class }}", "first"),
        ("{{ 'text' }}", "text"),
        ("{{ -5 }}", -5),
        ("{{ 1.5 }}", 1.5),
        ("{{ true }}", True),
        ("{{ none }}", None),
        ("{{ null }}", None),
        ("{{ nope | default(null) }}", None),
        ("{{ '}}' }}", "}}"),
        ("{{ '{{' }}", "{{"),
        ("{{ contact.first_name | title | upper }}", "ADA"),
        ("{{\n contact.email\n}}", "ada@example.com"),
    ],
)
def test_a_path_a_literal_or_a_chain_of_filters_is_answered(text: str, expected: Any) -> None:
    assert fill(text, VALUES) == expected


@pytest.mark.parametrize("value", [0, False, None, 1.25, "", [], {}, [1, {"a": None}], {"a": [1]}])
def test_a_lone_expression_keeps_its_type(value: Any) -> None:
    found = fill("{{ value }}", {"value": value})
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "()"),
        (True, "(true)"),
        (False, "(false)"),
        (3, "(3)"),
        (2.5, "(2.5)"),
        ({"a": [1, "é"]}, '({"a":[1,"é"]})'),
    ],
)
def test_mixed_with_text_a_value_is_text(value: Any, text: str) -> None:
    assert fill("({{ value }})", {"value": value}) == text


def test_what_was_filled_in_is_never_filled_in_again() -> None:
    assert fill("{{ evil }}", VALUES) == VALUES["evil"]
    assert fill("a {{ evil }}", VALUES) == f"a {VALUES['evil']}"


@pytest.mark.parametrize("text", ["a\r\nb", "{{ n }}\r\n", "\r\n{{ n }}\rx", "{{ 'a\r\nb' }}"])
def test_line_ends_stay_as_they_were(text: str) -> None:
    filled = str(fill(text, VALUES))
    assert filled.count("\r") == text.count("\r")
    assert filled.count("\n") == text.count("\n")


@pytest.mark.parametrize("text", ["}}", "{ {", "a }} b", "100 %}", "#}", "{", "}", "{ {n} }", "$n"])
def test_text_that_only_looks_a_little_like_an_expression_is_text(text: str) -> None:
    assert fill(text, VALUES) == text


def test_a_key_of_the_data_comes_before_any_method_of_the_same_name() -> None:
    assert fill("{{ contact.data.items }}", VALUES) == "an own key"


def test_a_header_name_may_be_written_with_its_dashes() -> None:
    values = {"response": {"headers": {"retry-after": "5", "x": 1}}, "n": "headers.a-b"}
    assert fill("{{ response.headers.retry-after | number }}", values) == 5
    assert fill("{{ response.headers.x }} {{ 'headers.a-b' }}", values) == "1 headers.a-b"
    with pytest.raises(ExpressionError):
        fill("{{ response.headers.x - 1 }}", values)


def test_the_names_a_text_asks_for_are_told_in_order() -> None:
    text = "{{ contact.email | default(input.email) }} {{ steps.find.people[0]['odd key'] }}"
    assert [str(name) for name in names(text)] == [
        "contact.email",
        "input.email",
        'steps.find.people[0]["odd key"]',
    ]
    assert [name.optional for name in names(text)] == [True, False, False]
