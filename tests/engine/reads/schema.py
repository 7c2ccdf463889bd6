"""The toy shop's GraphQL schema, in the way the application writes its own."""

from typing import Any, ClassVar

import strawberry
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from engine.conditions import (
    AccessPath,
    ByOwner,
    Column,
    Condition,
    Fragment,
    PerValue,
    Selective,
    ThroughTable,
    Value,
)
from engine.execution.computed import Prefixed, computed, row_value
from engine.reads import Needs, Ordering, Row, many, one, page, tree_of
from tests.engine.reads import shop

ORDERINGS = {
    "newest": Ordering("newest", ("-placed_at",)),
    "oldest": Ordering("oldest", ("placed_at",)),
    "total": Ordering("total", ("total_minor", "-customer_id")),
    "gift": Ordering("gift", ("gift", "number")),
}


def summary_of(row: Row) -> str:
    """A computation that needs relations which nobody may have selected."""
    return f"{row['sku']} of {row['seller'] and row['seller']['name']}"


def sellers_of(row: Row) -> list[str]:
    """One that needs a relation below a list."""
    return sorted({item["seller"]["name"] for item in row["items"] if item["seller"]})


@strawberry.interface
class Node(Prefixed):
    id: strawberry.ID


@strawberry.type
class Seller(Node):
    prefix: ClassVar[str] = "seller"
    name: str
    rating: str | None
    packages: "list[Package]"
    items: "list[Item]"


@strawberry.type
class Package(Node):
    prefix: ClassVar[str] = "package"
    status: str
    order: "Order"
    seller: Seller | None
    items: "list[Item]"


@strawberry.type
class Item(Node):
    prefix: ClassVar[str] = "item"
    sku: str
    quantity: int
    position: int
    order: "Order"
    package: Package | None
    seller: Seller | None
    summary: str = computed(summary_of, needs=Needs("package.order", "seller"))


@strawberry.type
class Invoice(Node):
    prefix: ClassVar[str] = "invoice"
    amount: str
    order: Node


@strawberry.type
class Sum:
    minor: JSON


@strawberry.type
class Papers:
    invoice: Invoice | None
    placed_at: str
    items: Sum = computed(lambda row: {"minor": row["total_minor"]}, needs=Needs("total_minor"))


@strawberry.type
class Order(Node):
    prefix: ClassVar[str] = "order"
    number: str
    placed_at: str
    total_minor: JSON
    invoice: Invoice | None
    packages: list[Package]
    items: list[Item]
    sellers: list[str] = computed(sellers_of, needs=Needs("items.seller"))
    papers: Papers = computed(lambda row: row, needs=Needs(embeds=True))


@strawberry.type
class Edge:
    cursor: str
    node: Order


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class OrderConnection:
    edges: list[Edge]
    nodes: list[Order]
    page_info: PageInfo
    total_count: int


@strawberry.type
class Payload:
    order: Order | None
    message: str


Info = strawberry.Info[shop.Visit, None]


async def order(info: Info, id: strawberry.ID) -> Any:
    """One order, its tree recorded."""
    info.context.trees.append(tree_of(info, shop.Order))
    return await one(info, shop.Order, by_id(id))


async def items(info: Info, order: strawberry.ID) -> Any:
    """A plain list."""
    return await many(info, shop.Item, where=Condition.equal("order_id", order))


async def node(info: Info, id: strawberry.ID) -> Any:
    """Any object, by the prefix of its id."""
    kind = str(id).partition("_")[0].title()
    info.context.trees.append(tree_of(info, MODELS[kind], kind))
    return await one(info, MODELS[kind], by_id(id), type_name=kind)


async def act(info: Info, id: strawberry.ID) -> Any:
    """What a mutation gives: the object is one field of a payload."""
    return {"order": await one(info, shop.Order, by_id(id), at="order"), "message": "done"}


_KEPT = tuple([(name, name) for name in ("placed_at", "total_minor", "customer_id", "id")])
_OTHER_THAN = Fragment(Column("id"), " <> ", Value(0))
PATHS: dict[str, tuple[AccessPath, ...]] = {
    "none": (),
    "per value": (PerValue("customer_id"),),
    "through table": (ThroughTable('"order"', "customer_id", _KEPT),),
    "selective": (Selective(),),
    "by owner": (ByOwner("customer_id"),),
}


def of_customers(customers: list[str], path: str) -> Condition:
    """Orders of these customers; only a single one can lead to them or own them."""
    if path in ("through table", "by owner"):
        return Condition.equal("customer_id", customers[0], *PATHS[path])
    return Condition.among("customer_id", customers, *PATHS[path])


async def orders(
    info: Info,
    customers: list[str] | None = None,
    path: str = "none",
    by: str = "newest",
    first: int | None = 20,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """A connection."""
    where = None
    if customers is not None:
        where = Condition.all([Condition(_OTHER_THAN, ("",)), of_customers(customers, path)])
    order = ORDERINGS[by]
    return await page(info, shop.Order, where=where, order=order, first=first, after=after, last=last, before=before)


@strawberry.type
class Query:
    order: Order | None = strawberry.field(resolver=order)
    items: list[Item] = strawberry.field(resolver=items)
    node: Node | None = strawberry.field(resolver=node)
    act: Payload = strawberry.field(resolver=act)
    orders: OrderConnection = strawberry.field(resolver=orders)


MODELS: dict[str, type[Any]] = {
    "Order": shop.Order,
    "Item": shop.Item,
    "Package": shop.Package,
    "Seller": shop.Seller,
    "Invoice": shop.Invoice,
}


def by_id(id: str) -> Condition:
    """The row of that id."""
    return Condition.equal("id", str(id))


schema = strawberry.Schema(
    query=Query,
    types=[Order, Item, Package, Seller, Invoice],
    config=StrawberryConfig(default_resolver=row_value),
)
