"""Cron expressions, as cron reads them, in any time zone."""

from datetime import UTC, datetime

import pytest

from engine.queue.clock import BadCron, check, next_times

AFTER = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday


def times(cron: str, zone: str = "UTC", number: int = 3, after: datetime = AFTER) -> list[str]:
    return [f"{time:%m-%d %H:%M}" for time in next_times(cron, zone, number, after)]


@pytest.mark.parametrize(
    ("cron", "coming"),
    [
        ("*/15 * * * *", ["03-02 12:15", "03-02 12:30", "03-02 12:45"]),
        ("0 9 * * 1", ["03-09 09:00", "03-16 09:00", "03-23 09:00"]),  # 1 is Monday
        ("0 9 * * 0", ["03-08 09:00", "03-15 09:00", "03-22 09:00"]),
        ("0 9 * * 7", ["03-08 09:00", "03-15 09:00", "03-22 09:00"]),
        ("0 9 * * MON-FRI", ["03-03 09:00", "03-04 09:00", "03-05 09:00"]),
        ("0 9 * * fri-mon", ["03-06 09:00", "03-07 09:00", "03-08 09:00"]),
        ("0 9 * * */3", ["03-04 09:00", "03-07 09:00", "03-08 09:00"]),
        ("0 0 1,15 * *", ["03-15 00:00", "04-01 00:00", "04-15 00:00"]),
        ("0 0 13 * 5", ["03-06 00:00", "03-13 00:00", "03-20 00:00"]),  # either counts
        ("@monthly", ["04-01 00:00", "05-01 00:00", "06-01 00:00"]),
        ("0 12 * * *", ["03-03 12:00", "03-04 12:00", "03-05 12:00"]),  # later, not now
    ],
)
def test_cron_is_read_as_cron_reads_it(cron, coming):
    assert times(cron) == coming


def test_a_leap_day_is_found():
    assert next_times("0 0 29 2 *", "UTC", 1, AFTER) == [datetime(2028, 2, 29, tzinfo=UTC)]


def test_the_hour_is_that_of_the_place():
    assert times("0 9 * * *", "Europe/Berlin", 1) == ["03-03 08:00"]
    assert times("0 9 * * *", "Asia/Kolkata", 1) == ["03-03 03:30"]


def test_a_fixed_hour_comes_once_where_the_clock_is_put_back():
    night = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    assert times("30 2 * * *", "Europe/Berlin", 2, night) == ["10-25 00:30", "10-26 01:30"]
    midnight = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    every = times("30 * * * *", "Europe/Berlin", 3, midnight)
    assert every == ["10-25 00:30", "10-25 01:30", "10-25 02:30"]


def test_an_hour_that_is_left_out_comes_at_the_new_time():
    night = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert times("30 2 * * *", "Europe/Berlin", 2, night) == ["03-29 01:30", "03-30 00:30"]


@pytest.mark.parametrize(
    "cron",
    [
        *("", "* * * *", "* * * * * *", "61 * * * *", "0 25 * * *", "0 0 32 * *", "x * * * *"),
        *("0 0 * * 8", "0 0 * * mon-x", "0 0 30 2 *", "*/0 * * * *", "5-1 * * * *", "0 0 * * */9"),
    ],
)
def test_what_cannot_be_meant_is_refused(cron):
    with pytest.raises(BadCron) as bad:
        check(cron, "UTC")
    assert bad.value.part == "cron"


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "/etc/localtime", "Europe"])
def test_a_time_zone_that_does_not_exist_is_refused(zone):
    with pytest.raises(BadCron) as bad:
        check("0 9 * * *", zone)
    assert bad.value.part == "time_zone"
