"""Values of the API as people read them in a file."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]


def money(amount: Row | None) -> str | None:
    """An amount with its currency."""
    return None if amount is None else f"{amount['amount']} {amount['currency']}"


def moment(text: str | None) -> str | None:
    """A time as people read it."""
    return None if text is None else f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def said(word: str | None) -> str | None:
    """A word of the API as people write it."""
    return None if word is None else word.replace("_", " ").capitalize()


def listed(*parts: str | None) -> str:
    """Those of the parts that are there."""
    return " · ".join(filter(None, parts))


def named(row: Row | None, name: str = "name") -> str:
    """The name of what a row names, or nothing."""
    return "" if row is None else str(row[name])
