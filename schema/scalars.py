"""The scalars: texts on the wire, plain values inside."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from engine.execution.computed import passes_text

DateTime = NewType("DateTime", str)
Amount = NewType("Amount", str)
CurrencyCode = NewType("CurrencyCode", str)
Cursor = NewType("Cursor", str)


def _moment(value: object) -> datetime:
    if isinstance(value, str):
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
    raise ValueError("A DateTime is RFC 3339 with a zone, such as 2026-01-31T12:00:00Z.")


@passes_text
def _written(value: str | datetime) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _decimal(value: object) -> Decimal:
    try:
        if isinstance(value, str) and len(value) <= 40 and (amount := Decimal(value)).is_finite():
            return amount
    except InvalidOperation:
        pass
    raise ValueError('A Decimal is a text such as "12.30".')


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 200 or "\0" in value:
        raise ValueError("This must be a text of at most 200 characters.")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A moment, RFC 3339, in UTC.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_written,
        parse_value=_moment,
    ),
    Amount: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number as a text: never a float.",
        serialize=str,
        parse_value=_decimal,
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode", description="An ISO 4217 currency code.", serialize=str, parse_value=_text
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="A place in the journal, opaque. Give it as `after` to go on from there.",
        serialize=str,
        parse_value=_text,
    ),
}
