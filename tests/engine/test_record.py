"""Values that nobody changes."""

import pytest

from engine.record import record


@record
class Place:
    city: str
    country: str = "NO"


@record(eq=False)
class Turn:
    number: int


def test_records_of_the_same_values_are_the_same():
    assert Place("Bergen") == Place("Bergen", "NO") != Place("Bergen", "DE")
    assert len({Place("Bergen"), Place("Bergen")}) == 1


def test_a_record_may_be_told_apart_by_itself_alone():
    assert Turn(1) != Turn(1)
    assert len({Turn(1), Turn(1)}) == 2


def test_a_record_holds_nothing_but_what_it_names():
    with pytest.raises(AttributeError):
        Place("Bergen").street = "Strandgaten"  # type: ignore[attr-defined]
