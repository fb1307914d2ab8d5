"""Reading values out of answers: the standard's own examples, and paths that mean harm."""

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.jsonpath import InvalidPath, check_path, compile_path, find

PERSON: dict[str, Any] = {
    "data": {
        "name": "Ada",
        "emails": [
            {"value": "ada@example.com", "type": "work", "score": 97},
            {"value": "ada@home.test", "type": "home", "score": 60},
        ],
        "odd key": {"@id": 1},
        "nothing": None,
    }
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.data.name", ["Ada"]),
        ("$['data']['odd key']['@id']", [1]),
        ("$.data.emails[*].value", ["ada@example.com", "ada@home.test"]),
        ("$.data.emails[-1].value", ["ada@home.test"]),
        ("$.data.emails[?@.type == 'home'].value", ["ada@home.test"]),
        ("$.data.emails[?@.score > 90 && @.type != 'home'].value", ["ada@example.com"]),
        ("$..score", [97, 60]),
        ("$.data.emails[0:1].score", [97]),
        ("$.data.emails[0]['value','type']", ["ada@example.com", "work"]),
        ("$.data.nothing", [None]),
        ("$.data.missing", []),
        ("$.data.emails[?search(@.value, 'home')].score", [60]),
        ("$.data.emails[?match(@.type, 'w.{3}')].score", [97]),
        ("$[?count(@.emails[*]) == 2].name", ["Ada"]),
        ("$.data[?length(@) == 3]", ["Ada"]),
        ("$", [PERSON]),
    ],
)
def test_a_path_finds_what_the_standard_says(path: str, found: list[Any]) -> None:
    assert find(path, PERSON) == found


def test_a_singular_query_gives_the_value_or_null_and_any_other_a_list() -> None:
    assert compile_path("$.data.name")(PERSON) == "Ada"
    assert compile_path("$.data.emails[1].score")(PERSON) == 60
    assert compile_path("$.data.missing.deeper")(PERSON) is None
    assert compile_path("$.data.emails[7]")(PERSON) is None
    assert compile_path("$.data.emails[-3]")(PERSON) is None
    assert compile_path("$.data.name.deeper")(PERSON) is None
    assert compile_path("$.data.emails[*].score")(PERSON) == [97, 60]
    assert compile_path("$.data.missing[*]")(PERSON) == []
    assert compile_path("$..nowhere")(PERSON) == []


def test_one_is_not_true_and_zero_is_not_false() -> None:
    assert find("$[?@ == 1]", [1, True, 1.0, "1"]) == [1, 1.0]
    assert find("$[?@ == false]", [0, False, None]) == [False]
    assert find("$[?@.a == $.b]", {"a": {"a": [1]}, "b": [True]}) == []


# The public compliance suite


def suite() -> list[dict[str, Any]]:
    """The suite is not part of this project; JSONPATH_CTS says where it is."""
    beside = Path(__file__).parents[4] / "shared" / "data" / "jsonpath-cts.json"
    file = Path(os.environ.get("JSONPATH_CTS", beside))
    if not file.is_file():
        return []
    tests: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["tests"]
    return tests


SUITE = suite()


def test_the_compliance_suite_is_at_hand() -> None:
    if not SUITE:
        pytest.skip("The RFC 9535 suite is not at hand. Name its file in JSONPATH_CTS.")
    assert len(SUITE) >= 703


@pytest.mark.parametrize("case", SUITE, ids=[case["name"] for case in SUITE])
def test_every_case_of_the_compliance_suite(case: dict[str, Any]) -> None:
    if case.get("invalid_selector"):
        with pytest.raises(InvalidPath):
            find(case["selector"], case.get("document"))
        return
    found = find(case["selector"], case["document"])
    assert found in case.get("results", [case.get("result")])


# Harm

DEEP: list[Any] = []
_inner = DEEP
for _ in range(90):
    _inner.append([])
    _inner.append([])
    _inner = _inner[0]


def deeper_than_python(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("$..*..*..*..*", DEEP),
        ("$" + "[0,0,0,0,0,0,0,0,0,0]" * 7, deeper_than_python(10)),
        ("$[*]", [0] * 20_000),
        ("$..*", {"a": [0] * 20_000}),
        ("$[?count($..*) > 1]", [[0] * 2_000] * 2_000),
        ("$[?@ == $[0]]", [[0] * 5_000] * 5_000),
        ("$[?$.a == $.b]", {"a": deeper_than_python(3_000), "b": deeper_than_python(3_000)}),
        ("$[?search(@, 'x.*y')]", ["x" * 200_000] * 1_000),
        ("$" + ".a" * 20_000, {}),
        ("$" + "[0]" * 20_000, []),
        ("$[?" + "(" * 2_000 + "@" + ")" * 2_000 + "]", []),
        ("$[?" + "!" * 2_000 + "@.a]", []),
        ("$[?@" + "[?@" * 600 + "]" * 601, []),
    ],
    ids=lambda value: repr(value)[:40] if isinstance(value, str) else "",
)
def test_a_hostile_path_stops_with_a_clean_error(path: str, document: Any) -> None:
    began = time.process_time()
    with pytest.raises(InvalidPath) as caught:
        find(path, document)
    assert caught.value.message
    assert time.process_time() - began < 10  # not a measurement: it would take hours


@pytest.mark.parametrize("levels", [10, 500, 50_000])
def test_a_deep_document_is_no_reason_to_fall_over(levels: int) -> None:
    document = deeper_than_python(levels)
    assert find("$[0][0]", document) == [document[0][0]]
    with suppress(InvalidPath):
        find("$..[?@ == 1]", document)


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|a)*b", "(a+)+b", "([a-z]+)*1"])
def test_no_pattern_hangs(pattern: str) -> None:
    assert find(f"$[?search(@, '{pattern}')]", ["a" * 50_000]) == []


def test_a_pattern_that_counts_to_ten_or_more_matches() -> None:
    assert find("$[?match(@, '[A-F0-9]{16}')]", ["A" * 16, "A" * 15]) == ["A" * 16]


def test_a_pattern_that_cannot_work_is_refused_rather_than_never_matching() -> None:
    with pytest.raises(InvalidPath):
        find("$[?match(@, '(?=a)')]", [])
    assert find("$[?match(@.text, @.pattern)]", [{"text": "a", "pattern": "(?=a)"}]) == []


@pytest.mark.parametrize(
    "path",
    [
        "",
        "data.name",
        "$.",
        "$[",
        "$data",
        " $",
        "$.a ",
        "@.a",
        "$[?]",
        "$.a[1.5]",
        "$\0",
        "$[?@.a==1e400]",
    ],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidPath):
        find(path, PERSON)


@pytest.mark.parametrize("path", [None, 5, b"$", ["$"]])
def test_what_is_no_text_is_no_path(path: Any) -> None:
    with pytest.raises(InvalidPath):
        find(path, PERSON)


@pytest.mark.parametrize(
    "path",
    [
        "$." + "a" * 520,
        "$..a..b..c",
        "$[?@..a && @..b && @..c]",
        "$[" + ",".join("0" * 17) + "]",
        "$[?@.a[?@.b]]",
        "$[?count(@[?@.b]) > 1]",
    ],
)
def test_a_definition_is_held_to_less_than_the_standard_allows(path: str) -> None:
    find(path, PERSON)
    with pytest.raises(InvalidPath):
        check_path(path)


parts = st.sampled_from(
    ["$", ".", "..", "*", "[", "]", "?", "@", "a", "'b'", "0", "-1", ":", ",", "(", ")", "==", "&&"]
)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=20,
)


@given(st.lists(parts, max_size=15).map(lambda some: "$" + "".join(some)), documents)
def test_random_paths_find_something_or_are_refused(path: str, document: Any) -> None:
    with suppress(InvalidPath):
        assert isinstance(find(path, document), list)
    with suppress(InvalidPath):
        compile_path(path)(document)


@given(st.text(st.characters(codec=None), max_size=60))
def test_random_text_is_a_path_or_is_refused(text: str) -> None:
    for path in (text, "$" + text, f"$['{text}']", f"$[?@ == '{text}']", f"$[?match(@, '{text}')]"):
        with suppress(InvalidPath):
            find(path, ["a", {"b": text}])
