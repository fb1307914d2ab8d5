"""The texts: in the reader's language, complete, and with their placeholders."""

import ast
import re
import time
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from components import sentences, texts
from components.texts import ENGLISH, LOCALES, languages, wanted
from tests.texts.bare import bare_in_python, bare_in_script
from tests.texts.said import catalogue, renewed, sources, strings_of

OTHERS = [code for code in languages() if code != ENGLISH]


@pytest.mark.parametrize(
    ("chosen", "accepted", "spoken"),
    [
        ("", "", "en"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "fr,en;q=0.8,de;q=0.9", "de"),
        ("", "fr-CA, fr", "en"),
        ("en", "de", "en"),
        ("de", "en", "de"),
        ("../../etc", "en;q=x, de;q=0.1", "de"),
    ],
)
def test_the_choice_counts_first_then_the_browser_then_english(
    chosen: str, accepted: str, spoken: str
) -> None:
    assert wanted(chosen, accepted) == spoken


def test_without_a_page_texts_stay_english() -> None:
    assert texts._("Cancel") == "Cancel"
    assert texts.number(1234.5) == "1,234.5"


def test_numbers_and_money_are_written_as_one_reads_them() -> None:
    assert texts.percent(0.125, digits=1) == "12.5%"
    assert (texts.percent(0.8), texts.percent(1234.5)) == ("80%", "123,450%")
    assert texts.money(0.0049) == "$0.0049"
    assert texts.money(1234) == "$1,234.00"
    assert [texts.duration(ms) for ms in (None, 340, 1240, 150_000, 9_000_000)] == [
        "–",
        "340 ms",
        "1.2 s",
        "2 min",
        "2.5 h",
    ]


@pytest.mark.parametrize("code", OTHERS)
def test_each_text_is_in_the_catalogue_and_no_other(code: str) -> None:
    """`python -m tests.texts` puts them in and out; what they mean is to be written by hand."""
    there = {_key(message) for message in catalogue(code) if message.id}
    said = {_key(message) for message in renewed(code) if message.id}
    assert sorted(said - there, key=str) == []
    assert sorted(there - said, key=str) == []


@pytest.mark.parametrize("code", OTHERS)
def test_each_text_stands_in_its_catalogue_once(code: str) -> None:
    words = (LOCALES / code / "LC_MESSAGES" / "console.po").read_text()
    assert words.count("\nmsgid ") == sum(bool(message.id) for message in catalogue(code))


@pytest.mark.parametrize("code", OTHERS)
def test_each_text_is_translated_with_the_same_placeholders(code: str) -> None:
    wrong = [message.id for message in catalogue(code) if message.id and not _is_faithful(message)]
    assert wrong == []


def test_every_word_on_a_screen_goes_through_the_catalogue() -> None:
    found = [hit for path in sources(".py") for hit in bare_in_python(path)]
    found += [hit for path in sources(".js") for hit in bare_in_script(path)]
    assert found == []


def test_no_variable_takes_the_name_of_the_texts() -> None:
    """`for _, name in …` in a function that says `_("…")` breaks it."""
    assert [place for path in sources(".py") for place in _shadowed(path)] == []


def _key(message: Message) -> tuple[object, object]:
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def _is_faithful(message: Message) -> bool:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = strings_of(message)
    wanted_names = set().union(*(_names(one) for one in ids))
    if len(ids) == 1:
        return bool(strings[0]) and _names(strings[0]) == wanted_names
    return all(one and _names(one) <= wanted_names for one in strings) and _names(
        strings[-1]
    ) == _names(ids[-1])


def _names(words: str) -> set[str]:
    """{name}, but not the {{ name }} that is shown as it is."""
    bare = re.sub(r"\{\{.*?\}\}", "", words)
    return set(re.findall(r"\{(\w+)[^{}]*\}", bare))


def _shadowed(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found = []
    for one in ast.walk(tree):
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names = [node for node in ast.walk(one) if isinstance(node, ast.Name) and node.id == "_"]
        if {type(node.ctx) for node in names} >= {ast.Load, ast.Store}:
            found.append(f"{path}: {one.name}")
    return found


@pytest.mark.parametrize(
    ("sentence", "german"),
    [
        (
            "api.hunter.io did not answer within 30 seconds.",
            "api.hunter.io hat nicht innerhalb von 30 Sekunden geantwortet.",
        ),
        (
            "Called api.hunter.io: 200 in 212 ms, found name and company.",
            "api.hunter.io aufgerufen: 200 in 212 ms, gefunden: name und company.",
        ),
        (
            "api.hunter.io answered 429; trying again in 3 s (2 of 4).",
            "api.hunter.io antwortete 429; neuer Versuch in 3 s (2 von 4).",
        ),
        (
            "Went through 3 items. 1 of them failed.",
            "Ging durch 3 Einträge. 1 davon sind fehlgeschlagen.",
        ),
        (
            "All 20 items failed. The last: api.hunter.io did not accept the key (401).",
            "Alle 20 Einträge sind fehlgeschlagen. Zuletzt: "
            "api.hunter.io hat den Schlüssel nicht angenommen (401).",
        ),
        ("Smith and Sons called back yesterday", "Smith and Sons called back yesterday"),
    ],
)
def test_what_the_engine_said_is_read_in_the_readers_language(sentence: str, german: str) -> None:
    assert sentences.translated_into(sentence, "de") == german


def test_a_text_costs_next_to_nothing() -> None:
    began = time.perf_counter()
    for _n in range(10_000):
        texts._("Cancel")
    assert time.perf_counter() - began < 0.5  # 50 µs each would still be nothing to see
