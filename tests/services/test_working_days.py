"""Working days of a place, as the deadlines of terms count them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import Calendar
from domain.returns import Place
from services.working_days import days_after, ending_on_working_day, subdivisions

GERMANY, BERLIN, BAVARIA = Place("DE"), Place("DE", "BE"), Place("DE", "BY")


@pytest.mark.parametrize(
    ("place", "start", "days", "last"),
    [
        (GERMANY, "2026-04-01", 3, "2026-04-08"),  # over Good Friday and the Monday of Easter
        (GERMANY, "2026-10-02", 1, "2026-10-05"),  # a holiday on a Saturday moves nothing here
        (Place("US"), "2026-07-02", 1, "2026-07-06"),  # and there the Friday before it is free
        (Place("GB", "ENG"), "2026-12-24", 1, "2026-12-29"),  # or the Monday after it
        (GERMANY, "2026-12-23", 2, "2026-12-28"),  # the second of all days would be a holiday
        (GERMANY, "2026-12-25", 0, "2026-12-28"),  # no days at all end with the next working day
        (GERMANY, "2026-12-24", 0, "2026-12-24"),
        (BERLIN, "2027-03-05", 1, "2027-03-09"),  # a holiday of a part of the country
        (BAVARIA, "2027-03-05", 1, "2027-03-08"),
        (Place("AE"), "2026-11-27", 1, "2026-11-30"),  # whatever the weekend is there
        (Place("IL"), "2026-11-05", 1, "2026-11-08"),
    ],
)
def test_holidays_and_weekends_do_not_count(place: Place, start: str, days: int, last: str) -> None:
    assert days_after(place)(date.fromisoformat(start), days) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-03-20", 14, "2026-04-07"),  # Good Friday, and the next working day comes after Easter
        ("2026-03-19", 14, "2026-04-02"),  # the day before it is a working day, however many were none
        ("2026-03-07", 14, "2026-03-23"),  # a Saturday
    ],
)
def test_all_days_count_by_law_and_the_last_one_is_a_working_day(start: str, days: int, last: str) -> None:
    assert ending_on_working_day(GERMANY)(date.fromisoformat(start), days) == date.fromisoformat(last)
    ends_anywhere = ending_on_working_day(None)(date.fromisoformat(start), days)
    assert ends_anywhere == date.fromisoformat(start) + timedelta(days=days)


def test_a_place_nowhere_counts_all_days() -> None:
    assert days_after(None)(date(2026, 4, 1), 3) == date(2026, 4, 4)


def test_the_day_of_the_start_is_that_of_the_zone() -> None:
    """At 22:30 of Wednesday in UTC it is Thursday in Berlin, and the next working day comes after Easter."""
    start, berlin = datetime(2026, 4, 1, 22, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin")
    at_home = Calendar(berlin).last_moment(start, 1, days_after(GERMANY))
    assert at_home.astimezone(berlin).isoformat() == "2026-04-07T23:59:59.999999+02:00"
    assert Calendar().last_moment(start, 1, days_after(GERMANY)).date() == date(2026, 4, 2)


def test_the_library_knows_the_countries_and_their_parts() -> None:
    known = subdivisions()
    assert {"BE", "BY"} <= set(known["DE"])
    assert "XX" not in known
