"""Small decisions of the builder that need no browser."""

import pytest

from app.pages.builder.answer_words import said, tone_of, verdict
from app.pages.builder.body import read_json
from app.pages.builder.key import host_of


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ('{"email": "{{ contact.email }}"}', {"email": "{{ contact.email }}"}),
        ('{"age": {{ contact.data.age }}}', {"age": "{{ contact.data.age }}"}),
        ('{"a": {{ x | default("b") }}}', {"a": '{{ x | default("b") }}'}),
        ('["{{ a }} and {{ b }}", {{ c }}]', ["{{ a }} and {{ b }}", "{{ c }}"]),
    ],
)
def test_an_expression_may_stand_bare_in_json(typed: str, read: object) -> None:
    assert read_json(typed) == (read, True)


@pytest.mark.parametrize("typed", ["", "{", '{"a": }', "{{ a }} {{ b }}"])
def test_what_is_no_json_is_told_apart(typed: str) -> None:
    assert read_json(typed) == (None, False)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "No searches left"}}, "No searches left"),
        ({"errors": [{"detail": "Bad key"}]}, "Bad key"),
        ("plain words", "plain words"),
        ({"code": 7}, '{"code":7}'),
        (None, ""),
    ],
)
def test_the_services_own_words_are_found(body: object, words: str) -> None:
    assert said(body) == words


def test_no_match_is_a_result_and_no_error() -> None:
    entry = {"status": "not_found", "response": {"status": 404}}
    assert verdict(entry) == ("404 No match", "", "search")


def test_red_can_be_mended_and_amber_is_for_waiting() -> None:
    assert tone_of({"response": {"status": 401}}, "service_refused") == "bad"
    assert tone_of({"response": {"status": 503}}, "service_refused") == "warn"
    assert tone_of({"response": None}, "timeout") == "warn"


def test_a_key_is_offered_for_the_host_of_the_address() -> None:
    assert host_of("https://api.hunter.io/v2/people?e={{ contact.email }}") == "api.hunter.io"
    assert host_of("") == ""
