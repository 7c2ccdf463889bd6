"""What is counted of returns, day by day, and how times are kept so that days add up."""

from collections.abc import Mapping

from domain.words import Word

MOST_DAYS = 366
"""Days of one question."""
HOURS = (1, 2, 4, 8, 12, 24, 36, 48, 72, 96, 120, 144, 168, 240, 336, 504, 720, 1080, 1440)
"""Where the buckets of a time end, in hours; the last one has no end. Other bounds need `server.py recount`."""


class Figure(Word):
    """What is counted of a day."""

    ORDERED_UNITS = "ORDERED_UNITS", "Units of orders that were placed on the day."
    OPENED = "OPENED", "Requests that were opened; what goes on with a part of another is not opened again."
    CONFIRMED = "CONFIRMED", "Requests that were approved while they waited for a decision."
    REJECTED = "REJECTED", "Requests that were rejected."
    WITHDRAWN = "WITHDRAWN", "Requests that were withdrawn."
    EXPIRED = "EXPIRED", "Requests whose time passed."
    COMPLETED = "COMPLETED", "Requests whose money has gone back."
    UNITS_BACK = "UNITS_BACK", "Units of completed requests."
    REFUNDED = "REFUNDED", "Money of completed requests, in minor units of the currency that is the key."
    TIME_TO_ANSWER = "TIME_TO_ANSWER", "Decisions by the time since the request; the key is the bucket."
    TIME_TO_RECEIVE = "TIME_TO_RECEIVE", "First arrivals by the time since the return was agreed on."
    TIME_TO_REFUND = "TIME_TO_REFUND", "Completed requests by the time since they were made."
    BROKEN = "BROKEN", "Deadlines that passed; the key says which."
    REASON = "REASON", "Units that were asked for; the key is the reason's id."
    PRODUCT = "PRODUCT", "Units that were asked for; the key is the product's sku."


TIMES = (Figure.TIME_TO_ANSWER, Figure.TIME_TO_RECEIVE, Figure.TIME_TO_REFUND)


class BrokenDeadline(Word):
    """A deadline that somebody let pass."""

    ANSWER = "ANSWER", "Nobody decided on a request in time."
    SEND = "SEND", "The customer did not send the goods in time."
    ARRIVE = "ARRIVE", "Goods under way did not arrive in time."
    INSPECT = "INSPECT", "Nobody inspected the goods in time."
    REFUND = "REFUND", "The money of a withdrawal did not go back in time."


def seconds_of(bucket: int) -> tuple[int, int | None]:
    """Where a bucket begins and ends, in seconds; None for no end."""
    begin = HOURS[bucket - 1] * 3600 if bucket else 0
    return begin, HOURS[bucket] * 3600 if bucket < len(HOURS) else None


def quantile(counts: Mapping[int, int], percent: int) -> int | None:
    """The time in seconds that so many percent stay within, by buckets; None without any.

    Within a bucket all times are taken as evenly spread, so it is off by less than the bucket's width. In the last
    bucket it is where that begins.
    """
    wanted = sum(counts.values()) * percent / 100
    before = 0
    for bucket in sorted(bucket for bucket, count in counts.items() if count):
        begin, end = seconds_of(bucket)
        if before + counts[bucket] >= wanted:
            return begin if end is None else round(begin + (end - begin) * (wanted - before) / counts[bucket])
        before += counts[bucket]
    return None


def rate(part: int, whole: int) -> int | None:
    """A share in basis points, rounded; None of nothing."""
    return (part * 20_000 + whole) // (2 * whole) if whole else None
