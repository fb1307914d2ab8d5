"""Which values may be used where: earlier ones, items in their loop, none from inside a frame."""

from components.draft import Draft, blank
from components.visible import Around


def a_draft() -> Draft:
    """1 http_1 · 2 branch_1 (a set_1, b set_2) · 3 for_each_1 (set_3) · 4 waterfall_1 (a http_2)"""
    draft = Draft(blank("All kinds"))
    draft.add("root", 0, "http")
    draft.add("root", 1, "branch")
    draft.add("branch_1/branches/0", 0, "set")
    draft.add("branch_1/branches/1", 0, "set")
    draft.add("root", 2, "for_each")
    draft.add("for_each_1/steps", 0, "set")
    draft.add("root", 3, "waterfall")
    draft.add("waterfall_1/attempts/0", 0, "http")
    return draft


def seen(draft: Draft, place: str | None) -> list[str]:
    return [
        f"each {one.loop['id']}" if isinstance(one, Around) else one.step["id"]
        for one in draft.visible(place)
    ]


def test_a_way_knows_nothing_of_the_other_ways() -> None:
    assert seen(a_draft(), "set_2") == ["http_1"]


def test_what_ran_in_a_way_is_known_behind_it() -> None:
    assert seen(a_draft(), "for_each_1") == ["http_1", "branch_1", "set_1", "set_2"]


def test_inside_a_loop_its_item_is_known() -> None:
    assert seen(a_draft(), "set_3")[-1] == "each for_each_1"
    assert seen(a_draft(), "for_each_1/steps")[-2:] == ["each for_each_1", "set_3"]


def test_what_is_inside_a_frame_stays_there() -> None:
    assert seen(a_draft(), "waterfall_1/attempts/1")[-1] == "for_each_1"
    assert seen(a_draft(), None)[-2:] == ["for_each_1", "waterfall_1"]


def test_steps_are_numbered_as_on_the_canvas() -> None:
    places = [one for one in a_draft().visible("waterfall_1") if not isinstance(one, Around)]
    assert [one.number for one in places] == ["1", "2", "2a.1", "2b.1", "3"]
