"""What can be done to a value: in words, and with what comes out on the sample."""

import pytest

from components.expression_input.ways import parts, said, spoken, ways

SCOPE = {
    "contact": {"phone": "+47 412 34 567", "email": "Ada@Example.com", "city": None},
    "steps": {"find": {"mails": ["a@x.test", "b@x.test"], "score": 0.876}},
}


def offered(code: str) -> dict[str, str]:
    return {one["words"]: one["result"] for one in ways(code, SCOPE)["offers"]}


def test_each_offer_shows_what_comes_out_of_the_sample():
    phone = offered("contact.phone")
    assert phone["digits only"] == "4741234567"
    assert phone["as an international phone number"] == "+4741234567"
    assert offered("contact.email")["what follows the @"] == "Example.com"


def test_only_what_fits_the_kind_of_value_is_offered():
    mails, score = offered("steps.find.mails"), offered("steps.find.score")
    assert mails["first of the list"] == "a@x.test"
    assert mails["how many"] == "2"
    assert "lower case" not in mails
    assert score == {"rounded": "1"}
    assert "as a number" not in offered("contact.email")


def test_without_a_sample_everything_is_offered():
    unknown = offered("contact.city")
    assert {"first of the list", "lower case", "rounded"} <= set(unknown)
    assert set(unknown.values()) == {""}


def test_what_is_done_already_can_be_taken_away_by_itself():
    found = ways("contact.email | lower | split('@') | last", SCOPE)
    assert (found["before"], found["now"]) == ("Ada@Example.com", "example.com")
    assert [(one["words"], one["code"]) for one in found["applied"]] == [
        ("lower case", "contact.email | split('@') | last"),
        ("cut at “@”", "contact.email | lower | last"),
        ("last of the list", "contact.email | lower | split('@')"),
    ]


def test_a_bar_inside_of_quotes_is_text():
    assert parts("a | replace('|', \"x|y\") | lower") == ["a", "replace('|', \"x|y\")", "lower"]


@pytest.mark.parametrize(
    ("filter_text", "words"),
    [
        ("digits", "digits only"),
        ("default('there')", "if empty “there”"),
        (r"default('it\'s, none')", "if empty “it's, none”"),
        ("default(contact.email)", "if empty “contact.email”"),
        ("truncate(20)", "at most 20 characters"),
        ("date('%d.%m.%Y')", "date as day.month.year"),
        ("date('%Y')", "date only '%Y'"),
        ("e164('NO')", "as an international phone number 'NO'"),
        ("nobody_knows", "nobody_knows"),
    ],
)
def test_filters_are_said_in_words(filter_text, words):
    assert spoken(filter_text) == words


def test_a_text_tells_the_words_of_its_filters():
    assert said("Hi {{ contact.city | default('you') }}, {{ contact.phone }}") == {
        "default('you')": "if empty “you”"
    }


def test_what_is_no_expression_offers_nothing_and_breaks_nothing():
    for code in ("", "|", "((", "contact.", "a | b("):
        assert ways(code, SCOPE)["now"] == ""
