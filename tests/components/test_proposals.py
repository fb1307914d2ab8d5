"""Values find the contact fields they belong into, by name, surroundings and shape."""

from typing import Any

import pytest

from components.proposals import proposals


def found(answer: Any, **given: Any) -> dict[str, str]:
    return {one.field: one.path for one in proposals(answer, **given)}


@pytest.mark.parametrize(
    ("answer", "field", "path"),
    [
        ({"data": {"name": {"givenName": "Ada"}}}, "first_name", "$.data.name.givenName"),
        ({"surname": "Lovelace"}, "last_name", "$.surname"),
        ({"employment": {"name": "Analytical"}}, "company", "$.employment.name"),
        ({"phones": [{"mobile": "+44 20 7946 0000"}]}, "phone", "$.phones[0].mobile"),
        ({"contact-me": "ada@example.com"}, "email", "$['contact-me']"),
        ({"profiles": {"x": "https://www.linkedin.com/in/ada"}}, "linkedin_url", "$.profiles.x"),
        ({"zip": 12345}, "postal_code", "$.zip"),
    ],
)
def test_a_value_is_proposed_for_its_field(answer: Any, field: str, path: str) -> None:
    assert found(answer) == {field: path}


@pytest.mark.parametrize(
    "answer",
    [
        {"email": "unknown"},
        {"phone": "none"},
        {"website": True},
        {"city": 17},
        {"first_name": ""},
        {"title": None},
        [],
        "text",
        None,
    ],
)
def test_a_value_of_another_shape_is_not(answer: Any) -> None:
    assert found(answer) == {}


def test_what_has_employees_is_a_company() -> None:
    answer = {"data": {"name": "Shoply", "employees": 128, "site": {"name": "Main"}}}
    assert found(answer)["company"] == "$.data.name"
    assert "company" not in found({"data": {"name": "Ada", "age": 36}})


def test_a_surer_name_wins() -> None:
    answer = {"title": "Dr.", "employment": {"title": "Head of Growth"}}
    assert found(answer) == {"job_title": "$.employment.title"}


def test_the_mail_that_was_asked_about_is_no_find() -> None:
    assert found({"email": "a@b.io"}, contact={"email": "a@b.io"}) == {}


def test_fields_that_are_filled_already_are_left_alone() -> None:
    assert found({"city": "Oslo"}, taken={"city"}) == {}
