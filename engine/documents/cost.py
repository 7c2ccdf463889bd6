"""What a document adds up to, by one walk over each definition: a fragment comes before the definitions that spread it.

A document of n tokens costs O(n) however its fragments multiply; only the numbers grow.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    value_from_ast_untyped,
)

from engine.compat.strawberry import DEFINITION

LEAF = 1
OBJECT = 10
"""Costs are counted in tenths of an object."""

SLICES = ("first", "last")
INTROSPECTION = ("__schema", "__type")
_DIGITS = 9
"""No page needs a longer number, and Python parses very long ones slowly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a field declares about itself: `strawberry.field(metadata={"cost": Cost(weight=5)})`.

    `weight` is the cost of the field itself, in objects; `size` is the length of a list. `counts` leads to a list in
    the field's arguments, argument first: the lists in the field's answer are as long.
    """

    weight: float | None = None
    size: int | None = None
    counts: tuple[str, ...] = ()


@dataclass(slots=True)
class Measure:
    """What a selection adds up to; `listed` is multiplied by the page size that a connection passes down."""

    depth: int = 0
    fixed: int = 0
    listed: int = 0
    introspection: int = 0
    selects: int = 0
    """Fields with a selection, however long their lists are."""

    def add(self, other: "Measure") -> None:
        self.depth = max(self.depth, other.depth)
        self.fixed += other.fixed
        self.listed += other.listed
        self.introspection += other.introspection
        self.selects += other.selects

    def total(self, size: int) -> int:
        return self.fixed + size * self.listed


@dataclass(slots=True)
class Counts:
    """Counts over the text of a document, each definition once."""

    names: Counter[str] = field(default_factory=Counter)
    """How often each response name is asked for, and each fragment spread."""
    aliases: int = 0
    slices: set[tuple[str, ...]] = field(default_factory=set)
    """Where in the variables the length of a page or list stands."""

    @property
    def repeats(self) -> int:
        return sum(n * (n - 1) // 2 for n in self.names.values())


@dataclass(slots=True, kw_only=True)
class CostWalk:
    """One pass over a document; `known` holds the measures of the fragments passed so far."""

    schema: GraphQLSchema
    list_size: int
    """The assumed size of a list that declares none."""
    sizes: Mapping[tuple[str, str], int]
    """Known lengths of lists, by type and field."""
    variables: Mapping[str, Any]
    counts: Counts = field(default_factory=Counts)
    known: dict[str, Measure] = field(default_factory=dict)

    def operations(self, document: DocumentNode) -> dict[str | None, Measure]:
        """Each operation's measure by its name. A cycle of fragments adds nothing: validation refuses it."""
        definitions = document.definitions
        fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        for name in _spread_first(fragments):
            fragment = fragments[name]
            on = self.schema.get_type(fragment.type_condition.name.value)
            self.known[name] = self._selection(fragment.selection_set, on)
        return {
            d.name.value if d.name else None: self._selection(d.selection_set, self.schema.get_root_type(d.operation))
            for d in definitions
            if isinstance(d, OperationDefinitionNode)
        }

    def _selection(self, selection_set: SelectionSetNode, on: GraphQLNamedType | None) -> Measure:
        """The sum of a selection. A fragment spread twice in one selection is one fragment."""
        measure = Measure()
        spread: set[str] = set()
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                measure.add(self._field(node, on))
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else on
                measure.add(self._selection(node.selection_set, inner))
            elif isinstance(node, FragmentSpreadNode):
                self.counts.names[f"...{node.name.value}"] += 1
                if node.name.value not in spread:
                    spread.add(node.name.value)
                    measure.add(self.known.get(node.name.value, Measure()))
        return measure

    def _field(self, node: FieldNode, on: GraphQLNamedType | None) -> Measure:
        name = node.name.value
        self.counts.names[node.alias.value if node.alias else name] += 1
        self.counts.aliases += node.alias is not None
        definition = None
        if isinstance(on, GraphQLObjectType | GraphQLInterfaceType):
            definition = self.schema.get_field(on, name)
        inner = Measure()
        if node.selection_set:
            named = get_named_type(definition.type) if definition else None
            inner = self._selection(node.selection_set, named)
        if name in INTROSPECTION:
            return Measure(depth=1, introspection=inner.total(self.list_size))
        if definition is None or on is None:
            return Measure(inner.depth + 1, inner.fixed, inner.listed, inner.introspection, inner.selects + 1)
        return self._priced(node, definition, inner, self.sizes.get((on.name, name)))

    def _priced(self, node: FieldNode, definition: GraphQLField, inner: Measure, known: int | None) -> Measure:
        """A field's own weight and that of its content, times the size of a list."""
        declared = _declared(definition)
        weight = LEAF if is_leaf_type(get_named_type(definition.type)) else OBJECT
        if declared.weight is not None:
            weight = round(declared.weight * OBJECT)
        page = self._page(node, definition) if not declared.counts else self._given(node, declared.counts)
        measure = Measure(inner.depth + 1, introspection=inner.introspection)
        measure.selects = inner.selects + (node.selection_set is not None)
        if not _is_list(definition):
            measure.fixed = weight + inner.total(self.list_size if page is None else page)
            return measure
        item = weight + inner.total(self.list_size)
        size = next((size for size in (page, declared.size, known) if size is not None), None)
        if size is None:
            measure.listed = item
        else:
            measure.fixed = size * item
        return measure

    def _page(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """The page size that `first` or `last` give; None if the field takes neither."""
        sizes = [self._page_size(node, definition, name) for name in SLICES if name in definition.args]
        return max((size for size in sizes if size is not None), default=None)

    def _page_size(self, node: FieldNode, definition: GraphQLField, name: str) -> int | None:
        given = _argument(node, name)
        value: Any = None
        if isinstance(given, VariableNode):
            self.counts.slices.add((given.name.value,))
            value = self.variables.get(given.name.value)
        elif isinstance(given, IntValueNode):
            value = int(given.value[:_DIGITS])
        if value is None:
            value = _default(definition, name)
        return max(int(value), 0) if isinstance(value, int | float) and abs(value) < 10**_DIGITS else None

    def _given(self, node: FieldNode, path: tuple[str, ...]) -> int | None:
        """The length of a list among the arguments, of which any part may be a variable; None without it."""
        value, below = _argument(node, path[0]), path[1:]
        while isinstance(value, ObjectValueNode) and below:
            value = next((field.value for field in value.fields if field.name.value == below[0]), None)
            below = below[1:]
        if isinstance(value, VariableNode):
            place = (value.name.value, *below)
            self.counts.slices.add(place)
            return length_of(value_at(self.variables, place))
        return None if value is None else len(value.values) if isinstance(value, ListValueNode) else 1


def value_at(variables: Mapping[str, Any], place: tuple[str, ...]) -> Any:
    """What stands at a place in the variables, as they were sent; None without it."""
    value: Any = variables
    for name in place:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def length_of(value: Any) -> int | None:
    """How many values a list is sent with; one that is sent without brackets is a list of one."""
    return len(value) if isinstance(value, list) else None if value is None else 1


def defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """The whole numbers, lists and objects among the defaults of an operation's variables."""
    found: dict[str, Any] = {}
    for d in operation.variable_definitions or ():
        if isinstance(d.default_value, IntValueNode):
            found[d.variable.name.value] = int(d.default_value.value[:_DIGITS])
        elif isinstance(d.default_value, ListValueNode | ObjectValueNode):
            found[d.variable.name.value] = value_from_ast_untyped(d.default_value)
    return found


def _argument(node: FieldNode, name: str) -> ValueNode | None:
    return next((a.value for a in node.arguments or () if a.name.value == name), None)


def _is_list(definition: GraphQLField) -> bool:
    kind = definition.type
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def _declared(definition: GraphQLField) -> Cost:
    strawberry = definition.extensions.get(DEFINITION)
    declared = strawberry.metadata.get("cost") if strawberry is not None else None
    return declared if isinstance(declared, Cost) else Cost()


def _default(definition: GraphQLField, name: str) -> Any:
    argument = definition.args[name]
    return argument.default.value if argument.default is not None else argument.default_value


def _spreads(selection_set: SelectionSetNode) -> Iterator[str]:
    sets = [selection_set]
    while sets:
        for node in sets.pop().selections:
            if isinstance(node, FragmentSpreadNode):
                yield node.name.value
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                sets.append(node.selection_set)


def _spread_first(fragments: Mapping[str, FragmentDefinitionNode]) -> list[str]:
    """The fragments, each after those that it spreads; without recursion, since a chain may be long."""
    order: list[str] = []
    seen: set[str] = set()
    for root in fragments:
        path = [(root, _spreads(fragments[root].selection_set))] if root not in seen else []
        seen.add(root)
        while path:
            name, spreads = path[-1]
            following = next((s for s in spreads if s in fragments and s not in seen), None)
            if following is None:
                order.append(name)
                path.pop()
            else:
                seen.add(following)
                path.append((following, _spreads(fragments[following].selection_set)))
    return order
