"""What the {{ }} language refuses, and what it can never reach."""

import tracemalloc
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.model.expressions import ExpressionError, Name, fill
from engine.model.filters import FILTERS
from tests.engine.model.known import VALUES

HOSTILE = [
    # calls
    "{{ contact.email() }}",
    "{{ range(10) }}",
    "{{ contact.email.upper() }}",
    "{{ lipsum() }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ dict() }}",
    "{{ ''.format(1) }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ contact.data.items() }}",
    "{{ namespace(a=1) }}",
    # attributes of Python objects
    "{{ contact.__class__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ contact['__class__'] }}",
    "{{ contact.email.__len__ }}",
    "{{ [].__class__ }}",
    "{{ n.__class__.__base__.__subclasses__ }}",
    "{{ n.real }}",
    "{{ contact.email.encode }}",
    "{{ items.append }}",
    "{{ contact | attr('__class__') }}",
    "{{ items | map(attribute='name') }}",
    "{{ contact.keys }}",
    # statements and comments
    "{% for x in items %}{% endfor %}",
    "{% set x = 1 %}",
    "{%- if true -%}a{%- endif -%}",
    "{% include '/etc/passwd' %}",
    "{% raw %}{{ n }}{% endraw %}",
    "a {# comment #}",
    "{{ n }}{% import 'os' as os %}",
    "{% macro m() %}{% endmacro %}",
    # operators, tests and the like
    "{{ 1 + 1 }}",
    "{{ n * 10 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ n // 0 }}",
    "{{ n % 2 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ n == 42 }}",
    "{{ n > 1 }}",
    "{{ yes and yes }}",
    "{{ not yes }}",
    "{{ n in items }}",
    "{{ n is defined }}",
    "{{ 1 if yes else 2 }}",
    "{{ -n }}",
    "{{ +n }}",
    "{{- n }}",
    "{{ n -}}",
    "{{ [1, 2] }}",
    "{{ (1, 2) }}",
    "{{ n, n }}",
    "{{ {'a': 1} }}",
    "{{ items[0:1] }}",
    "{{ items[::2] }}",
    "{{ items[n] }}",
    "{{ items[contact.email] }}",
    "{{ items[true] }}",
    "{{ items[1.5] }}",
    "{{ items[none] }}",
    "{{ *items }}",
    "{{ n if }}",
    # malformed
    "{{",
    "{{ }}",
    "{{}}",
    "{{ n",
    "{{ n }",
    "{{ n } }",
    "{{ {{ n }} }}",
    "{{ n }} {{",
    "{{ . }}",
    "{{ n. }}",
    "{{ .n }}",
    "{{ n..x }}",
    "{{ n x }}",
    "{{ n | }}",
    "{{ | upper }}",
    "{{ n || upper }}",
    "{{ 'open }}",
    '{{ "open }}',
    "{{ items[ }}",
    "{{ items[] }}",
    "{{ n; n }}",
    "{{ n = 1 }}",
    "{{ @n }}",
    "{{ $n }}",
    "{{ n\\x }}",
    "{{ `n` }}",
    "{{ n! }}",
    "{{ lambda: 1 }}",
    "{{ 1n }}",
    # filters
    "{{ n | nope }}",
    "{{ n | upper(1) }}",
    "{{ n | default }}",
    "{{ n | default() }}",
    "{{ n | default(1, 2) }}",
    "{{ n | default(value=1) }}",
    "{{ n | default(*items) }}",
    "{{ n | default(**contact) }}",
    "{{ n | default(1 + 1) }}",
    "{{ n | default(range(3)) }}",
    "{{ n | default([1]) }}",
    "{{ evil | replace('a') }}",
    "{{ evil | replace('', 'x') }}",
    "{{ evil | replace(contact.email, 'x') }}",
    "{{ evil | truncate }}",
    "{{ evil | truncate('3') }}",
    "{{ evil | truncate(-1) }}",
    "{{ evil | truncate(1.5) }}",
    "{{ evil | truncate(99999999999) }}",
    "{{ n | round(-1) }}",
    "{{ n | round(1000) }}",
    "{{ items | join(1) }}",
    "{{ n | date('%1000000000d') }}",
    "{{ n | date('%E') }}",
    "{{ contact.email | e164('USA') }}",
    "{{ n | json(indent=1000000) }}",
    "{{ n.upper | upper }}",
    "{{ n | __class__ }}",
    "{{ n | a.b }}",
    # numbers and characters
    "{{ 99999999999999999999999999 }}",
    "{{ 1e999 }}",
    "{{ -1e999 }}",
    "{{ '\\ud800' }}",
    "{{ '\\x00' }}",
    "{{ '\\d' }}",
    "{{ '\\N{DASH}' }}",
    "{{ n\x00 }}",
    "{{ \ud800 }}",
    "{{ \x00 }}",
    "{{ n\u2028x }}",
    # sizes
    "x" * 65_537,
    "{{ n }}" * 201,
    "{{ n }}" * 100_000,
    "{{" * 100_000,
    "{{ " + "a" * 600 + " }}",
    "{{ n" + ".a" * 40 + " }}",
    "{{ n" + "[0]" * 100 + " }}",
    "{{ " + "(" * 300 + "n" + ")" * 300 + " }}",
    "{{ " + "-" * 480 + "1 }}",
    "{{ " + "not " * 120 + "n }}",
    "{{ n" + " | upper" * 11 + " }}",
    "{{ n" + " | upper" * 60 + " }}",
    "{{ " + "9" * 500 + " }}",
    "{{ '" + "a" * 600 + "' }}",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:48]))
def test_everything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        fill(text, VALUES)
    assert caught.value.message
    assert len(caught.value.message) < 2_000
    assert "hunter2" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{{ a }}" * 50, {"a": "x" * 100_000}),
        ("{{ a | replace('x', 'yyyyyyyyyyyyyyyyyyyyyyyyyyyy') }}", {"a": "x" * 100_000}),
        ("{{ a | join(', ') }}", {"a": ["x" * 1_000] * 5_000}),
        ("{{ a | join('" + "-" * 400 + "') }}", {"a": [1] * 100_000}),
        ("{{ a | split('x') }}", {"a": "x" * 100_000}),
        ("{{ a | json | json | json }}", {"a": '"' * 400_000}),
        ("{{ a | urlencode }}", {"a": "ä" * 400_000}),
        ("{{ a | base64 }}", {"a": "x" * 1_000_000}),
        ("{{ a | upper }}", {"a": "x" * 2_000_000}),
        ("{{ a }} ", {"a": 10**5_000}),
        ("{{ a }} ", {"a": float("nan")}),
        ("{{ a }} ", {"a": float("inf")}),
        ("{{ a | md5 }}", {"a": "\ud800"}),
        ("{{ a | json }}", {"a": "\ud800"}),
    ],
)
def test_no_value_makes_a_text_without_bounds(text: str, values: dict[str, Any]) -> None:
    tracemalloc.start()
    with pytest.raises(ExpressionError):
        fill(text, values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


def _ring() -> dict[str, Any]:
    ring: dict[str, Any] = {}
    ring["self"] = ring
    return ring


@pytest.mark.parametrize(
    "value", [object(), b"bytes", (1, 2), {1}, VALUES.get, Name(("a",)), ExpressionError("x")]
)
def test_only_plain_data_is_ever_given_out(value: Any) -> None:
    for text in ("{{ value }}", "a {{ value }}", "{{ value | json }}", "{{ holder }} "):
        with pytest.raises(ExpressionError):
            fill(text, {"value": value, "holder": {"inner": value}} if value != (1, 2) else {})


def test_data_that_contains_itself_cannot_be_written_out() -> None:
    with pytest.raises(ExpressionError):
        fill("a {{ ring }}", {"ring": _ring()})


@pytest.mark.parametrize("text", [None, 5, b"{{ n }}", ["{{ n }}"], {"a": 1}])
def test_what_is_no_text_is_refused(text: Any) -> None:
    with pytest.raises(ExpressionError):
        fill(text, VALUES)


def test_values_that_are_no_object_are_refused() -> None:
    with pytest.raises(ExpressionError):
        fill("{{ n }}", None)  # type: ignore[arg-type]


# By the thousand

pieces = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "|", ".", "[", "]", "(", ")", "'", '"', "\\", " ", "-"),
        *("n", "contact", "items", "default", "upper", "0", "1e9", "\r\n", "\0", "\ud800", "é"),
    ]
)


@given(st.lists(pieces, max_size=30).map("".join))
def test_random_pieces_of_the_language_are_answered_or_refused(text: str) -> None:
    with suppress(ExpressionError):
        fill(text, VALUES)


@given(st.text(st.characters(codec=None), max_size=200))
@example("\ud800{{ n }}")
def test_random_text_is_answered_or_refused(text: str) -> None:
    for source in (text, "{{" + text + "}}", "{{ n | " + text + " }}"):
        with suppress(ExpressionError):
            fill(source, VALUES)


@given(st.text(max_size=300).filter(lambda text: not {"{{", "{%", "{#"} & set(_pairs(text))))
def test_text_without_expressions_comes_back_as_it_is(text: str) -> None:
    assert fill(text, {}) == text


def _pairs(text: str) -> list[str]:
    return [text[place : place + 2] for place in range(len(text))]


plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(plain_data, st.sampled_from(sorted(FILTERS)))
def test_every_filter_takes_any_value(value: Any, name: str) -> None:
    args = {"default": "('x')", "replace": "('a', 'b')", "truncate": "(5)"}.get(name, "")
    for text in (f"{{{{ value | {name}{args} }}}}", f"a {{{{ value | {name}{args} }}}}"):
        with suppress(ExpressionError):
            fill(text, {"value": value})


@given(plain_data)
def test_a_lone_value_is_the_very_same_value(value: Any) -> None:
    assert fill("{{ value }}", {"value": value}) is value
