"""From what a client selects to the columns and relations that must be read, remembered per place in a document."""

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

from engine.reads.field_walk import Cut, Spot, Tree, Walk, spots_of

Raw: TypeAlias = "GraphQLResolveInfo[Any]"

REMEMBERED_PLACES = 1024
REMEMBERED_SWITCHINGS = 64


class Picked:
    """A cut as a value, sorted and hashable; its hash is made once."""

    __slots__ = ("_hash", "below", "columns")

    def __init__(self, columns: tuple[str, ...] | None, below: "tuple[tuple[str, Picked], ...]") -> None:
        self.columns = columns
        self.below = below
        self._hash = hash((columns, below))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Picked) and (self.columns, self.below) == (other.columns, other.below)


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What one place of a document asks for; `asked` names the fields of its first two levels.

    One is equal to itself only, so that it can be looked up at once.
    """

    picked: Picked
    asked: frozenset[str]


@dataclass(slots=True)
class _Place:
    """A field of a document: its nodes (held, so that their identities stay theirs) and what they ask for."""

    nodes: list[FieldNode]
    switches: tuple[str, ...]
    known: dict[tuple[Any, ...], Any] = field(default_factory=dict)


_places: dict[tuple[Any, ...], _Place] = {}


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
    return info._raw_info


def variables_of(raw: Raw) -> dict[str, Any]:
    """The operation's coerced variables: Strawberry passes the dict itself, graphql-core a container."""
    values: Any = raw.variable_values
    coerced: dict[str, Any] = getattr(values, "coerced", values)
    return coerced


def whole(tree: Tree) -> Picked:
    """Whole rows, with those that a tree leads to."""
    return Picked(None, tuple([(name, whole(tree[name])) for name in sorted(tree)]))


def relations(picked: Picked) -> Tree:
    """The relations of a cut, the caller's own."""
    return {name: relations(below) for name, below in picked.below}


def _frozen(cut: Cut) -> Picked:
    columns = None if cut.columns is None else tuple(sorted(cut.columns))
    return Picked(columns, tuple([(name, _frozen(cut.below[name])) for name in sorted(cut.below)]))


def _remembered(raw: Raw, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """What is made of a place in a document, once for each set of values of its switches."""
    place = _place(raw, (raw.schema, *key, *map(id, raw.field_nodes)))
    variables = variables_of(raw)
    values = tuple([variables.get(name) for name in place.switches])
    known = place.known.get(values)
    if known is None:
        if len(place.known) >= REMEMBERED_SWITCHINGS:
            place.known.clear()
        known = place.known[values] = make()
    return known


def _walk(raw: Raw) -> Walk:
    return Walk(raw.schema, raw.fragments, variables_of(raw))


def _roots(raw: Raw, walk: Walk) -> list[Spot]:
    types = walk.possible(get_named_type(raw.return_type))
    return [Spot(node.selection_set, types) for node in raw.field_nodes if node.selection_set]


def _derived(raw: Raw, model: type[Model], type_name: str | None, at: str) -> Selection:
    walk = _walk(raw)
    roots = _roots(raw, walk)
    asked: set[str] = set()
    for name, found in walk.below(roots).items():
        asked.add(name)
        asked.update(f"{name}.{below}" for below in walk.below(spots_of(found)))
    spots = [spot for path in at.split("|") for spot in walk.at(roots, path)]
    if type_name is not None:
        spots = [Spot(spot.selections, walk.narrowed(spot.types, type_name)) for spot in spots]
    return Selection(_frozen(walk.cut(model, spots)), frozenset(asked))


def _place(raw: Raw, key: tuple[Any, ...]) -> _Place:
    place = _places.pop(key, None)
    if place is None:
        switches: set[str] = set()
        seen: set[str] = set()
        for node in raw.field_nodes:
            _find_switches(node.selection_set, raw.fragments, switches, seen)
        place = _Place(list(raw.field_nodes), tuple(sorted(switches)))
        if len(_places) >= REMEMBERED_PLACES:
            del _places[next(iter(_places))]
    _places[key] = place
    return place


def _find_switches(
    selections: SelectionSetNode | None,
    fragments: dict[str, FragmentDefinitionNode],
    switches: set[str],
    seen: set[str],
) -> None:
    """Collect the variables of every @skip and @include, also in branches that another one switches off."""
    for node in selections.selections if selections else ():
        for directive in node.directives or ():
            values = [argument.value for argument in directive.arguments or ()]
            switches.update(value.name.value for value in values if isinstance(value, VariableNode))
        if isinstance(node, FieldNode | InlineFragmentNode):
            _find_switches(node.selection_set, fragments, switches, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            _find_switches(fragments[node.name.value].selection_set, fragments, switches, seen)
