"""Each filter, by example."""

from typing import Any

import pytest

from engine.model.expressions import ExpressionError, compile_value, fill


@pytest.mark.parametrize(
    ("value", "filters", "expected"),
    [
        ("Ada LOVELACE", "lower", "ada lovelace"),
        ("straße", "upper", "STRASSE"),
        ("ada o'brien-smith", "title", "Ada O'Brien-Smith"),
        ("it's ALL fine", "title", "It's All Fine"),
        ("  a b \n", "trim", "a b"),
        ("a-b-c", "replace('-', '+')", "a+b+c"),
        ("a,b,,c", "split(',')", ["a", "b", "", "c"]),
        ("Ada  King Lovelace", "split", ["Ada", "King", "Lovelace"]),
        ("Ada King", "split(' ') | last", "King"),
        (["a", None, 1, True], "join(', ')", "a, 1, true"),
        ([], "join(', ')", ""),
        ([3, 4], "first", 3),
        ([3, 4], "last", 4),
        ("abc", "first", "a"),
        ("abc", "length", 3),
        ([1, 2], "length", 2),
        ({"a": 1}, "length", 1),
        ([1, 1.0, True, "1", [1], [1], 1], "unique", [1, 1.0, True, "1", [1]]),
        ("1,250", "number", 1250),
        (" -2.50 ", "number", -2.5),
        ("1e3", "number", 1000.0),
        (".5", "number", 0.5),
        ("9007199254740993", "number", 9007199254740993),
        (7, "number", 7),
        ("12.9", "int", 12),
        ("12", "float", 12.0),
        (2.5, "round", 3),
        (-2.5, "round", -3),
        ("2.345", "round(2)", 2.35),
        (1.005, "round(2)", 1.01),
        (5, "round(2)", 5),
        ("Yes", "boolean", True),
        ("0", "boolean", False),
        (0, "boolean", False),
        (5, "string", "5"),
        ({"a": [None, "é"]}, "json", '{"a":[null,"é"]}'),
        (None, "json", "null"),
        ('{"a": [1]}', "parse_json", {"a": [1]}),
        ("2024-05-06T07:08:09Z", "date", "2024-05-06"),
        ("2024-05-06T07:08:09+02:00", "date('%d.%m.%Y %H:%M')", "06.05.2024 07:08"),
        (1714979289, "date('%Y-%m-%d')", "2024-05-06"),
        (1714979289000, "date", "2024-05-06"),
        ("1714979289", "date", "2024-05-06"),
        ("Mon, 06 May 2024 07:08:09 GMT", "date('%H:%M')", "07:08"),
        ("2024-05-06T07:08:09Z", "date('%s')", "1714979289"),
        ("+1 (415) 555-2671", "digits", "14155552671"),
        ("٣٤ 12", "digits", "12"),
        ("+47 41 23 45 67", "e164", "+4741234567"),
        ("(415) 555-2671", "e164", "+14155552671"),
        ("020 7946 0958", "e164('GB')", "+442079460958"),
        ("Crème Brûlée & Söhne!", "slug", "creme-brulee-sohne"),
        ("abcdef", "truncate(4)", "abcd"),
        ("abcdef", "truncate(4, '…')", "abc…"),
        ("abc", "truncate(4, '…')", "abc"),
        ("abc", "md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("abc", "sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("a:b", "base64", "YTpi"),
        ("a b/ä?", "urlencode", "a%20b%2F%C3%A4%3F"),
        ("A&B <'\"é\n\x1b\0>", "xml", "A&amp;B &lt;&#x27;&quot;é\n&gt;"),
        ({"a": "<"}, "xml", "{&quot;a&quot;:&quot;&lt;&quot;}"),
    ],
)
def test_a_filter_gives_what_its_name_says(value: Any, filters: str, expected: Any) -> None:
    found = fill(f"{{{{ value | {filters} }}}}", {"value": value})
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "filters"),
    [
        ("abc", "number"),
        ("1,2,3", "number"),
        ("", "number"),
        ("9" * 300, "number"),
        ("1e999", "number"),
        ([], "number"),
        ("maybe", "boolean"),
        ([], "first"),
        ("", "last"),
        (5, "length"),
        ("text", "join(', ')"),
        ("not a date", "date"),
        (1e300, "date"),
        ("12", "e164"),
        ("not a phone", "e164"),
        ("{", "parse_json"),
    ],
)
def test_a_filter_that_cannot_do_its_work_gives_no_value(value: Any, filters: str) -> None:
    values = {"value": value}
    with pytest.raises(ExpressionError):
        fill(f"{{{{ value | {filters} }}}}", values)
    assert fill(f"{{{{ value | {filters} | default('-') }}}}", values) == "-"
    assert compile_value(f"{{{{ value | {filters} }}}}", lenient=True)(values) is None


@pytest.mark.parametrize("name", ["upper", "digits", "md5", "number", "join", "length", "date"])
def test_null_goes_through_a_filter_untouched(name: str) -> None:
    assert fill(f"{{{{ value | {name} }}}}", {"value": None}) is None
