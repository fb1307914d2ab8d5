"""JSON and YAML that somebody hands in: read where they are plain, refused where they are traps."""

import pytest

from engine.model.documents import NotADocument, read_document


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"a": [1, null, true]}', {"a": [1, None, True]}),
        ("a: [1, null, true]", {"a": [1, None, True]}),
        ("200: on\nno: '1'\n1.5: 2024-01-31", {"200": "on", "no": "1", "1.5": "2024-01-31"}),
        (
            "a: 1.50\nb: -3\nc: 0x1f\nd: |\n  two\n  lines\n",
            {"a": 1.5, "b": -3, "c": "0x1f", "d": "two\nlines\n"},
        ),
        ("{a: 1, b: [x, y,],}", {"a": 1, "b": ["x", "y"]}),
        ("a: &one {b: 1}\nc: *one", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &one {b: 1}\nc:\n  <<: *one", {"a": {"b": 1}, "c": {"<<": {"b": 1}}}),
        ("\ufeff{}", {}),
    ],
)
def test_plain_values_are_read(text, read):
    assert read_document(text) == read


LAUGHS = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LAUGHS, "more than a million values"),
        ("a: &a [*a]", "in a circle"),
        ("a: *nowhere", "or nowhere"),
        ("[" * 200 + "]" * 200, "deeper than"),
        ('{"a":' * 200 + "1" + "}" * 200, "deeper than"),
        ("- " * 200 + "x", "deeper than"),
        ("a: !!python/object/apply:os.system ['true']", "more than plain values"),
        ("a: !include other.yaml", "more than plain values"),
        ("? [a]\n: 1", "no text"),
        ("a: 1\n---\nb: 2", "several documents"),
        ("a: 'open", "neither JSON nor YAML"),
        ('{"a": 1', "neither JSON nor YAML"),
        ("x" * 8_000_001, "longer than 8 million"),
    ],
)
def test_a_trap_is_refused_with_a_reason(text, said):
    with pytest.raises(NotADocument, match=said):
        read_document(text)


def test_the_place_of_a_mistake_is_told():
    with pytest.raises(NotADocument) as refused:
        read_document("a: 1\nb: [1, 2\nc: 3")
    assert "line" in refused.value.hint.lower()
