"""What a step does, in plain words."""

from typing import Any

import pytest

from engine.model.contact import check_contact, contact_scope
from engine.model.definition import load
from engine.model.parts import FieldMapping
from engine.model.sentences import describe, describe_mapping, host_of, hosts
from tests.engine.model.connectors import EVERYTHING, YES, connector, http, set_values


def said(step: dict[str, Any]) -> str:
    return describe(load(connector(step)).steps[0])


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (
            http(
                request={"url": "https://api.hunter.io/v2", "query": {"e": "{{ contact.email }}"}},
                extract={"full_name": "$.n", "company": "$.c"},
            ),
            "Looks up the email at api.hunter.io, keeps full name and company.",
        ),
        (
            http(request={"method": "POST", "body": {"json": {"a": "{{ contact.first_name }}"}}}),
            "Sends the first name to api.example.com.",
        ),
        (http(request={"method": "DELETE"}), "Deletes data at api.example.com."),
        (
            http(when=YES),
            "If email has a value: looks up data at api.example.com.",
        ),
        (
            http(paginate={"kind": "link_header", "items": "$"}),
            "Looks up data at api.example.com, page by page.",
        ),
        (
            http(disabled=True),
            "Switched off. Looks up data at api.example.com.",
        ),
        (set_values(a=1, b=2), "Works out a and b."),
        ({"id": "w", "kind": "wait", "for_ms": 90_000}, "Waits 90 seconds."),
        ({"id": "w", "kind": "wait", "for_ms": 7_200_000}, "Waits 2 hours."),
        ({"id": "w", "kind": "wait", "for_ms": 1_000}, "Waits 1 second."),
        ({"id": "s", "kind": "stop", "outcome": "not_found"}, "Ends the run here as not found."),
        (
            {"id": "b", "kind": "branch", "branches": [{"name": "big", "when": YES}, {}]},
            "Goes one of 2 ways: big or branch 2.",
        ),
        (
            {"id": "l", "kind": "for_each", "items": "{{ input.people }}", "steps": [http()]},
            "Does 1 step for each of people.",
        ),
        (
            {"id": "w", "kind": "waterfall", "attempts": [{"name": "Hunter"}, {"name": "Clay"}]},
            "Tries Hunter, then Clay until one finds something.",
        ),
    ],
)
def test_a_step_is_told_in_one_sentence(step: dict[str, Any], sentence: str) -> None:
    assert said(step) == sentence


def test_every_step_of_a_large_connector_has_a_sentence() -> None:
    for step in load(EVERYTHING).steps:
        assert describe(step).endswith(".")


def test_a_mapping_is_told_too() -> None:
    mapping = FieldMapping(
        field="data.full_name", value="{{ steps.find.person.name }}", write="if_empty"
    )
    assert describe_mapping(mapping) == "Writes name into full name, if it is empty."


def test_it_can_be_told_where_data_goes() -> None:
    assert hosts(load(EVERYTHING)) == (
        "api.hunter.io",
        "api.example.com",
        "….api.example.com",
    )
    assert host_of("{{ steps.a.url }}") == "the address from an earlier value"
    assert host_of("nonsense") == "an address that cannot be read"


# Contacts


def test_a_contact_has_every_field_null_where_nothing_is_known() -> None:
    scope = contact_scope({"email": "a@b.test", "workspace_id": "w"})
    assert scope["email"] == "a@b.test"
    assert scope["id"] is None
    assert scope["phone"] is None
    assert scope["data"] == {}
    assert "workspace_id" not in scope


@pytest.mark.parametrize(
    ("contact", "path"),
    [
        ({"emial": "x"}, "contact.emial"),
        ({"email": 5}, "contact.email"),
        ({"data": []}, "contact.data"),
        ([], "contact"),
    ],
)
def test_a_typed_contact_is_checked(contact: Any, path: str) -> None:
    assert [problem.path for problem in check_contact(contact)] == [path]
    assert check_contact({"email": "a@b.test", "phone": None, "data": {"x": [1]}}) == []
