"""The draft of a connector: forgiving while it is edited, with a long memory, strict at the end."""

from components.draft import Draft, begun, blank, inner_lists


def a_draft() -> Draft:
    draft = Draft(blank("Find people"))
    draft.add("root", 0, "http")
    draft.set("http_1", ("request", "url"), "https://api.example.com/people")
    draft.add("root", 1, "set")
    draft.set("set_1", ("values", "greeting"), "Hi {{ steps.http_1.person }} {{ steps.http_1.p }}")
    return draft


def ids(draft: Draft) -> list[str]:
    return [place.step["id"] for place in draft.places()]


def test_steps_are_added_where_the_plus_was() -> None:
    draft = a_draft()
    draft.add("root", 1, "http")
    assert ids(draft) == ["http_1", "http_2", "set_1"]


def test_a_connector_just_begun_is_untouched_until_its_call_is_given_anything() -> None:
    draft = Draft(begun())
    assert draft.untouched() == "http_1"
    draft.set("http_1", ("name",), "Look them up")
    assert draft.untouched() == ""
    draft.undo()
    draft.add("root", 1, "wait")
    assert draft.untouched() == ""


def test_undo_walks_back_through_every_change_and_says_where_it_was() -> None:
    draft = a_draft()
    draft.remove("http_1")
    assert draft.undo() == "http_1"
    assert ids(draft) == ["http_1", "set_1"]
    assert draft.redo() == "http_1"
    assert ids(draft) == ["set_1"]


def test_two_hundred_changes_can_be_taken_back() -> None:
    draft = a_draft()
    for number in range(200):
        draft.set("http_1", ("request", "url"), f"https://{number}.example.com")
        draft.set("http_1", ("name",), f"Step {number}")
    for _ in range(200):
        assert draft.undo() is not None


def test_typing_on_in_one_field_is_one_change() -> None:
    draft = Draft(blank("x"))
    step = draft.add("root", 0, "http")
    for text in ("h", "ht", "htt", "http"):
        draft.set(step, ("request", "url"), text)
    draft.undo()
    assert draft.document["steps"][0]["request"]["url"] == ""


def test_what_was_taken_back_in_its_field_is_no_change_to_undo() -> None:
    draft = a_draft()
    draft.set("http_1", ("name",), "First")
    draft.set("set_1", ("notes",), "Ask first")
    draft.set("set_1", ("notes",), None)
    assert draft.undo() == "http_1"
    assert draft.find("http_1") == a_draft().find("http_1")


def test_a_copy_of_a_copy_is_counted_and_grows_no_longer_name() -> None:
    draft = a_draft()
    draft.set("set_1", ("name",), "Greet")
    copied = "set_1"
    for _n in range(12):
        copied = draft.duplicate(copied) or ""
    names = [str(place.step["name"]) for place in draft.places()][1:]
    assert names[:3] == ["Greet", "Greet (copy)", "Greet (copy 2)"]
    assert names[-1] == "Greet (copy 12)"
    assert all(len(step_id) <= 40 for step_id in ids(draft))


def test_changes_that_belong_together_are_taken_back_by_one_undo() -> None:
    draft = a_draft()
    before = draft.document
    with draft.as_one():
        draft.keep("http_1", "$.data.city", "city")
        draft.map("city", "{{ steps.http_1.city }}")
        draft.map("country", "Norway")
    draft.undo()
    assert draft.document == before
    draft.redo()
    assert [one["field"] for one in draft.document["field_mappings"]] == ["city", "country"]


def test_a_new_change_forgets_what_was_undone() -> None:
    draft = a_draft()
    draft.undo()
    draft.set("http_1", ("name",), "Other")
    assert not draft.can_redo


def test_moving_counts_without_the_step_that_moves() -> None:
    draft = a_draft()
    draft.add("root", 2, "wait")
    assert draft.move("http_1", "root", 2)
    assert ids(draft) == ["set_1", "wait_1", "http_1"]
    assert not draft.move("http_1", "root", 7)  # it is there already


def test_a_step_moves_into_a_branch_but_never_into_itself() -> None:
    draft = a_draft()
    branch = draft.add("root", 2, "branch")
    assert draft.move("set_1", f"{branch}/branches/0", 0)
    assert [place.number for place in draft.places()] == ["1", "2", "2a.1"]
    assert not draft.move(branch, f"{branch}/branches/1", 0)


def test_a_copy_gets_its_own_ids_also_inside_and_speaks_of_itself() -> None:
    draft = Draft(blank("x"))
    loop = draft.add("root", 0, "for_each")
    inner = draft.add(f"{loop}/steps", 0, "set")
    draft.set(inner, ("values", "a"), "1")
    last = draft.add(f"{loop}/steps", 1, "set")
    draft.set(last, ("values", "b"), "{{ steps.set_1.a }}")
    twin = draft.duplicate(loop)
    assert len(set(ids(draft))) == 6
    step = draft.find(twin or "")
    assert step is not None
    first, second = inner_lists(step)[0][2]
    assert second["values"]["b"] == f"{{{{ steps.{first['id']}.a }}}}"


def test_renaming_a_kept_value_renames_it_everywhere_and_nothing_that_begins_alike() -> None:
    draft = a_draft()
    draft.set("http_1", ("extract", "person"), "$.data")
    draft.set("http_1", ("extract", "p"), "$.p")
    draft.map("first_name", "{{ steps.http_1.p | title }}")
    assert draft.rename_kept("http_1", "p", "first")
    said = draft.document["steps"][1]["values"]["greeting"]
    assert said == "Hi {{ steps.http_1.person }} {{ steps.http_1.first }}"
    assert draft.document["field_mappings"][0]["value"] == "{{ steps.http_1.first | title }}"


def test_a_kept_value_may_not_take_a_name_that_is_in_use_or_means_something_else() -> None:
    draft = a_draft()
    draft.set("http_1", ("extract", "person"), "$.data")
    draft.set("http_1", ("extract", "p"), "$.p")
    for taken in ("person", "status", "no good", ""):
        assert not draft.rename_kept("http_1", "p", taken)


def test_keeping_a_clicked_value_gives_it_a_good_name_once() -> None:
    draft = a_draft()
    assert draft.keep("http_1", "$.data.givenName", "givenName") == "given_name"
    assert draft.keep("http_1", "$.data.givenName", "givenName") == "given_name"
    assert draft.keep("http_1", "$.other.givenName", "givenName") == "given_name_2"
    assert draft.keep("http_1", "$.status", "status") == "status_2"


def test_mapping_the_same_field_again_replaces_it_and_nothing_takes_it_away() -> None:
    draft = a_draft()
    draft.map("city", "Bergen")
    draft.map("city", "Oslo", "if_empty")
    assert draft.document["field_mappings"] == [
        {"field": "city", "value": "Oslo", "write": "if_empty"}
    ]
    draft.map("city", "")
    assert draft.document["field_mappings"] == []


def test_only_what_decides_the_answer_makes_a_test_stale() -> None:
    draft = a_draft()
    before = draft.fingerprint("http_1")
    draft.set("http_1", ("name",), "A better name")
    assert draft.fingerprint("http_1") == before
    draft.set("http_1", ("request", "method"), "POST")
    assert draft.fingerprint("http_1") != before


def test_problems_say_where_they_are_and_a_whole_draft_has_none() -> None:
    draft = Draft(blank("x"))
    step = draft.add("root", 0, "http")
    assert any("url" in problem.path for problem in draft.problems())
    draft.set(step, ("request", "url"), "https://api.example.com")
    assert draft.problems() == ()
