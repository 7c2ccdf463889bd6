"""The scalars: strings in JSON, plain values in Python. A value has one spelling; other spellings are refused."""

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from domain.calendar import moment_of
from engine.execution.computed import passes_text

DateTime = NewType("DateTime", datetime)
Day = NewType("Day", date)
Amount = NewType("Amount", Decimal)
CurrencyCode = NewType("CurrencyCode", str)
Cursor = NewType("Cursor", str)

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST = 40


def _moment(value: object) -> datetime:
    if isinstance(value, str):
        with suppress(ValueError):
            return moment_of(value)
    raise ValueError("A DateTime must be in RFC 3339 format with a time zone, such as 2026-01-31T12:00:00Z.")


def _day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError("A Date must be a day of the calendar, such as 2026-01-31.")


@passes_text
def _written(value: str | date) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _decimal(value: object) -> Decimal:
    if isinstance(value, str) and len(value) <= _LONGEST and _DECIMAL.fullmatch(value):
        return Decimal(value)
    raise ValueError('A Decimal must be a string of digits with at most one point in them, such as "12.30".')


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 200 or "\0" in value:
        raise ValueError("This value must be a string of at most 200 characters.")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A time in RFC 3339 format. Answers are in UTC; inputs may have any time zone.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_written,
        parse_value=_moment,
    ),
    Day: strawberry.scalar(
        name="Date",
        description="A day of the calendar, such as `2026-01-31`.",
        serialize=_written,
        parse_value=_day,
    ),
    Amount: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number as a string, such as "12.30", never a float.',
        serialize=str,
        parse_value=_decimal,
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode", description="A currency code of ISO 4217, such as `EUR`.", serialize=str, parse_value=_text
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="A position in the journal. Treat it as opaque; send it as `after` to continue from there.",
        serialize=str,
        parse_value=_text,
    ),
}
