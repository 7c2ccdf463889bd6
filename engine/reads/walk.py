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
    """What a computed field reads of its row: paths of relations, "items.package".

    Put it on the field as `metadata={"needs": Needs(…)}`. With `embeds`, the field's object is read off the
    same row, so that a selection below the field counts as one on the row itself.
    """

    __slots__ = ("embeds", "tree")

    def __init__(self, *paths: str, embeds: bool = False) -> None:
        self.tree: Tree = {}
        self.embeds = embeds
        for path in paths:
            branch = self.tree
            for name in path.split("."):
                branch = branch.setdefault(name, {})


@dataclass(frozen=True, slots=True)
class Spot:
    """A selection set, and the types its object can have."""

    selections: SelectionSetNode
    types: Types


@dataclass(frozen=True, slots=True)
class Found:
    """One selected field of one type."""

    name: str
    needs: Needs
    below: Spot | None


_NOTHING = Needs()


class Walk:
    """One walk over a selection. What is selected of one object is walked together, a fragment once."""

    __slots__ = ("_fragments", "_schema", "_variables")

    def __init__(
        self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def tree(self, model: type[Model], spots: list[Spot]) -> Tree:
        """The relations that objects of these spots take, as rows of `model`."""
        tree: Tree = {}
        self._grow(tree, model, spots)
        return tree

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

    def _grow(self, tree: Tree, model: type[Model], spots: list[Spot]) -> None:
        relations = table_of(model).relations
        for name, found in self.below(spots).items():
            for one in found:
                _graft(tree, model, one.needs.tree)
            below = spots_of(found)
            if name in relations and below:
                self._grow(tree.setdefault(name, {}), relations[name].target, below)
            elif below and any(one.needs.embeds for one in found):
                self._grow(tree, model, below)

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
            below = None
            if node.selection_set:
                below = Spot(node.selection_set, self.possible(get_named_type(definition.type)))
            if known is None:
                yield Found(node.name.value, _NOTHING, below)
            else:
                yield Found(known.python_name, known.metadata.get("needs", _NOTHING), below)

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


def _graft(tree: Tree, model: type[Model], wanted: Tree) -> None:
    relations = table_of(model).relations
    for name, below in wanted.items():
        if name not in relations:
            raise LookupError(f"a field needs {name!r}, which is no relation of {model.__name__}")
        _graft(tree.setdefault(name, {}), relations[name].target, below)
