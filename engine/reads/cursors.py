"""Orderings of lists, and the opaque cursors that name a row's place in one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from tortoise.models import Model

from engine.errors import BadInput
from engine.reads.tables import Key, table_of

_BAD_CURSOR = "The cursor is not one of this list."


class Ordering(NamedTuple):
    """A named order of a list: columns, "-column" for descending; the primary key is added as the last one.

    The name stands in the cursors, so that a cursor is good for its own order only.
    """

    name: str
    columns: tuple[str, ...]


@lru_cache(maxsize=1024)
def key_of(model: type[Model], ordering: Ordering) -> Key:
    """The ordering, checked: readable columns, never null, of kinds for a cursor; raises ValueError."""
    table = table_of(model)
    key = table.sorted_by(ordering.columns)
    for name, _ in key:
        if table.field(name).null:
            raise ValueError(f"{model.__name__}.{name} can be null, so no page can be ordered by it")
        if _reader(model, name) is None:
            raise ValueError(f"{model.__name__}.{name} is of a kind that no cursor can carry")
    return key


def cursor_of(row: dict[str, Any], name: str, key: Key) -> str:
    """The opaque cursor of a row under the ordering of that name."""
    return urlsafe_b64encode(orjson.dumps([name, *[row[column] for column, _ in key]])).rstrip(b"=").decode()


def position(cursor: str | None, model: type[Model], name: str, key: Key) -> list[Any]:
    """The values behind a cursor, in the types that the columns take; none for no cursor. Raises BadInput."""
    if cursor is None:
        return []
    try:
        found = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise BadInput(_BAD_CURSOR) from None
    if not isinstance(found, list) or len(found) != len(key) + 1:
        raise BadInput(_BAD_CURSOR)
    if found[0] != name:
        raise BadInput("The cursor belongs to another order of this list.")
    return [_read(value, model, column) for value, (column, _) in zip(found[1:], key, strict=True)]


def _read(value: Any, model: type[Model], column: str) -> Any:
    reader = _reader(model, column)
    try:
        return reader(value, table_of(model).field(column).constraints) if reader else None
    except (ValueError, TypeError, OverflowError, InvalidOperation):
        raise BadInput(_BAD_CURSOR) from None


def _reader(model: type[Model], column: str) -> Any:
    kind: object = table_of(model).field(column).field_type  # of a JSON field, a tuple of types
    if not isinstance(kind, type):
        return None
    return next((reader for base, reader in _READERS if issubclass(kind, base)), None)


def _flag(value: Any, _limits: dict[str, Any]) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(value: Any, limits: dict[str, Any]) -> int:
    if type(value) is not int or not -limits["le"] - 1 <= value <= limits["le"]:
        raise ValueError
    return value


def _words(value: Any, _limits: dict[str, Any]) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _moment(value: Any, _limits: dict[str, Any]) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _day(value: Any, _limits: dict[str, Any]) -> date:
    return date.fromisoformat(value)


def _amount(value: Any, _limits: dict[str, Any]) -> Decimal:
    amount = Decimal(_words(value, {}))
    if not amount.is_finite():
        raise ValueError
    return amount


def _uuid(value: Any, _limits: dict[str, Any]) -> UUID:
    return UUID(_words(value, {}))


# bool before int and datetime before date: each is a kind of the other.
_READERS: Sequence[tuple[type, Any]] = (
    (bool, _flag),
    (int, _number),
    (str, _words),
    (datetime, _moment),
    (date, _day),
    (Decimal, _amount),
    (UUID, _uuid),
)
