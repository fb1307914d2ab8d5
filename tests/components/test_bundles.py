"""Calls from the catalogue in a draft: whole, undone at once, and nothing twice."""

from typing import Any

from app.services.catalogue import Catalogue
from components.draft import Draft, blank
from engine.model.catalogue import KnownCall
from engine.model.definition import load

CATALOGUE = Catalogue("127.0.0.1:8089")
PERSON, COMPANY = "practice.1/find_person", "practice.1/find_company"


def call(key: str) -> KnownCall:
    found = CATALOGUE.call(key)
    assert found is not None
    return found


def bring(draft: Draft, key: str, at: int = 99, **given: Any) -> str:
    one = call(key)
    asks = {"properties": one.inputs, "required": list(one.required)}
    return draft.bring("root", at, one.steps, asks=asks, **given)


def ids(draft: Draft) -> list[str]:
    return [place.step["id"] for place in draft.places()]


def test_every_known_call_can_be_saved_as_it_comes():
    for one in CATALOGUE.calls:
        draft = Draft(blank("New"))
        bring(draft, one.key)
        load(draft.raw())


def test_a_call_brings_the_steps_it_lives_on_and_goes_with_them_at_one_undo():
    draft = Draft(blank("New"))
    assert bring(draft, COMPANY) == "find_company"
    assert ids(draft) == ["find_person", "find_company"]
    draft.undo()
    assert ids(draft) == []


def test_a_step_that_is_there_already_is_used_and_not_brought_again():
    draft = Draft(blank("New"))
    first = bring(draft, PERSON)
    draft.rename_kept(first, "domain", "company_domain")
    bring(draft, COMPANY)
    assert ids(draft) == ["find_person", "find_company"]
    assert draft.document["steps"][1]["request"]["query"] == {
        "domain": "{{ steps.find_person.company_domain }}"
    }


def test_a_step_behind_the_new_one_is_of_no_use_to_it():
    draft = Draft(blank("New"))
    bring(draft, PERSON)
    bring(draft, COMPANY, at=0)
    assert ids(draft) == ["find_person_2", "find_company", "find_person"]
    assert "steps.find_person_2.domain" in str(draft.document["steps"][1])


def test_the_same_call_may_come_twice():
    draft = Draft(blank("New"))
    assert [bring(draft, PERSON), bring(draft, PERSON)] == ["find_person", "find_person_2"]


def test_a_call_takes_the_place_of_a_step_without_settings():
    draft = Draft(blank("New"))
    empty = draft.add("root", 0, "http")
    draft.add("root", 1, "wait")
    bring(draft, PERSON, instead_of=empty)
    assert ids(draft) == ["find_person", "wait_1"]


def test_what_a_call_asks_of_people_is_asked_before_a_run():
    draft = Draft(blank("New"))
    bring(draft, "airtable.records_upsert/upsert")
    schema = draft.document["input_schema"]
    assert list(schema["properties"]) == ["table"]
    assert schema["required"] == ["table"]


def test_a_service_is_known_by_its_address():
    def named(url: str) -> str | None:
        found = CATALOGUE.of_step({"request": {"url": url}})
        return found.service_title if found else None

    assert named("https://api.hunter.io/v2/other") == "Hunter"
    assert named("https://{{ credential.settings.subdomain }}.zendesk.com/x") == "Zendesk"
    assert named("https://acme.zendesk.com/x") == "Zendesk"
    assert named("https://zendesk.com/x") is None
    assert named("") is None


def test_another_call_takes_the_place_of_one_that_others_use():
    draft = Draft(blank("New"))
    old = draft.add("root", 0, "http")
    draft.set(old, ("request", "url"), "https://old.example.com")
    draft.set(old, ("notes",), "asked first")
    reader = draft.add("root", 1, "set")
    draft.set(reader, ("values", "name"), "{{ steps.http_1.name }}")
    assert bring(draft, PERSON, instead_of=old) == old
    step = draft.find(old)
    assert step is not None
    assert (step["name"], step["notes"]) == (call(PERSON).steps[-1]["name"], "asked first")
    assert ids(draft) == [old, reader]
