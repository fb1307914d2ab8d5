"""What a step does, in plain words."""

from typing import Any

import pytest

from engine.model.contact import check_contact, contact_scope
from engine.model.definition import load
from engine.model.parts import FieldMapping
from engine.model.sentences import describe_mapping, host_of, hosts
from tests.engine.model.connectors import EVERYTHING


def test_a_mapping_is_told_too() -> None:
    mapping = FieldMapping(
        field="data.full_name", value="{{ steps.find.person.name }}", write="if_empty"
    )
    assert describe_mapping(mapping) == "Writes name into full name, if it is empty."


def test_it_can_be_told_where_data_goes() -> None:
    assert hosts(load(EVERYTHING)) == (
        "api.hunter.io",
        "api.example.com",
        "*.api.example.com",
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
