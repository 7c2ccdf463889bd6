"""What a client selects → the columns and relations to read, remembered for each field of a document."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from strawberry import Info
from tortoise.models import Model

from engine.compat.strawberry import raw_info
from engine.conditions import Fragment
from engine.reads.field_walk import ProjectionDraft, SelectionWalk, Tree, TypedSelection, selections_below

Raw: TypeAlias = "GraphQLResolveInfo[Any]"

REMEMBERED_FIELDS = 1024
REMEMBERED_FLAGS = 64


class Projection:
    """What to read of a row, as a value: columns (None: all), projections of the rows it leads to, derived values.

    All are sorted by their names.
    """

    __slots__ = ("_hash", "below", "columns", "derived")

    def __init__(
        self,
        columns: tuple[str, ...] | None,
        below: "tuple[tuple[str, Projection], ...]",
        derived: tuple[tuple[str, Fragment], ...] = (),
    ) -> None:
        self.columns = columns
        self.below = below
        self.derived = derived
        self._hash = hash((columns, below, derived))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Projection) and self._parts() == other._parts()

    def _parts(self) -> "tuple[object, ...]":
        return self.columns, self.below, self.derived


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What one field of a document asks for; `asked` names the fields of its first two levels.

    A selection equals itself only, which makes looking it up cheap.
    """

    projection: Projection
    asked: frozenset[str]


@dataclass(slots=True)
class _DocumentField:
    """A field of a document: its nodes (held, so that their identities stay theirs) and what they ask for."""

    nodes: list[FieldNode]
    flags: tuple[str, ...]
    known: dict[tuple[Any, ...], Any] = field(default_factory=dict)


_document_fields: dict[tuple[Any, ...], _DocumentField] = {}


def selected(info: Info[Any, Any], model: type[Model], *, type_name: str | None = None, at: str = "") -> Selection:
    """What is selected of `model` under the field of `info`.

    `at` is the path of fields (snake_case) from that field to the object, alternatives parted by "|":
    "edges.node|nodes". Where types can vary, `type_name` says which one the object is of.
    """
    raw = raw_of(info)
    known: Selection = _remembered(raw, (model, type_name, at), lambda: _derived(raw, model, type_name, at))
    return known


def selected_names(info: Info[Any, Any]) -> frozenset[str]:
    """The fields that are selected directly under the field of `info`, by their Python names."""
    raw = raw_of(info)

    def derived() -> frozenset[str]:
        walk = _walk(raw)
        return frozenset(walk.below(_roots(raw, walk)))

    known: frozenset[str] = _remembered(raw, (), derived)
    return known


def raw_of(info: Info[Any, Any]) -> Raw:
    """What graphql-core knows of the field; Strawberry's public selections lose the types of fragments."""
    return raw_info(info)


def variables_of(raw: Raw) -> dict[str, Any]:
    """The operation's coerced variables: Strawberry passes the dict itself, graphql-core a container."""
    values: Any = raw.variable_values
    coerced: dict[str, Any] = getattr(values, "coerced", values)
    return coerced


def whole(tree: Tree) -> Projection:
    """Whole rows, with those that a tree leads to."""
    return Projection(None, tuple([(name, whole(tree[name])) for name in sorted(tree)]))


def relations(projection: Projection) -> Tree:
    """The relations of a projection, as a tree of the caller's own."""
    return {name: relations(below) for name, below in projection.below}


def _frozen(draft: ProjectionDraft) -> Projection:
    columns = None if draft.columns is None else tuple(sorted(draft.columns))
    below = tuple([(name, _frozen(draft.below[name])) for name in sorted(draft.below)])
    return Projection(columns, below, tuple([(name, draft.derived[name]) for name in sorted(draft.derived)]))


def _remembered(raw: Raw, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """What is made of a field of a document, once for each set of values of its flags."""
    document_field = _document_field(raw, (raw.schema, *key, *map(id, raw.field_nodes)))
    variables = variables_of(raw)
    values = tuple([variables.get(name) for name in document_field.flags])
    known = document_field.known.get(values)
    if known is None:
        if len(document_field.known) >= REMEMBERED_FLAGS:
            document_field.known.clear()
        known = document_field.known[values] = make()
    return known


def _walk(raw: Raw) -> SelectionWalk:
    return SelectionWalk(raw.schema, raw.fragments, variables_of(raw))


def _roots(raw: Raw, walk: SelectionWalk) -> list[TypedSelection]:
    types = walk.possible(get_named_type(raw.return_type))
    return [TypedSelection(node.selection_set, types) for node in raw.field_nodes if node.selection_set]


def _derived(raw: Raw, model: type[Model], type_name: str | None, at: str) -> Selection:
    walk = _walk(raw)
    roots = _roots(raw, walk)
    asked: set[str] = set()
    for name, found in walk.below(roots).items():
        asked.add(name)
        asked.update(f"{name}.{below}" for below in walk.below(selections_below(found)))
    places = [place for path in at.split("|") for place in walk.at(roots, path)]
    if type_name is not None:
        places = [TypedSelection(place.selections, walk.matching(place.types, type_name)) for place in places]
    return Selection(_frozen(walk.projection(model, places)), frozenset(asked))


def _document_field(raw: Raw, key: tuple[Any, ...]) -> _DocumentField:
    found = _document_fields.pop(key, None)
    if found is None:
        flags: set[str] = set()
        seen: set[str] = set()
        for node in raw.field_nodes:
            _find_flags(node.selection_set, raw.fragments, flags, seen)
        found = _DocumentField(list(raw.field_nodes), tuple(sorted(flags)))
        if len(_document_fields) >= REMEMBERED_FIELDS:
            del _document_fields[next(iter(_document_fields))]
    _document_fields[key] = found
    return found


def _find_flags(
    selections: SelectionSetNode | None,
    fragments: dict[str, FragmentDefinitionNode],
    flags: set[str],
    seen: set[str],
) -> None:
    """Collect the variables of every @skip and @include, also in branches that another one switches off."""
    for node in selections.selections if selections else ():
        for directive in node.directives or ():
            values = [argument.value for argument in directive.arguments or ()]
            flags.update(value.name.value for value in values if isinstance(value, VariableNode))
        if isinstance(node, FieldNode | InlineFragmentNode):
            _find_flags(node.selection_set, fragments, flags, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            _find_flags(fragments[node.name.value].selection_set, fragments, flags, seen)
