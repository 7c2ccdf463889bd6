"""What all rows of an order book share: assignments to them are noted, and relations that were not read raise."""

from typing import Any, NoReturn, Protocol

from tortoise.exceptions import NoValuesFetched
from tortoise.models import Model

from domain.words import Word


class Notes(Protocol):
    """Where the rows of an order book report what has been assigned to them."""

    def note(self, row: "Row", column: str) -> None:
        """Remember that a column of a row has another value now."""


class Row(Model):
    """A row. One that belongs to an order book reports every assignment; any other is Tortoise's as it comes."""

    __slots__ = ("notes",)

    notes: Notes

    class Meta:
        abstract = True

    def __setattr__(self, key: str, value: Any) -> None:
        try:
            notes = _NOTES(self)
        except AttributeError:
            super().__setattr__(key, value)
        else:
            _SET(self, key, value)
            notes.note(self, key)


class StatusRow(Row):
    """A subject of the transition tables: its status moves along their edges, and its version counts the moves."""

    id: str
    status: Any
    version: Any
    transaction: Any = None
    """The transaction type, for subjects that have one."""

    class Meta:
        abstract = True

    def move_to(self, status: Word) -> None:
        """Take the status that an edge leads to."""
        self.status = status
        self.version += 1


class Unread:
    """Stands where a relation was not read. Tortoise would query when it is awaited; this raises whatever is asked."""

    def __init__(self, relation: str) -> None:
        self._relation = relation

    def __getattr__(self, name: str) -> NoReturn:
        raise NoValuesFetched(f"{self._relation} was not read: read it with the row, or look it up by its id.")

    def __await__(self) -> NoReturn:
        raise NoValuesFetched(f"{self._relation} was not read: prefetch it.")


def forbid_lazy_relations(model: type[Model], *backward: str) -> None:
    """Let a model's relations raise where they were not read, those to one row that `backward` names among them."""
    for name in {*model._meta.fk_fields, *model._meta.o2o_fields, *backward}:
        setattr(model, f"_{name}", Unread(f"{model.__name__}.{name}"))


_SET = object.__setattr__
_NOTES = Row.notes.__get__  # type: ignore[attr-defined]  # mypy does not know that a slot is a descriptor
