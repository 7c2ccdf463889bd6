"""Column shorthands: ids, money in minor units, enums of the domain stored by value, and PostgreSQL's xid8."""

from typing import Any

from tortoise import fields
from tortoise.fields.base import Field

from domain.words import Word


def key() -> Any:
    """The primary key: a TypeID."""
    return fields.CharField(48, primary_key=True)


def minor(default: int | None = None) -> Any:
    """An amount in the currency's minor unit."""
    return fields.BigIntField() if default is None else fields.BigIntField(default=default, db_default=default)


def units(default: int | None = 0) -> Any:
    """A number of units of one order line."""
    return fields.IntField() if default is None else fields.IntField(default=default, db_default=default)


def word(kind: type[Word], *, null: bool = False) -> Any:
    """A word of the domain, stored by its value; a CHECK holds the set (`one_of`)."""
    longest = max(len(member) for member in kind)
    return fields.CharField(longest, null=True) if null else fields.CharField(longest)


def currency() -> Any:
    """An ISO 4217 code."""
    return fields.CharField(3)


def one_of(column: str, kind: type[Word]) -> str:
    """The CHECK that a column holds a word of this kind."""
    return f'"{column}" in ({", ".join(repr(str(member)) for member in kind)})'


class Xid8Field(Field[int], int):
    """PostgreSQL's 64-bit transaction id; the database fills it in with the writing transaction's own."""

    SQL_TYPE = "XID8"
