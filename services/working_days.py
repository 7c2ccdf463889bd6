"""Working days: Monday to Friday as a rule, without the public holidays that the library `holidays` knows of a place.

Its tables change from release to release, so a deadline is computed once and stored. A table takes about 50 ms to make
and is made when it is first needed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from domain.calendar import DaysAfter, all_days_after
from domain.returns import Place

if TYPE_CHECKING:
    from holidays import HolidayBase


def days_after(place: Place | None) -> DaysAfter:
    """How days are counted at a place: working days alone; everywhere, all days."""
    return all_days_after if place is None else lambda day, days: _working_days_after(place, day, days)


def ending_on_working_day(place: Place | None) -> DaysAfter:
    """How the law counts: all days, but the last one is a working day of the place, if there is one."""
    working = days_after(place)
    return lambda day, days: working(all_days_after(day, days), 0)


def subdivisions() -> Mapping[str, Sequence[str]]:
    """The parts that have holidays of their own, by the country; no unknown country is in it."""
    from holidays import list_supported_countries

    return list_supported_countries(include_aliases=False)


@lru_cache(maxsize=4096)
def _working_days_after(place: Place, day: date, days: int) -> date:
    """The working day that comes so many after a day; if it is none, the day itself or the next working day."""
    return _holidays(place).get_nth_working_day(day, days)


@cache
def _holidays(place: Place) -> "HolidayBase":
    from holidays import country_holidays

    return country_holidays(place.country, subdiv=place.subdivision)
