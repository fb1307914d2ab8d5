"""What is different between two versions, in words."""

import copy
from typing import Any

from components.changes import Change, changes
from components.draft import Draft, blank


def a_document() -> dict[str, Any]:
    draft = Draft(blank("Find people"))
    for number in range(3):
        draft.add("root", number, "http")
        draft.set(f"http_{number + 1}", ("name",), f"Step {number + 1}")
    draft.map("city", "{{ steps.http_1.city }}")
    return draft.document


def after(change: Any) -> list[Change]:
    draft = Draft(copy.deepcopy(a_document()))
    change(draft)
    return changes(a_document(), draft.document)


def test_two_that_are_alike_differ_in_nothing() -> None:
    assert changes(a_document(), a_document()) == []


def test_a_new_step_and_a_gone_one_are_told_with_what_they_do() -> None:
    found = after(lambda draft: (draft.remove("http_3"), draft.add("root", 0, "wait")))
    assert [(one.sort, one.title) for one in found] == [
        ("added", "1 Wait"),
        ("removed", "3 Step 3"),
    ]
    assert found[0].lines == ("Waits 1 second",)


def test_only_the_step_that_was_moved_is_said_to_be_moved() -> None:
    (found,) = after(lambda draft: draft.move("http_1", "root", 2))
    assert found == Change("changed", "3 Step 1", ("Moved: it was number 1",))


def test_settings_are_told_by_the_names_people_know() -> None:
    def change(draft: Draft) -> None:
        draft.set("http_1", ("request", "url"), "https://a.example/{{ contact.email }}")
        draft.set("http_1", ("extract", "city"), "$.city")
        draft.set("http_1", ("when",), {"left": "{{ contact.email }}", "op": "is_not_empty"})

    (found,) = after(change)
    assert found.lines == (
        "Address: https://a.example/‹E-mail›",
        "Keeps city: $.city",
        "Only when: e-mail has a value",
    )


def test_steps_in_a_way_are_told_once_and_by_themselves() -> None:
    def change(draft: Draft) -> None:
        draft.add("root", 3, "branch")
        draft.add("branch_1/branches/0", 0, "set")

    assert [one.title for one in after(change)] == ["4 Choose a way", "4a.1 Put values together"]


def test_what_is_written_to_the_contact_is_told_with_how() -> None:
    def change(draft: Draft) -> None:
        draft.map("city", "", "overwrite")
        draft.map("company", "{{ steps.http_2.company_name }}", "if_empty")

    found = after(change)
    assert [(one.sort, one.title) for one in found] == [
        ("removed", "Contact field City"),
        ("added", "Contact field Company"),
    ]
    assert found[1].lines == ("‹Company name›, only where it is empty",)
