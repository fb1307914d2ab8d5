"""Steps speak for themselves, however unfinished."""

import pytest

from components.kinds import KINDS, name_for, new_step, readable, sentence

HUNTER = "https://api.hunter.io/v2/find?e={{ contact.email }}"


def call(**request: object) -> dict[str, object]:
    return {"id": "a", "kind": "http", "request": {"method": "GET", **request}}


def test_a_call_says_whom_it_asks_by_what_and_what_it_keeps() -> None:
    step = call(url=HUNTER) | {"extract": {"given_name": "$.a", "city": "$.b"}}
    assert sentence(step) == "Asks api.hunter.io by e-mail, keeps given name and city"
    assert sentence(step | {"credential": "hunter"}, {"hunter": "Hunter"}).startswith("Asks Hunter")


def test_a_host_with_a_value_in_it_is_shown_with_a_star() -> None:
    url = "https://{{ credential.settings.account }}.api.example.com/contacts"
    assert sentence(call(url=url)) == "Asks *.api.example.com"


def test_a_call_without_an_address_says_what_it_needs() -> None:
    assert sentence(call(url="")) == "Needs an address"


def test_a_condition_and_a_pause_are_told() -> None:
    step = call(url=HUNTER)
    has_mail = {"left": "{{ contact.email }}", "op": "is_not_empty"}
    assert sentence(step | {"when": has_mail}).endswith("only if e-mail has a value")
    assert sentence(step | {"when": {"left": "x"}}).endswith("only when its condition holds")
    assert sentence(step | {"disabled": True}).startswith("Skipped. ")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_begins_with_a_sentence(kind: str) -> None:
    assert sentence(new_step(kind, "a"))


@pytest.mark.parametrize("address", ["http://[", "{{ contact.website }}", "not an address", "//"])
def test_no_address_is_too_odd_for_a_sentence(address: str) -> None:
    assert sentence(call(url=address)).startswith("Asks ")


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("givenName", "given_name"),
        ("E-Mail Address", "e_mail_address"),
        ("#2", "item_2"),
        ("Größe", "groe"),
        ("日本", "value"),
        ("HTTPStatus", "httpstatus"),
    ],
)
def test_values_get_names_one_can_read(label: str, name: str) -> None:
    assert name_for(label) == name


def test_names_are_shown_as_words() -> None:
    assert readable("given_name") == "Given name"
    assert readable("email") == "E-mail"
