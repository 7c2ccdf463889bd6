"""The base of all rows: an order book notes assignments to its rows, and a relation that was not read raises."""

from datetime import datetime
from operator import attrgetter
from typing import Any, NoReturn, Protocol, TypeAlias

from tortoise.exceptions import NoValuesFetched
from tortoise.fields import Field
from tortoise.models import Model

from domain.returns import Json
from domain.words import TransactionType, Word
from models.compat import forward_relations, preset_relation

Columns: TypeAlias = dict[str, Any]
"""The columns of a row by their names."""


ColumnValue: TypeAlias = "datetime | Json"
"""What a column may be given; a word of the domain is a text."""


class Notes(Protocol):
    """The object to which the rows of an order book report assignments."""

    def note(self, row: "Row", column: str) -> None:
        """Remember that a column of a row has a new value."""


class Row(Model):
    """A row. If it belongs to an order book, it reports every assignment; otherwise it behaves as Tortoise's own.

    `notes` is None for a row that an order book will insert: all of its columns are written anyway.
    """

    __slots__ = ("notes",)

    notes: Notes | None

    class Meta:
        abstract = True

    def __setattr__(self, key: str, value: Any) -> None:
        try:
            notes = _NOTES(self)
        except AttributeError:
            super().__setattr__(key, value)
        else:
            _SET(self, key, value)
            if notes is not None:
                notes.note(self, key)


class StatusRow(Row):
    """A row of a subject of the transition tables: its status follows their edges, and `version` counts the changes."""

    id: str
    status: Any
    version: Field[int]
    transaction: Field[TransactionType] | None = None
    """The transaction type, for subjects that have one."""

    class Meta:
        abstract = True

    def move_to(self, status: Word) -> None:
        """Take the status that an edge leads to."""
        self.status = status
        self.version += 1


class Unread:
    """The placeholder of a relation that was not read. Every access raises, where Tortoise would query on `await`."""

    def __init__(self, relation: str) -> None:
        self._relation = relation

    def __getattr__(self, name: str) -> NoReturn:
        raise NoValuesFetched(f"{self._relation} was not read: read it with the row, or look it up by its id.")

    def __await__(self) -> NoReturn:
        raise NoValuesFetched(f"{self._relation} was not read: prefetch it.")


def forbid_lazy_relations(model: type[Model], *backward: str) -> None:
    """Make a model's relations raise if they were not read. `backward` names backward relations to one row as well."""
    for name in forward_relations(model) | set(backward):
        preset_relation(model, name, Unread(f"{model.__name__}.{name}"))


_SET = object.__setattr__
_NOTES = attrgetter("notes")
