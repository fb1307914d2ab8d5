"""What two people did at once becomes one draft, unless they did two things to one."""

import copy
from typing import Any

from components.merging import merged

Document = dict[str, Any]


def a_set(step_id: str, **values: str) -> dict[str, Any]:
    return {"id": step_id, "name": step_id, "kind": "set", "values": values}


BASE: Document = {
    "name": "People",
    "steps": [
        a_set("one", city="Bergen"),
        {
            "id": "way",
            "kind": "branch",
            "branches": [{"name": "Yes", "steps": [a_set("in")]}, {"name": "No", "steps": []}],
        },
        a_set("two"),
    ],
    "field_mappings": [{"field": "city", "value": "x", "write": "overwrite"}],
}


def changed(**ways: Any) -> Document:
    document = copy.deepcopy(BASE)
    for name, change in ways.items():
        change(document) if callable(change) else document.update({name: change})
    return document


def ids(document: Document | None) -> list[str]:
    assert document is not None
    return [step["id"] for step in document["steps"]]


def test_changes_of_different_steps_are_both_kept() -> None:
    mine = changed(edit=lambda d: d["steps"][0]["values"].update(city="Oslo"))
    theirs = changed(edit=lambda d: d["steps"][2].update(name="Second"), name="Persons")
    both = merged(BASE, mine, theirs)
    assert both is not None
    assert both["steps"][0]["values"] == {"city": "Oslo"}
    assert both["steps"][2]["name"] == "Second"
    assert both["name"] == "Persons"


def test_two_changes_of_one_step_are_for_people_to_choose() -> None:
    mine = changed(edit=lambda d: d["steps"][0]["values"].update(city="Oslo"))
    theirs = changed(edit=lambda d: d["steps"][0].update(name="First"))
    assert merged(BASE, mine, theirs) is None


def test_what_one_deleted_and_the_other_changed_is_for_people_to_choose() -> None:
    mine = changed(edit=lambda d: d["steps"].pop(0))
    theirs = changed(edit=lambda d: d["steps"][0].update(name="First"))
    assert merged(BASE, mine, theirs) is None


def test_steps_that_both_added_stand_behind_their_neighbours() -> None:
    mine = changed(edit=lambda d: d["steps"].insert(1, a_set("mine")))
    theirs = changed(edit=lambda d: d["steps"].append(a_set("theirs")))
    assert ids(merged(BASE, mine, theirs)) == ["one", "mine", "way", "two", "theirs"]


def test_new_steps_with_the_same_id_become_two_and_keep_their_readers() -> None:
    mine = changed(
        edit=lambda d: d["steps"].extend(
            [a_set("set_1", a="1"), a_set("set_2", b="{{ steps.set_1.a }}")]
        )
    )
    theirs = changed(edit=lambda d: d["steps"].insert(0, a_set("set_1", z="9")))
    both = merged(BASE, mine, theirs)
    assert ids(both) == ["set_1", "one", "way", "two", "set_1_2", "set_2"]
    assert both is not None
    assert both["steps"][-1]["values"] == {"b": "{{ steps.set_1_2.a }}"}


def test_what_is_inside_a_branch_may_come_from_both() -> None:
    mine = changed(edit=lambda d: d["steps"][1]["branches"][0]["steps"].append(a_set("mine")))
    theirs = changed(edit=lambda d: d["steps"][1]["branches"][1]["steps"].append(a_set("theirs")))
    both = merged(BASE, mine, theirs)
    assert both is not None
    yes, no = both["steps"][1]["branches"]
    assert [step["id"] for step in yes["steps"]] == ["in", "mine"]
    assert [step["id"] for step in no["steps"]] == ["theirs"]


def test_one_may_move_what_the_other_adds_to() -> None:
    mine = changed(edit=lambda d: d["steps"].reverse())
    theirs = changed(edit=lambda d: d["steps"].insert(1, a_set("theirs")))
    assert ids(merged(BASE, mine, theirs)) == ["two", "way", "one", "theirs"]


def test_two_new_orders_are_for_people_to_choose() -> None:
    mine = changed(edit=lambda d: d["steps"].reverse())
    theirs = changed(edit=lambda d: d["steps"].append(d["steps"].pop(0)))
    assert merged(BASE, mine, theirs) is None


def test_mappings_of_different_fields_are_both_kept() -> None:
    mine = changed(edit=lambda d: d["field_mappings"].append({"field": "phone", "value": "p"}))
    theirs = changed(edit=lambda d: d["field_mappings"].append({"field": "company", "value": "c"}))
    both = merged(BASE, mine, theirs)
    assert both is not None
    assert [one["field"] for one in both["field_mappings"]] == ["city", "phone", "company"]
