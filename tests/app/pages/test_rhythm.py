"""A schedule is chosen in words, and any cron rule is told in words where there are some."""

import pytest

from app.pages.triggers.rhythm import Rhythm, in_words, read
from app.pages.whom import words_of
from app.services.choosing import Chosen
from app.services.schedules import preview


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 * * * *", "Every hour"),
        ("30 7 * * *", "Every day at 07:30"),
        ("0 9 * * 1-5", "Monday to Friday at 09:00"),
        ("0 9 * * MON-FRI", "Monday to Friday at 09:00"),
        ("15 18 * * 0", "Every Sunday at 18:15"),
        ("15 18 * * 7", "Every Sunday at 18:15"),
        ("0 3 * * sat", "Every Saturday at 03:00"),
        ("0 6 31 * *", "On day 31 of each month at 06:00"),
        ("*/5 * * * *", "By the rule */5 * * * *"),
        ("0 9 1 1 *", "By the rule 0 9 1 1 *"),
        ("0 9 * * 1,3", "By the rule 0 9 * * 1,3"),
        ("61 25 * * *", "By the rule 61 25 * * *"),
        ("@daily", "By the rule @daily"),
    ],
)
def test_a_cron_rule_is_told_in_words(cron: str, words: str) -> None:
    assert in_words(cron) == words


@pytest.mark.parametrize(
    "rhythm",
    [
        Rhythm("hour"),
        Rhythm("day", at="00:00"),
        Rhythm("workdays", at="23:59"),
        Rhythm("week", at="7:05", weekday="sun"),
        Rhythm("month", at="12:30", day=31),
    ],
)
def test_what_was_chosen_is_what_is_read_again(rhythm: Rhythm) -> None:
    again = read(rhythm.as_cron())
    assert (again.kind, again.as_cron()) == (rhythm.kind, rhythm.as_cron())
    assert len(preview(rhythm.as_cron(), "Europe/Berlin")) == 5


@pytest.mark.parametrize("at", ["", "24:00", "9", "9:60", "noon"])
def test_a_time_that_is_none_is_told(at: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        Rhythm("day", at=at).as_cron()


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (Chosen(), "No contact"),
        (Chosen(filter={}), "Everyone"),
        (Chosen(filter={"q": "acme"}), "Found by “acme”"),
        (Chosen(filter={"city": "Oslo", "phone": None}), "Only where city is Oslo, phone is empty"),
    ],
)
def test_whom_it_is_about_is_told_in_words(chosen: Chosen, words: str) -> None:
    assert words_of(chosen) == words
