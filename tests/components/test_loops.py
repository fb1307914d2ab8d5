"""Inside a loop the item is known; from inside a waterfall values are lifted out by name."""

from components.draft import Draft, blank
from components.lifting import lifted
from components.samples import Samples
from components.unfinished import problems


def a_loop() -> Draft:
    draft = Draft(blank("Loops"))
    draft.add("root", 0, "set")
    draft.set("set_1", ("values", "mails"), '{{ "a@x.io,b@x.io" | split(",") }}')
    draft.add("root", 1, "for_each")
    draft.set("for_each_1", ("items",), "{{ steps.set_1.mails }}")
    draft.add("for_each_1/steps", 0, "set")
    draft.set("set_2", ("values", "shout"), "{{ item | upper }}")
    return draft


def test_the_first_item_stands_for_them_all() -> None:
    known = Samples().known(a_loop(), "set_2")
    offers = {one.path: one.sample for one in known.offers}
    assert offers["item"] == "a@x.io"
    assert offers["item_index"] == "0"
    assert known.has("item_index")


def test_what_the_steps_inside_make_is_known_at_the_end_of_the_loop() -> None:
    known = Samples().known(a_loop(), "for_each_1/steps")
    assert known.scope["steps"]["set_2"] == {"shout": "A@X.IO"}


def test_outside_the_item_is_not_known() -> None:
    assert not Samples().known(a_loop()).has("item")


def test_another_name_for_the_item_is_followed_inside() -> None:
    draft = a_loop()
    assert draft.rename_item("for_each_1", "mail")
    assert (draft.find("set_2") or {})["values"]["shout"] == "{{ mail | upper }}"
    assert not draft.rename_item("for_each_1", "No Name")


def test_the_attempts_of_a_waterfall_keep_a_value_under_one_name() -> None:
    draft = Draft(blank("Waterfall"))
    draft.add("root", 0, "waterfall")
    for number in (0, 1):
        draft.add(f"waterfall_1/attempts/{number}", 0, "http")
    first = lifted(draft, "http_1", "steps.http_1.mobile", "phone")
    second = lifted(draft, "http_2", "steps.http_2.tel", "phone")
    assert first == second == "steps.waterfall_1.phone"
    attempts = (draft.find("waterfall_1") or {})["attempts"]
    assert [one["result"] for one in attempts] == [
        {"phone": "{{ steps.http_1.mobile }}"},
        {"phone": "{{ steps.http_2.tel }}"},
    ]


def test_a_value_inside_a_loop_is_not_one_value() -> None:
    assert lifted(a_loop(), "set_2", "steps.set_2.shout", "email") is None


def test_blank_settings_are_told_once_each() -> None:
    draft = Draft(blank("Blank"))
    draft.add("root", 0, "for_each")
    draft.add("root", 1, "branch")
    assert [one.message for one in problems(draft)] == [
        "It has no list yet.",
        "The way “Yes” has no condition yet.",
    ]
