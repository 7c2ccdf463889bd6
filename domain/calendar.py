"""Days as a marketplace counts them: by its own calendar, not by 24 hours. And how a time is written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeAlias

DaysAfter: TypeAlias = Callable[[date, int], date]
"""How days are counted: the day that comes so many days after another."""

_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,12})?(Z|[+-][0-9]{2}:[0-9]{2})", re.IGNORECASE
)


def moment_of(text: str) -> datetime:
    """The time that a text of RFC 3339 names, in UTC. Raises ValueError for any other, as Python reads many more."""
    if not _RFC_3339.fullmatch(text):
        raise ValueError("not a time of RFC 3339")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError as fault:
        raise ValueError("not a time of the years 1 to 9999") from fault


def all_days_after(day: date, days: int) -> date:
    """Every day counts."""
    return day + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The zone of a market's days, and the time after which an unreported delivery is assumed; None for never."""

    zone: tzinfo = UTC
    assumed_after: timedelta | None = timedelta(days=45)

    def last_moment(self, start: datetime, days: int, days_after: DaysAfter = all_days_after) -> datetime:
        """The last moment of so many days; the day of the start is not counted, so it is the last of a whole day."""
        following = days_after(start.astimezone(self.zone).date(), days) + _DAY
        return datetime.combine(following, time(), self.zone).astimezone(UTC) - _MOMENT

    def is_delivery_assumed(self, since: datetime, now: datetime) -> bool:
        """Whether a package that has been under way since then counts as delivered, though nobody has reported it."""
        return self.assumed_after is not None and since + self.assumed_after <= now

    def assumed_delivery(self, since: datetime, now: datetime) -> datetime:
        """When a package that has been under way since then counts as delivered: at most now."""
        return now if self.assumed_after is None else min(since + self.assumed_after, now)
