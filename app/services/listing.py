"""A list in slices, newest first: as many rows as asked for, and where to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    items: Sequence[Row]
    more: bool


def cut(rows: Sequence[Row], limit: int) -> Slice[Row]:
    """A question fetches one row more than asked for, which tells whether there is more."""
    return Slice(rows[:limit], len(rows) > limit)
