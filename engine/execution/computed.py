"""How GraphQL types show dict rows: plain fields read a key, computed fields are functions of the row.

    class Query: …                                  # root fields have resolvers, async or not

    @strawberry.interface
    class Node(Prefixed):                           # the id says a row's concrete type: "order_01h…"
        id: strawberry.ID

    @strawberry.type
    class Order(Node):
        prefix: ClassVar[str] = "order"             # of its ids
        number: str                                 # row["number"]
        placed_at: DateTime                         # row["placed_at"], camel-cased for the client
        items: list[OrderItem]                      # row["items"], a list of rows
        total: Money = computed(lambda row: {"minor": row["total_minor"], "currency": row["currency"]})
        label: str = computed(label_of)             # def label_of(row: Row, *, locale: str = "en") -> str
        seller_name: str = computed(lambda row: row["seller"]["name"], needs=Needs("seller"))
        allowed_actions: list[AllowedAction] = batched(actions_of, needs=Needs("items.package", "plan"))
                                                    # def actions_of(rows: list[Row], info: Info) -> list[…]

    strawberry.Schema(query=Query, config=StrawberryConfig(default_resolver=row_value), …)

A computed value may be a scalar, an enum member, a row (or a list of them) or an instance of a Strawberry
type; a type of instances needs no convention at all. Computations are synchronous and without effects:
the executor may repeat them. A field's arguments are the function's keyword-only parameters. A scalar that only
passes texts on should say `serialize=str`, or mark its own function with `passes_text`: then it costs no call.
All of it is ordinary Strawberry; the compiled executor only reads the same declarations.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import strawberry
from graphql import GraphQLAbstractType, GraphQLResolveInfo, GraphQLSchema

from engine.compat.strawberry import DEFINITION
from engine.reads import Needs, Row

__all__ = [
    "Computation",
    "Needs",
    "Prefixed",
    "Row",
    "batched",
    "computation_of",
    "computed",
    "passes_text",
    "row_value",
]


@dataclass(frozen=True, slots=True)
class Computation:
    """The function behind a computed field: of one row, or (`many`) of a list of rows at once."""

    function: Callable[..., Any]
    many: bool
    takes_info: bool


def passes_text(serialize: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Mark a scalar's `serialize` that gives every text back as it is, so that the executor need not call it."""
    vars(serialize)["passes_text"] = True
    return serialize


def row_value(row: Any, name: str) -> Any:
    """The config's default resolver: a key of a dict row, an attribute of anything else."""
    return row[name] if isinstance(row, dict) else getattr(row, name)


def computed(function: Callable[..., Any], *, needs: Needs | None = None, **options: Any) -> Any:
    """A field whose value is `function(row)`, `function(row, info)` or either with keyword-only arguments.

    `options` are those of `strawberry.field`: description, name, deprecation_reason.
    """

    def resolve(root: Any, **arguments: Any) -> Any:
        return function(root, **arguments)

    return _field(function, resolve, many=False, needs=needs, **options)


def batched(function: Callable[..., Iterable[Any]], *, needs: Needs | None = None, **options: Any) -> Any:
    """A field computed for many rows at once: `function(rows)` returns one value per row, in order.

    The executor calls it once for each place in the document, for all rows. If it gives one object for several rows,
    that is completed once. Stock graphql-core calls it with a list of one row.
    """

    def resolve(root: Any, **arguments: Any) -> Any:
        (value,) = function([root], **arguments)
        return value

    return _field(function, resolve, many=True, needs=needs, **options)


def _field(
    function: Callable[..., Any],
    resolve: Callable[..., Any],
    *,
    many: bool,
    needs: Needs | None,
    **options: Any,
) -> Any:
    signature = inspect.signature(function)
    row, *others = signature.parameters.values()
    # Strawberry recognizes the row by the name "root", and looks annotations up in the module.
    vars(resolve)["__signature__"] = signature.replace(parameters=[row.replace(name="root"), *others])
    resolve.__module__ = function.__module__
    resolve.__annotations__ = {p.name: p.annotation for p in others if p.annotation is not p.empty}
    computation = Computation(function, many, "info" in signature.parameters)
    metadata = {"needs": needs or Needs(), "computation": computation}
    return strawberry.field(resolver=resolve, metadata=metadata, **options)


def computation_of(field: Any) -> Computation | None:
    """The function behind a field of the GraphQL schema, if it was declared computed or batched."""
    metadata = getattr(field.extensions.get(DEFINITION), "metadata", {})
    computation = metadata.get("computation")
    return computation if isinstance(computation, Computation) else None


class Prefixed:
    """Inherited by the `Node` interface: a dict row of an abstract type finds its type by the prefix of its id.

    An id is `prefix_suffix` (a TypeID), the prefix without underscores. A row needs no id if its type cannot vary.
    Instances of the type pass, too.
    """

    prefix: ClassVar[str] = ""

    @classmethod
    def is_type_of(cls, row: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        if isinstance(row, dict):
            return "id" not in row or bool(row["id"].partition("_")[0] == cls.prefix)
        return isinstance(row, cls)

    @classmethod
    def resolve_type(cls, row: Any, info: GraphQLResolveInfo[Any], abstract: GraphQLAbstractType) -> str | None:
        if isinstance(row, dict):
            return names_by_prefix(info.schema, abstract).get(row["id"].partition("_")[0])
        return next((t.name for t in info.schema.get_possible_types(abstract) if isinstance(row, origin(t))), None)


def origin(type_: Any) -> type:
    """The Python class that a GraphQL type was declared with."""
    cls = type_.extensions[DEFINITION].origin
    assert isinstance(cls, type)
    return cls


@lru_cache(maxsize=64)
def names_by_prefix(schema: GraphQLSchema, abstract: GraphQLAbstractType) -> dict[str, str]:
    """The names of an interface's (or union's) types by the prefix of their ids."""
    possible = [(origin(type_), type_.name) for type_ in schema.get_possible_types(abstract)]
    return {cls.prefix: name for cls, name in possible if issubclass(cls, Prefixed)}
