"""Days of a market: a return window ends with the last of its days, wherever the market is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.facts import Window
from tests.examples import examples

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
MICROSECOND = timedelta(microseconds=1)


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("delivered", "days", "last"),
    [
        ("2026-10-01T00:30:00", 30, "2026-10-31T23:59:59.999999"),  # 23:30 of the day before in UTC; summer time ends
        ("2026-10-01T23:59:59.999999", 30, "2026-10-31T23:59:59.999999"),
        ("2026-10-02T00:00:00", 30, "2026-11-01T23:59:59.999999"),
        ("2026-10-11T12:00:00", 14, "2026-10-25T23:59:59.999999"),  # a day of 25 hours
        ("2026-03-15T12:00:00", 14, "2026-03-29T23:59:59.999999"),  # a day of 23 hours
        ("2026-03-28T23:30:00", 1, "2026-03-29T23:59:59.999999"),
        ("2028-02-15T08:00:00", 14, "2028-02-29T23:59:59.999999"),
        ("2026-12-31T18:00:00", 0, "2026-12-31T23:59:59.999999"),
    ],
)
def test_a_window_ends_with_its_last_day(delivered: str, days: int, last: str) -> None:
    found = Calendar(BERLIN).last_moment(local(delivered).astimezone(UTC), days)
    assert found == local(last)
    assert found.tzinfo is UTC
    assert Window(found).is_open(local(last))
    assert not Window(found).is_open(local(last) + MICROSECOND)


def test_a_day_that_begins_after_midnight_is_whole_as_well() -> None:
    """In Beirut clocks go from 0:00 to 1:00, so the day before ends where the next one begins, at 1:00."""
    beirut = ZoneInfo("Asia/Beirut")
    found = Calendar(beirut).last_moment(local("2026-03-14T12:00:00", beirut), 14)
    assert found.astimezone(beirut).isoformat() == "2026-03-28T23:59:59.999999+02:00"


@given(
    st.integers(0, 3_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.integers(0, 400),
    st.sampled_from(ZONES),
)
@settings(max_examples=examples(200))
def test_a_window_is_never_shorter_than_its_days_but_for_an_hour_of_summer_time(
    delivered: datetime, days: int, zone: str
) -> None:
    end = Calendar(ZoneInfo(zone)).last_moment(delivered, days)
    there = end.astimezone(ZoneInfo(zone))
    assert (there.date() - delivered.astimezone(ZoneInfo(zone)).date()).days == days
    assert (end + MICROSECOND).astimezone(ZoneInfo(zone)).date() == there.date() + timedelta(days=1)
    assert timedelta(days=days, hours=-1) <= end - delivered + MICROSECOND <= timedelta(days=days + 1, hours=1)


def test_a_delivery_is_assumed_when_its_days_are_over() -> None:
    calendar, shipped = Calendar(assumed_after=timedelta(days=45)), datetime(2026, 1, 1, 12, tzinfo=UTC)
    due = shipped + timedelta(days=45)
    assert not calendar.is_delivery_assumed(shipped, due - MICROSECOND)
    assert calendar.is_delivery_assumed(shipped, due)
    assert calendar.assumed_delivery(shipped, due + timedelta(days=900)) == due
    assert calendar.assumed_delivery(shipped, due - timedelta(days=2)) == due - timedelta(days=2)
    never = Calendar(assumed_after=None)
    assert not never.is_delivery_assumed(shipped, due + timedelta(days=9_000))
    assert never.assumed_delivery(shipped, due) == due
