"""One walk over a selection: which fields of an object are asked for, and which relations they take."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_object_type,
)
from tortoise.models import Model

from engine.reads.tables import table_of

Tree: TypeAlias = "dict[str, Tree]"
"""The relations to read below a row, each with those below it."""
Types: TypeAlias = tuple[GraphQLObjectType, ...]

_DEFINITION = "strawberry-definition"


class Needs:
    """What a computed field reads of its row: paths of relations, "items.package", and of columns.

    A path that ends in a column, "items.package.status" or "version", takes that column alone; one that ends in
    a relation takes its rows whole. Where no path is a column of the row itself, the row is taken whole too.
    Put it on the field as `metadata={"needs": Needs(…)}`. With `embeds`, the field's object is read off the
    same row, so that a selection below the field counts as one on the row itself.
    """

    __slots__ = ("embeds", "paths")

    def __init__(self, *paths: str, embeds: bool = False) -> None:
        self.paths = tuple([tuple(path.split(".")) for path in paths])
        self.embeds = embeds


class Cut:
    """What to read of a row: columns (None: all of them), and the cuts of the rows it leads to."""

    __slots__ = ("below", "columns")

    def __init__(self) -> None:
        self.columns: set[str] | None = set()
        self.below: dict[str, Cut] = {}

    def add(self, column: str) -> None:
        """Read a column, too."""
        if self.columns is not None:
            self.columns.add(column)

    def widen(self) -> None:
        """Read every column."""
        self.columns = None

    def enter(self, relation: str) -> "Cut":
        """The cut of the rows behind a relation."""
        return self.below.setdefault(relation, Cut())


@dataclass(frozen=True, slots=True)
class Spot:
    """A selection set, and the types its object can have."""

    selections: SelectionSetNode
    types: Types


@dataclass(frozen=True, slots=True)
class Found:
    """One selected field of one type; of an abstract type, whose rows tell by their ids what they are, it `varies`."""

    name: str
    needs: Needs | None
    below: Spot | None
    varies: bool = False


_WHOLE = Needs()


class Walk:
    """One walk over a selection. What is selected of one object is walked together, a fragment once."""

    __slots__ = ("_fragments", "_schema", "_variables")

    def __init__(
        self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def cut(self, model: type[Model], spots: list[Spot]) -> Cut:
        """What objects of these spots take of rows of `model`; whole rows where nothing is selected."""
        cut = Cut()
        if not spots:
            cut.widen()
        self._grow(cut, model, spots)
        return cut

    def at(self, spots: list[Spot], path: str) -> list[Spot]:
        """The spots that a dotted path of field names leads to."""
        for name in filter(None, path.split(".")):
            spots = spots_of(self.below(spots).get(name, []))
        return spots

    def below(self, spots: Iterable[Spot]) -> dict[str, list[Found]]:
        """The fields selected in these spots, by their Python names."""
        fields: dict[str, list[Found]] = {}
        entered: set[tuple[str, Types]] = set()
        for spot in spots:
            for found in self._fields(spot, entered):
                fields.setdefault(found.name, []).append(found)
        return fields

    def possible(self, kind: Any) -> Types:
        """The object types that a value of this type can have; none for a leaf."""
        if is_object_type(kind):
            return (kind,)
        return tuple(self._schema.get_possible_types(kind)) if is_abstract_type(kind) else ()

    def narrowed(self, types: Types, condition: str | None) -> Types:
        """Those of the types that a fragment's type condition lets through."""
        if condition is None:
            return types
        possible = self.possible(self._schema.type_map[condition])
        return tuple([one for one in types if one in possible])

    def _grow(self, cut: Cut, model: type[Model], spots: list[Spot]) -> None:
        table = table_of(model)
        for name, found in self.below(spots).items():
            plain = [one for one in found if one.needs is None]
            related = spots_of(plain)
            for needs in {id(one.needs): one.needs for one in found}.values():
                if needs is not None:
                    _graft(cut, model, needs)
                elif name in table.columns:
                    cut.add(name)
                elif name not in table.relations:
                    cut.widen()
            if name in table.relations and related:
                target = table.relations[name].target
                self._grow(cut.enter(name), target, related)
                if any(one.varies for one in plain):
                    cut.enter(name).add(table_of(target).primary)
            embedded = spots_of([one for one in found if one.needs is not None and one.needs.embeds])
            if embedded:
                self._grow(cut, model, embedded)

    def _fields(self, spot: Spot, entered: set[tuple[str, Types]]) -> Iterator[Found]:
        for node in spot.selections.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield from self._field(node, spot.types)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else None
                types = self.narrowed(spot.types, condition)
                yield from self._fields(Spot(node.selection_set, types), entered)
            elif isinstance(node, FragmentSpreadNode) and (node.name.value, spot.types) not in entered:
                entered.add((node.name.value, spot.types))
                fragment = self._fragments[node.name.value]
                types = self.narrowed(spot.types, fragment.type_condition.name.value)
                yield from self._fields(Spot(fragment.selection_set, types), entered)

    def _field(self, node: FieldNode, types: Types) -> Iterator[Found]:
        for one in types:
            definition = one.fields.get(node.name.value)
            if definition is None:
                continue  # __typename, or a field of another type behind the same interface
            known = definition.extensions.get(_DEFINITION)
            kind, below = get_named_type(definition.type), None
            if node.selection_set:
                below = Spot(node.selection_set, self.possible(kind))
            if known is None:
                yield Found(node.name.value, None, below, is_abstract_type(kind))
            else:
                needs = known.metadata.get("needs", None if known.is_basic_field else _WHOLE)
                yield Found(known.python_name, needs, below, is_abstract_type(kind))

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            word = directive.name.value
            if word in ("skip", "include") and self._switch(directive.arguments or ()) is (word == "skip"):
                return False
        return True

    def _switch(self, arguments: Iterable[Any]) -> bool:
        value = next(argument.value for argument in arguments if argument.name.value == "if")
        if isinstance(value, VariableNode):
            return bool(self._variables.get(value.name.value))
        return cast(BooleanValueNode, value).value


def spots_of(found: Iterable[Found]) -> list[Spot]:
    """Where the fields' own selections are, each once though several types share it."""
    below = [one.below for one in found if one.below is not None]
    return list({(id(spot.selections), spot.types): spot for spot in below}.values())


def _graft(cut: Cut, model: type[Model], needs: Needs) -> None:
    columns = table_of(model).columns
    if not any(len(path) == 1 and path[0] in columns for path in needs.paths):
        cut.widen()
    for path in needs.paths:
        _graft_path(cut, model, path)


def _graft_path(cut: Cut, model: type[Model], path: tuple[str, ...]) -> None:
    for n, name in enumerate(path, 1):
        table = table_of(model)
        if n == len(path) and name in table.columns:
            return cut.add(name)
        if name not in table.relations:
            raise LookupError(f"a field needs {name!r}, which is no relation or column of {model.__name__}")
        cut, model = cut.enter(name), table.relations[name].target
    return cut.widen()
