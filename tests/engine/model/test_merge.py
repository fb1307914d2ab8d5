"""Two changed copies of one connector: what only one changed is taken, the rest is asked."""

from engine.model.merge import GONE, Conflict, differences, merge


def step(id_: str, **more) -> dict:
    return {
        "id": id_,
        "kind": "http",
        "request": {"method": "GET", "url": f"https://{id_}"},
        **more,
    }


BASE = {"steps": [step("one"), step("two")], "field_mappings": [{"field": "city", "value": "a"}]}


def changed(path: str, value, document=None) -> dict:
    """The document, with one member of step one changed."""
    whole = document or BASE
    first = {**whole["steps"][0], path: value}
    return {**whole, "steps": [first, *whole["steps"][1:]]}


def test_what_only_one_side_changed_is_taken():
    assert merge(BASE, BASE, changed("name", "New")).value == changed("name", "New")
    assert merge(BASE, changed("name", "Mine"), BASE).value == changed("name", "Mine")


def test_changes_of_both_in_one_step_come_together():
    both = merge(BASE, changed("name", "Mine"), changed("omit_empty", False))
    assert both.value == changed("omit_empty", False, changed("name", "Mine"))
    assert both.conflicts == []


def test_steps_added_on_both_sides_stay_where_they_were_put():
    mine = {**BASE, "steps": [step("one"), step("mine"), step("two")]}
    theirs = {**BASE, "steps": [step("zero"), step("one"), step("two"), step("three")]}
    ids = [one["id"] for one in merge(BASE, mine, theirs).value["steps"]]
    assert ids == ["zero", "one", "mine", "two", "three"]


def test_an_order_of_ones_own_stays():
    mine = {**BASE, "steps": [step("two"), step("one")]}
    theirs = {**BASE, "steps": [step("one"), step("two"), step("three")]}
    ids = [one["id"] for one in merge(BASE, mine, theirs).value["steps"]]
    assert ids == ["two", "three", "one"]


def test_what_both_changed_differently_is_a_conflict_for_a_person():
    mine, theirs = changed("name", "Mine"), changed("name", "Theirs")
    open_ = merge(BASE, mine, theirs)
    assert open_.conflicts == [Conflict("steps[one].name", GONE, "Mine", "Theirs")]
    assert open_.value == mine
    settled = merge(BASE, mine, theirs, {"steps[one].name": "theirs"})
    assert (settled.value, settled.conflicts) == (theirs, [])
    assert merge(BASE, mine, theirs, {"steps[one].name": "mine"}).value == mine


def test_the_same_change_on_both_sides_is_none():
    assert merge(BASE, changed("name", "A"), changed("name", "A")).conflicts == []


def test_a_step_one_removed_and_the_other_changed_is_a_conflict():
    mine = {**BASE, "steps": [step("two")]}
    found = merge(BASE, mine, changed("name", "New"))
    assert [one.path for one in found.conflicts] == ["steps[one]"]
    back = merge(BASE, mine, changed("name", "New"), {"steps[one]": "theirs"})
    assert [one["id"] for one in back.value["steps"]] == ["one", "two"]


def test_a_step_that_became_another_kind_is_not_mixed_with_the_old_one():
    mine = {**BASE, "steps": [{"id": "one", "kind": "set", "values": {}}, step("two")]}
    found = merge(BASE, mine, changed("omit_empty", False))
    assert [one.path for one in found.conflicts] == ["steps[one]"]


def test_choices_for_what_is_no_conflict_are_named():
    assert merge(BASE, BASE, BASE, {"steps[nine]": "mine"}).unknown == ["steps[nine]"]


def test_mappings_are_told_apart_by_their_field():
    mine = {**BASE, "field_mappings": [*BASE["field_mappings"], {"field": "phone", "value": "b"}]}
    theirs = {**BASE, "field_mappings": [{"field": "city", "value": "c"}]}
    assert merge(BASE, mine, theirs).value["field_mappings"] == [
        {"field": "city", "value": "c"},
        {"field": "phone", "value": "b"},
    ]


def test_true_is_not_one():
    assert merge({"a": True}, {"a": True}, {"a": 1}).value == {"a": 1}
    assert merge({"a": 1}, {"a": 1}, {"a": True}).value == {"a": True}


def test_differences_are_told_leaf_by_leaf():
    assert differences(BASE, changed("name", "New")) == [("steps[one].name", GONE, "New")]
    assert differences(
        {"steps": [step("one"), step("two")]}, {"steps": [step("two"), step("one")]}
    ) == [("steps", ["one", "two"], ["two", "one"])]
    assert differences(BASE, BASE) == []
