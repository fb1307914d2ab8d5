"""What would break a row or a page is made harmless where it comes in."""

import json
import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.poison import MAX_DEPTH, NotJson, clean_text, dumps, loads, sanitize


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": [1, 2.5, true, null, "\xc3\xa9"]}', {"a": [1, 2.5, True, None, "é"]}),
        (b'"a\\u0000b"', "a�b"),
        (b'{"a\\u0000": "\\u0000"}', {"a�": "�"}),
        (b'"\\\\u0000"', "\\u0000"),
        (b'"\\ud800"', "�"),
        (b'"\\udc00\\ud800"', "��"),
        (b'"\\ud83d\\ude00"', "😀"),
        (b"[1e5000, -1e5000, 1]", [None, None, 1]),
        (b"1e400", None),
        (b"\xef\xbb\xbf{}", {}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"9007199254740993", 9007199254740993),
        (b"18446744073709551615", 18446744073709551615),
        (
            b"[123456789012345678901234, -98765432109876543210]",
            ["123456789012345678901234", "-98765432109876543210"],
        ),
        (
            b'{"00000000000000000000": 0.12345678901234567890123}',
            {"00000000000000000000": 0.12345678901234568},
        ),
        ("[1]", [1]),
    ],
)
def test_strange_json_is_read(raw: bytes | str, value: Any) -> None:
    assert loads(raw) == value


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"NaN", b"[Infinity]", b"-Infinity", b"{'a': 1}", b"\xff", b"[1,]", b"01", b"x"],
)
def test_what_is_no_json_is_told_apart(raw: bytes) -> None:
    with pytest.raises(NotJson):
        loads(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 65 + b"]" * 65,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b"[" * 5_000 + b"]" * 5_000,
        b"[" * 200_000 + b"]" * 200_000,
        b"[" * 200_000,
    ],
)
def test_json_that_is_too_deep_is_refused(raw: bytes) -> None:
    with pytest.raises(NotJson):
        loads(raw)


def test_json_as_deep_as_allowed_is_read() -> None:
    assert loads(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) is not None
    wide = b"[" + b",".join([b"[[],{}]"] * 1_000) + b"]"
    assert len(loads(wide)) == 1_000
    brackets_in_text = b'["' + b"[{" * 500 + b'"]'
    assert loads(brackets_in_text) == ["[{" * 500]


def test_a_number_with_thousands_of_digits_cannot_come_back_as_an_error() -> None:
    value = loads(b'["\\ud800", ' + b"9" * 5_000 + b"]")
    assert json.loads(dumps(value)) == value


def test_whole_numbers_too_long_for_any_column_keep_their_digits_as_text() -> None:
    assert sanitize(2**70) == str(2**70)
    assert sanitize(2**64 - 1) == 2**64 - 1
    assert sanitize(10**5_000) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_without_an_end_become_null(value: float) -> None:
    assert sanitize([value]) == [None]


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", (1,)])
def test_what_is_no_plain_data_is_refused(value: Any) -> None:
    with pytest.raises(NotJson):
        sanitize({"a": value})


def test_harmless_text_is_the_very_same_text() -> None:
    text = "harmless"
    assert clean_text(text) is text


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec=None), max_size=3), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(anything)
def test_whatever_was_cleaned_can_be_stored_and_read_back(value: Any) -> None:
    clean = sanitize(value)
    raw = dumps(clean)
    assert b"\\u0000" not in raw.replace(b"\\\\", b"")
    assert orjson.loads(raw) == clean
    assert sanitize(clean) == clean


@given(st.binary(max_size=100))
def test_any_bytes_are_json_or_not(raw: bytes) -> None:
    try:
        dumps(loads(raw))
    except NotJson:
        return


@given(anything)
def test_what_python_writes_as_json_is_read(value: Any) -> None:
    raw = json.dumps(value)
    if any(word in raw for word in ("NaN", "Infinity")):
        return
    dumps(loads(raw))
