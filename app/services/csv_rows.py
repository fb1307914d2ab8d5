"""Cuts CSV text into rows so that one broken row does not swallow those after it."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TextIO

LONGEST_LINE: Final = 1_000_000
LONGEST_CELL: Final = 100_000
MOST_LINES: Final = 200  # of one row: a cell may hold line breaks, but not a whole file

csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be read; those after it can."""

    message: str


def rows(text: TextIO, delimiter: str) -> Iterator[list[str] | Broken]:
    """A quote that is never closed breaks its own line only: the next line is read afresh."""
    lines = _Lines(text)
    while (line := lines.next()) is not None:
        row = _parse(line, delimiter)
        yield row if row is not None else _across_lines(line, lines, delimiter)


def _across_lines(first: str, lines: "_Lines", delimiter: str) -> list[str] | Broken:
    """A cell may go over several lines; whether it does shows where its quotes are even again."""
    taken: list[str] = []
    odd = first.count('"') % 2 == 1
    while len(taken) < MOST_LINES and (line := lines.next()) is not None:
        taken.append(line)
        odd ^= line.count('"') % 2 == 1
        if not odd:
            row = _parse(first + "".join(taken), delimiter)
            if row is not None:
                return row
            break
    lines.put_back(taken)
    return Broken("This row cannot be read: check its quotation marks.")


def _parse(text: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    except StopIteration:
        return []


class _Lines:
    """Lines that can be given back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._waiting: deque[str] = deque()

    def next(self) -> str | None:
        if self._waiting:
            return self._waiting.popleft()
        return self._text.readline(LONGEST_LINE) or None

    def put_back(self, lines: list[str]) -> None:
        self._waiting.extendleft(reversed(lines))
