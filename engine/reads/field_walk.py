"""Walks a selection: which fields of an object are asked for, and which relations they take."""

from collections.abc import Iterable, Iterator, Mapping
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

from engine.conditions import Fragment
from engine.reads.tables import table_of

Tree: TypeAlias = "dict[str, Tree]"
"""The relations to read below a row, each with those below it."""
Types: TypeAlias = tuple[GraphQLObjectType, ...]

_DEFINITION = "strawberry-definition"
_NOTHING_DERIVED: Mapping[str, Fragment] = {}


class Needs:
    """What a computed field reads of its row: paths of relations, "items.package", and of columns.

    A path that ends in a column, "items.package.status" or "version", takes that column alone; one that ends in
    a relation takes its rows whole. Where no path is a column of the row itself, the row is taken whole too.
    Put it on the field as `metadata={"needs": Needs(…)}`. With `embeds`, the field's object is read off the
    same row, so that a selection below the field counts as one on the row itself. `derived` values are made by the
    database: keys of the row itself, or at the end of a path of relations, each with an expression about the table of
    its row, which holds no values.
    """

    __slots__ = ("derived", "embeds", "paths")

    def __init__(self, *paths: str, embeds: bool = False, derived: Mapping[str, Fragment] = _NOTHING_DERIVED) -> None:
        self.paths = tuple([tuple(path.split(".")) for path in paths])
        self.embeds = embeds
        self.derived = derived


class ProjectionDraft:
    """A projection in the making: columns (None: all), derived values, and the projections of the rows it leads to."""

    __slots__ = ("below", "columns", "derived")

    def __init__(self) -> None:
        self.columns: set[str] | None = set()
        self.below: dict[str, ProjectionDraft] = {}
        self.derived: dict[str, Fragment] = {}

    def add(self, column: str) -> None:
        """Read a column, too."""
        if self.columns is not None:
            self.columns.add(column)

    def widen(self) -> None:
        """Read every column."""
        self.columns = None

    def enter(self, relation: str) -> "ProjectionDraft":
        """The projection of the rows behind a relation."""
        return self.below.setdefault(relation, ProjectionDraft())


@dataclass(frozen=True, slots=True)
class TypedSelection:
    """A selection set, and the types its object can have."""

    selections: SelectionSetNode
    types: Types


@dataclass(frozen=True, slots=True)
class SelectedField:
    """One selected field of one type; of an abstract type, whose rows tell by their ids what they are, it `varies`."""

    name: str
    needs: Needs | None
    below: TypedSelection | None
    varies: bool = False


_WHOLE = Needs()


class SelectionWalk:
    """One walk over a selection. What is selected of one object is walked together, a fragment once."""

    __slots__ = ("_fragments", "_schema", "_variables")

    def __init__(
        self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def projection(self, model: type[Model], places: list[TypedSelection]) -> ProjectionDraft:
        """What objects of these places take of rows of `model`; whole rows where nothing is selected."""
        draft = ProjectionDraft()
        if not places:
            draft.widen()
        self._add_selected(draft, model, places)
        return draft

    def at(self, places: list[TypedSelection], path: str) -> list[TypedSelection]:
        """The places that a dotted path of field names leads to."""
        for name in filter(None, path.split(".")):
            places = selections_below(self.below(places).get(name, []))
        return places

    def below(self, places: Iterable[TypedSelection]) -> dict[str, list[SelectedField]]:
        """The fields selected in these places, by their Python names."""
        fields: dict[str, list[SelectedField]] = {}
        entered: set[tuple[str, Types]] = set()
        for place in places:
            for found in self._fields(place, entered):
                fields.setdefault(found.name, []).append(found)
        return fields

    def possible(self, kind: Any) -> Types:
        """The object types that a value of this type can have; none for a leaf."""
        if is_object_type(kind):
            return (kind,)
        return tuple(self._schema.get_possible_types(kind)) if is_abstract_type(kind) else ()

    def matching(self, types: Types, condition: str | None) -> Types:
        """Those of the types that a fragment's type condition lets through."""
        if condition is None:
            return types
        possible = self.possible(self._schema.type_map[condition])
        return tuple([kind for kind in types if kind in possible])

    def _add_selected(self, draft: ProjectionDraft, model: type[Model], places: list[TypedSelection]) -> None:
        table = table_of(model)
        for name, found in self.below(places).items():
            plain = [field for field in found if field.needs is None]
            related = selections_below(plain)
            for needs in {id(field.needs): field.needs for field in found}.values():
                if needs is not None:
                    _add_needs(draft, model, needs)
                elif name in table.columns:
                    draft.add(name)
                elif name not in table.relations:
                    draft.widen()
            if name in table.relations and related:
                target = table.relations[name].target
                self._add_selected(draft.enter(name), target, related)
                if any(field.varies for field in plain):
                    draft.enter(name).add(table_of(target).primary)
            embedded = selections_below([field for field in found if field.needs is not None and field.needs.embeds])
            if embedded:
                self._add_selected(draft, model, embedded)

    def _fields(self, place: TypedSelection, entered: set[tuple[str, Types]]) -> Iterator[SelectedField]:
        for node in place.selections.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield from self._field(node, place.types)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else None
                types = self.matching(place.types, condition)
                yield from self._fields(TypedSelection(node.selection_set, types), entered)
            elif isinstance(node, FragmentSpreadNode) and (node.name.value, place.types) not in entered:
                entered.add((node.name.value, place.types))
                fragment = self._fragments[node.name.value]
                types = self.matching(place.types, fragment.type_condition.name.value)
                yield from self._fields(TypedSelection(fragment.selection_set, types), entered)

    def _field(self, node: FieldNode, types: Types) -> Iterator[SelectedField]:
        for parent in types:
            definition = parent.fields.get(node.name.value)
            if definition is None:
                continue  # __typename, or a field of another type behind the same interface
            known = definition.extensions.get(_DEFINITION)
            kind, below = get_named_type(definition.type), None
            if node.selection_set:
                below = TypedSelection(node.selection_set, self.possible(kind))
            if known is None:
                yield SelectedField(node.name.value, None, below, is_abstract_type(kind))
            else:
                needs = known.metadata.get("needs", None if known.is_basic_field else _WHOLE)
                yield SelectedField(known.python_name, needs, below, is_abstract_type(kind))

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            word = directive.name.value
            if word in ("skip", "include") and self._flag(directive.arguments or ()) is (word == "skip"):
                return False
        return True

    def _flag(self, arguments: Iterable[Any]) -> bool:
        value = next(argument.value for argument in arguments if argument.name.value == "if")
        if isinstance(value, VariableNode):
            return bool(self._variables.get(value.name.value))
        return cast(BooleanValueNode, value).value


def selections_below(found: Iterable[SelectedField]) -> list[TypedSelection]:
    """Where the fields' own selections are, each once though several types share it."""
    below = [field.below for field in found if field.below is not None]
    return list({(id(place.selections), place.types): place for place in below}.values())


def _add_needs(draft: ProjectionDraft, model: type[Model], needs: Needs) -> None:
    columns = table_of(model).columns
    if not any(len(path) == 1 and path[0] in columns for path in needs.paths):
        draft.widen()
    for key, fragment in needs.derived.items():
        *relations, name = key.split(".")
        _entered(draft, model, relations)[0].derived[name] = fragment
    for path in needs.paths:
        _add_path(draft, model, path)


def _add_path(draft: ProjectionDraft, model: type[Model], path: tuple[str, ...]) -> None:
    *relations, last = path
    draft, model = _entered(draft, model, relations)
    if last in table_of(model).columns:
        draft.add(last)
    else:
        _entered(draft, model, [last])[0].widen()


def _entered(
    draft: ProjectionDraft, model: type[Model], relations: Iterable[str]
) -> tuple[ProjectionDraft, type[Model]]:
    """The projection that a path of relations leads to, and the model of its rows."""
    for name in relations:
        table = table_of(model)
        if name not in table.relations:
            raise LookupError(f"a field needs {name!r}, which is no relation or column of {model.__name__}")
        draft, model = draft.enter(name), table.relations[name].target
    return draft, model
