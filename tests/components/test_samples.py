"""What is known while building: samples come from tests; mappings show what they would change."""

from typing import Any

from components.draft import Draft, blank
from components.samples import Samples
from engine.model.contact import contact_scope

ANSWER = {"data": {"title": "Head of Growth", "city": "Prague", "emails": ["a@b.test"]}}


def entry(**other: Any) -> dict[str, Any]:
    answer = {"status": 200, "headers": {}, "body": ANSWER}
    return {"status": "success", "kind": "http", "response": answer, "extracted": {}, **other}


def a_draft() -> Draft:
    draft = Draft(blank("x"))
    draft.add("root", 0, "http")
    draft.set("http_1", ("extract", "title"), "$.data.title")
    draft.add("root", 1, "set")
    draft.set("set_1", ("values", "greeting"), "Dear {{ steps.http_1.title }}")
    return draft


def samples(**entries: Any) -> Samples:
    contact = contact_scope({"first_name": "Ada", "city": "Bergen"})
    return Samples(contact=contact, entries=entries, workspace={"id": "w", "name": "Acme"})


def test_a_value_kept_after_the_test_is_read_from_the_answer_that_is_there() -> None:
    draft = a_draft()
    known = samples(http_1=entry()).known(draft, "set_1")
    draft.set("http_1", ("extract", "mails"), "$.data.emails[*]")
    scope = samples(http_1=entry()).scope(draft, "set_1")
    assert known.scope["steps"]["http_1"]["title"] == "Head of Growth"
    assert scope["steps"]["http_1"]["mails"] == ["a@b.test"]


def test_set_steps_need_no_test() -> None:
    scope = samples(http_1=entry()).scope(a_draft(), None)
    assert scope["steps"]["set_1"] == {"greeting": "Dear Head of Growth"}


def test_only_earlier_steps_are_offered() -> None:
    draft = a_draft()
    assert not any("steps." in one.path for one in samples().known(draft, "http_1").offers)
    offered = [one.path for one in samples().known(draft, "set_1").offers]
    assert "steps.http_1.title" in offered
    assert "steps.set_1.greeting" not in offered


def test_before_a_test_people_are_told_what_to_test() -> None:
    known = samples().known(a_draft(), "set_1")
    assert known.waits_for("{{ steps.http_1.title }}") == "Ask a service"
    assert known.has("steps.http_1.body.anything")
    assert not known.has("contact.nickname")


def fields(draft: Draft) -> dict[str, Any]:
    return {one.field: one for one in samples(http_1=entry()).fields(draft)}


def test_a_mapping_shows_before_and_after_on_the_sample() -> None:
    draft = a_draft()
    draft.map("job_title", "{{ steps.http_1.title }}")
    row = fields(draft)["job_title"]
    assert (row.before, row.after, row.changes) == ("", "Head of Growth", True)
    assert row.parts == [{"chip": "1 Title", "missing": False}]


def test_a_filled_field_is_skipped_where_only_empty_ones_are_written() -> None:
    draft = a_draft()
    draft.set("http_1", ("extract", "town"), "$.data.city")
    draft.map("city", "{{ steps.http_1.town }}", "if_empty")
    row = fields(draft)["city"]
    assert (row.changes, row.note) == (False, "Skipped: already filled")


def test_a_broken_mapping_does_not_keep_the_others_from_showing() -> None:
    draft = a_draft()
    draft.map("company", "{{ broken")
    draft.map("job_title", "{{ steps.http_1.title }}")
    assert fields(draft)["job_title"].changes
    assert not fields(draft)["company"].changes


def test_a_field_of_ones_own_stands_below_the_usual_ones() -> None:
    draft = a_draft()
    draft.map("data.company_size", "12")
    assert list(fields(draft))[-1] == "data.company_size"
    assert fields(draft)["data.company_size"].label == "Company size"


def test_what_a_key_brings_along_is_offered_and_stands_in_before_there_is_one() -> None:
    draft = Draft(blank("x"))
    draft.add("root", 0, "http")
    draft.set("http_1", ("credential",), "airtable")
    values = Samples(usual={"airtable": {"base_id": "appExample"}})
    assert _settings(values, draft) == {"Base id": "appExample"}
    values.settings = {"airtable": {"base_id": "appMine"}}
    assert _settings(values, draft) == {"Base id": "appMine"}


def _settings(values: Samples, draft: Draft) -> dict[str, str]:
    offers = values.known(draft, "http_1").offers
    return {one.label: one.sample for one in offers if one.path.startswith("credential.")}
