"""Short names for columns: ids, money in minor units, the domain's enums stored by value, PostgreSQL's xid8."""

from typing import Any, Literal, TypeVar, overload

from tortoise import fields
from tortoise.fields.base import Field

from domain.words import Word

W = TypeVar("W", bound=Word)


def key() -> Field[str]:
    """The primary key: a TypeID. A text that is too long for one is looked up like any other, and found nowhere."""
    field: Field[str] = fields.CharField(48, primary_key=True)
    field.validators.clear()
    return field


def minor(default: int | None = None) -> Field[int]:
    """An amount in the currency's minor unit."""
    return fields.BigIntField() if default is None else fields.BigIntField(default=default, db_default=default)


def units(default: int | None = 0) -> Field[int]:
    """A number of units of one order line."""
    return fields.IntField() if default is None else fields.IntField(default=default, db_default=default)


@overload
def word(kind: type[W], *, null: Literal[False] = False) -> Field[W]: ...


@overload
def word(kind: type[W], *, null: Literal[True]) -> Field[W | None]: ...


def word(kind: type[W], *, null: bool = False) -> Field[W] | Field[W | None]:
    """A word of the domain, stored by its value. A CHECK allows only its members (`one_of`)."""
    return WordField(kind, null=True) if null else WordField(kind)


def currency() -> Field[str]:
    """A currency code of ISO 4217."""
    return fields.CharField(3)


def one_of(column: str, kind: type[Word]) -> str:
    """The CHECK that a column holds a member of this enum."""
    return f'"{column}" in ({", ".join(repr(str(member)) for member in kind)})'


class WordField(Field[Any]):
    """A word of the domain in a text column that is as wide as the longest member of its enum.

    Migrations see a plain text column, so a new member needs a new CHECK and nothing else.
    """

    field_type = str

    def __init__(self, kind: type[Word], **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind
        self.max_length = max(len(member) for member in kind)

    @property
    def constraints(self) -> dict[str, int]:
        return {"max_length": self.max_length}

    @property
    def SQL_TYPE(self) -> str:  # type: ignore[override]  # Tortoise's own fields have it as a property, too
        return f"VARCHAR({self.max_length})"

    def to_python_value(self, value: Any) -> Word | None:
        return None if value is None else self.kind(value)

    def to_db_value(self, value: Any, instance: Any) -> str | None:
        return None if value is None else self.kind(value).value

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options: dict[str, Any] = {"null": True} if self.null else {}
        if self.has_db_default():
            options["db_default"] = self.db_default
        return "tortoise.fields.data.CharField", [], {"max_length": self.max_length, **options}


class NullableTextField(Field[str | None]):
    """A nullable text of any length. Tortoise's own TextField is typed as never null."""

    field_type = str
    indexable = False
    SQL_TYPE = "TEXT"

    def __init__(self) -> None:
        super().__init__(null=True)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "tortoise.fields.data.TextField", [], {"null": True}


class Xid8Field(Field[int], int):
    """PostgreSQL's 64-bit transaction id. The database fills in the id of the transaction that writes the row."""

    SQL_TYPE = "XID8"
