"""The scalars: strings in JSON, plain values in Python."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from engine.execution.computed import passes_text

DateTime = NewType("DateTime", datetime)
Amount = NewType("Amount", Decimal)
CurrencyCode = NewType("CurrencyCode", str)
Cursor = NewType("Cursor", str)


def _moment(value: object) -> datetime:
    if isinstance(value, str):
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
    raise ValueError("A DateTime must be in RFC 3339 format with a time zone, such as 2026-01-31T12:00:00Z.")


@passes_text
def _written(value: str | datetime) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _decimal(value: object) -> Decimal:
    try:
        if isinstance(value, str) and len(value) <= 40 and (amount := Decimal(value)).is_finite():
            return amount
    except InvalidOperation:
        pass
    raise ValueError('A Decimal must be a string that holds a number, such as "12.30".')


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
