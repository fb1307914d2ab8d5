"""Moving a step by keys, also into frames and out of them."""

import pytest

from components.draft import Draft, blank
from components.moves import near


def a_draft() -> Draft:
    """set_1 · branch_1 (a set_2, set_3 · b nothing) · set_4"""
    draft = Draft(blank("Moves"))
    draft.add("root", 0, "set")
    draft.add("root", 1, "branch")
    draft.add("branch_1/branches/0", 0, "set")
    draft.add("branch_1/branches/0", 1, "set")
    draft.add("root", 2, "set")
    return draft


@pytest.mark.parametrize(
    ("step", "way", "list_id", "index"),
    [
        ("set_1", "down", "root", 1),
        ("set_2", "down", "branch_1/branches/0", 1),
        ("set_2", "up", "root", 1),
        ("set_3", "down", "root", 2),
        ("set_3", "right", "branch_1/branches/1", 0),
        ("set_2", "left", "root", 1),
        ("set_1", "right", "branch_1/branches/0", 0),
        ("set_4", "right", "branch_1/branches/0", 2),
    ],
)
def test_a_key_moves_a_step(step: str, way: str, list_id: str, index: int) -> None:
    draft = a_draft()
    assert draft.shift(step, way)
    place = draft.place(step)
    assert place is not None
    assert (place.list_id, place.index) == (list_id, index)


@pytest.mark.parametrize(("step", "way"), [("set_1", "up"), ("set_4", "down"), ("set_1", "left")])
def test_at_the_edge_nothing_moves(step: str, way: str) -> None:
    assert not a_draft().shift(step, way)


def test_where_a_step_went_the_one_before_it_is_looked_at() -> None:
    before = ["one", "two", "three"]
    assert near("two", before, before) == "two"
    assert near("two", before, ["one", "three"]) == "one"
    assert near("one", before, ["two", "three"]) == "two"
    assert near("four", before, before) == "one"
    assert near("one", ["one"], []) == ""
