"""What a document may ask for: how long, deep and wide it is, and what its answer may cost.

All of it runs before validation, whose rule on merged fields is quadratic.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_introspection_query,
    parse,
)

from engine.documents.cost import OBJECT, Cost, CostWalk, Counts, defaults
from engine.errors import TooComplex

__all__ = ["Cost", "CostAnalyzer", "Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may use. A cost of 1 is one object in the answer, a leaf is a tenth of it."""

    tokens: int = 2_000
    depth: int = 15
    aliases: int = 30
    repeats: int = 5_000
    """Pairs of fields with one response name, and of spreads of one fragment: validation compares them."""
    cost: int = 20_000
    selects: int = 200
    """Fields with a selection of their own: each is a part of an SQL statement that the database has to plan."""
    introspections: int = 2
    """The allowed multiple of the standard introspection query's cost."""
    list_size: int = 5
    """The assumed size of a list that declares none."""
    errors: int = 5
    """Errors of one answer; further ones are left out."""
    answer_bytes: int = 4_194_304
    """Bytes of an answer, and of what is read for it."""
    nesting: int = 64
    """Levels of JSON in a body."""
    body_bytes: int = 262_144
    body_seconds: float = 10.0
    operation_seconds: float = 30.0


class CostAnalyzer:
    """Counts and prices the documents of one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self.limits = limits
        self._schema = schema
        self._sizes = _introspection_sizes(schema)
        whole = self._walk({}).operations(_standard_introspection())
        self._introspection = limits.introspections * max(measure.introspection for measure in whole.values())

    def check(self, document: DocumentNode) -> Counts:
        """What a document counts; raises TooComplex if it is too large under any variables."""
        limits, walk = self.limits, self._walk({})
        measures = walk.operations(document).values()
        counts = walk.counts
        _at_most("aliases", counts.aliases, limits.aliases)
        _at_most("levels of fields", max((measure.depth for measure in measures), default=0), limits.depth)
        selects = max((measure.selects for measure in measures), default=0)
        _at_most("fields with a selection", selects, limits.selects)
        _at_most("pairs of equal fields or spreads", counts.repeats, limits.repeats)
        if max((measure.introspection for measure in measures), default=0) > self._introspection:
            raise TooComplex("The document asks for more introspection than is answered at once.")
        return counts

    def cost(self, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
        """The cost of an operation under these variables, in objects; raises TooComplex."""
        name = operation.name.value if operation.name else None
        measure = self._walk({**defaults(operation), **variables}).operations(document)[name]
        cost = -(-measure.total(self.limits.list_size) // OBJECT)
        if cost > self.limits.cost:
            raise TooComplex(
                f"The operation may cost {_short(cost)}; at most {self.limits.cost} is allowed. "
                "Ask for shorter pages or fewer nested lists."
            )
        return cost

    def _walk(self, variables: Mapping[str, Any]) -> CostWalk:
        return CostWalk(schema=self._schema, list_size=self.limits.list_size, sizes=self._sizes, variables=variables)


def _at_most(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise TooComplex(f"The document has {_short(count)} {what}; at most {limit} are allowed.")


def _short(number: int) -> str:
    """Fragments can multiply to numbers that are too long to print."""
    return str(number) if number < 10**9 else "over 1000000000"


@cache
def _standard_introspection() -> DocumentNode:
    """What tools ask a server for, the same for every schema."""
    return parse(
        get_introspection_query(specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True)
    )


def _introspection_sizes(schema: GraphQLSchema) -> dict[tuple[str, str], int]:
    """The average lengths of introspection's lists on this schema, rounded up."""
    types = len(schema.type_map)
    composite = GraphQLObjectType | GraphQLInterfaceType
    fields = [f for t in schema.type_map.values() if isinstance(t, composite) for f in t.fields.values()]
    arguments = sum(len(f.args) for f in fields)
    return {
        ("__Schema", "types"): types,
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): -(-len(fields) // types),
        ("__Field", "args"): -(-arguments // max(len(fields), 1)),
        ("__Type", "inputFields"): 2,
        ("__Type", "enumValues"): 2,
        ("__Type", "interfaces"): 1,
        ("__Type", "possibleTypes"): 1,
    }
