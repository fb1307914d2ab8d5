"""Cutting CSV text into rows: one broken row takes no other along."""

import io

import pytest

from app.services.csv_rows import Broken, rows


def cut(text: str) -> list[list[str] | None]:
    """None for a broken row."""
    found = rows(io.StringIO(text, newline=""), ",")
    return [None if isinstance(row, Broken) else row for row in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
        ('"a\nb",c\n', [["a\nb", "c"]]),
        ('"say ""hi""",c\n', [['say "hi"', "c"]]),
        ('5" pipe,c\nd,e\n', [['5" pipe', "c"], ["d", "e"]]),
        ('"open,1\n2,3\n4,5\n', [None, ["2", "3"], ["4", "5"]]),
        ('"open,1\n2,3\n"also open,4\n5,6\n', [None, ["2", "3"], None, ["5", "6"]]),
        ('"closed"x,1\n2,3\n', [None, ["2", "3"]]),
        ('"a\n\nb"\n\nc', [["a\n\nb"], [], ["c"]]),
        ("a\u2028b,c\n", [["a\u2028b", "c"]]),
        ("", []),
    ],
)
def test_rows_are_cut_as_they_were_meant(text: str, expected: list[list[str] | None]) -> None:
    assert cut(text) == expected


def test_a_file_of_open_quotes_is_read_to_its_end() -> None:
    assert cut('"x\n' * 4001)[-1] is None
