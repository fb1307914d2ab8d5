"""What the column of `steps_executed` keeps of an answer."""

import pytest

from db.entries import entry_told, kept, told


def entry(body: object) -> dict:
    return {"id": "find", "response": {"status": 200, "body": body, "truncated": False}}


@pytest.mark.parametrize("body", [{"zebra": 1, "ape": [1.0, {"b": None, "a": 2}]}, [], {}])
def test_an_answer_comes_back_member_for_member(body):
    (one,) = kept([entry(body)])
    assert type(one["response"]["body_as_text"]) is str
    assert str(told([one])[0]["response"]["body"]) == str(body)


@pytest.mark.parametrize("body", [None, "Not found", "{}", 7, True])
def test_what_has_no_members_stays_what_it_is(body):
    assert kept([entry(body)]) == [entry(body)]
    assert entry_told(entry(body)) == entry(body)


def test_entries_of_earlier_versions_and_of_other_kinds_are_told_as_they_are():
    others = [entry({"ape": 1}), {"id": "note", "response": None}, {"id": "bare"}]
    assert told(others) == others
    assert kept(others[1:]) == others[1:]
    assert kept(None) is None


def test_nothing_is_taken_from_the_entry_that_is_kept():
    one = entry({"ape": 1})
    kept([one])
    assert one == entry({"ape": 1})
