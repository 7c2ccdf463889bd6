"""What the callers of one scope may see of each table, and the statements that have been made for them."""

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeAlias

from tortoise.models import Model

from engine.conditions import AccessPath, Condition

TableRule: TypeAlias = Callable[[type[Model]], Condition | None]
RelationRule: TypeAlias = Callable[[type[Model], str, type[Model]], Condition | None]


class Statement(NamedTuple):
    """A text, and those of its values that the visibility adds: they follow the values of the reads' own conditions.

    `path` is the access path of a page, None for the table itself.
    """

    text: str
    values: tuple[Any, ...]
    path: AccessPath | None = None


class Visibility:
    """What one scope may see, asked of the rules once for each table and relation.

    `statements` are those that reads have made for this scope, by what they depend on.
    """

    __slots__ = ("_relations", "_rule", "_tables", "_through", "scope", "statements")

    def __init__(
        self, rule: TableRule | None = None, through: RelationRule | None = None, *, scope: tuple[str, ...] = ()
    ) -> None:
        """Of a table `rule` tells, everything without one; of a relation `through`, without one the table's rule."""
        self.scope = scope
        self._rule, self._through = rule, through
        self.statements: dict[Hashable, Statement] = {}
        self._tables: dict[type[Model], Condition | None] = {}
        self._relations: dict[tuple[type[Model], str], Condition | None] = {}

    def of(self, model: type[Model]) -> Condition | None:
        """The rows of a table that the scope may see; None is all of them."""
        if model not in self._tables:
            self._tables[model] = self._rule(model) if self._rule else None
        return self._tables[model]

    def through(self, model: type[Model], relation: str, target: type[Model]) -> Condition | None:
        """The rows that the scope may see of those that a visible row of `model` leads to by a relation.

        The condition may use columns of that row, and never shows more than `of(target)`.
        """
        key = (model, relation)
        if key not in self._relations:
            self._relations[key] = self._through(model, relation, target) if self._through else self.of(target)
        return self._relations[key]


EVERYTHING = Visibility()
"""All rows of all tables."""
