"""Days as a marketplace counts them: by its own calendar, not by 24 hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The zone of a market's days, and the time after which an unreported delivery is assumed; None for never."""

    zone: tzinfo = UTC
    assumed_after: timedelta | None = timedelta(days=45)

    def last_moment(self, start: datetime, days: int) -> datetime:
        """The last moment of so many days; the day of the start is not counted, so it is the last of a whole day."""
        following = start.astimezone(self.zone).date() + timedelta(days=days) + _DAY
        return datetime.combine(following, time(), self.zone).astimezone(UTC) - _MOMENT

    def is_delivery_assumed(self, since: datetime, now: datetime) -> bool:
        """Whether a package that has been under way since then counts as delivered, though nobody has reported it."""
        return self.assumed_after is not None and since + self.assumed_after <= now

    def assumed_delivery(self, since: datetime, now: datetime) -> datetime:
        """When a package that has been under way since then counts as delivered: at most now."""
        return now if self.assumed_after is None else min(since + self.assumed_after, now)
