"""A toy shop for the reads: every kind of relation and of column, and a schema on top of it."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from engine.conditions import FALSE, Column, Condition, Fragment, Value
from engine.context import OperationContext
from engine.reads import Tree
from engine.visibility import Visibility

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
SELLERS = 4
CUSTOMERS = 7


class PackageStatus(StrEnum):
    """Where a package is."""

    PREPARING = "PREPARING"
    SHIPPED = "SHIPPED"


class Seller(Model):
    """Who sells."""

    id = fields.CharField(40, primary_key=True)
    name = fields.TextField()
    rating = fields.DecimalField(20, 18, null=True)
    secret = fields.TextField(default="hidden")
    unread_columns: ClassVar = ("secret",)

    class Meta:
        table = "seller"


class Order(Model):
    """What is bought; named as a word of SQL, with a column named otherwise than its field."""

    id = fields.CharField(40, primary_key=True)
    number = fields.TextField(source_field="order number")
    customer_id = fields.CharField(40)
    placed_at = fields.DatetimeField()
    total_minor = fields.BigIntField()
    gift = fields.BooleanField(default=False)
    note = fields.TextField(null=True)
    data: Any = fields.JSONField(default=dict)

    class Meta:
        table = "order"
        ordering = ("-placed_at",)
        indexes = (("placed_at", "id"), ("customer_id", "placed_at", "id"))


class Invoice(Model):
    """One to one with an order, from the other side."""

    id = fields.CharField(40, primary_key=True)
    order: fields.OneToOneRelation[Order] = fields.OneToOneField("models.Order", related_name="invoice")
    amount = fields.DecimalField(30, 10)

    class Meta:
        table = "invoice"


class Package(Model):
    """A package of one seller."""

    id = fields.CharField(40, primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("models.Order", related_name="packages")
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField("models.Seller", related_name="packages")
    order_id: str
    seller_id: str
    status = fields.CharEnumField(PackageStatus, max_length=20)

    class Meta:
        table = "package"


class Item(Model):
    """A line; `position` repeats within an order, so that the primary key has to decide."""

    id = fields.CharField(40, primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("models.Order", related_name="items")
    package: fields.ForeignKeyNullableRelation[Package] = fields.ForeignKeyField(
        "models.Package", related_name="items", null=True
    )
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField("models.Seller", related_name="items")
    sku = fields.TextField()
    quantity = fields.IntField()
    position = fields.SmallIntField()

    class Meta:
        table = "item"
        ordering = ("position",)


@dataclass(slots=True, kw_only=True)
class Visit(OperationContext):
    """A context on the shop's own connection; as a seller it sees only what is that seller's."""

    db: BaseDBAsyncClient
    seller: str | None = None
    trees: list[Tree] = field(default_factory=list)
    rules: dict[type[Model], Condition] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.visibility = visibility_of(self.seller, self.rules)


def visibility_of(seller: str | None = None, rules: dict[type[Model], Condition] | None = None) -> Visibility:
    """What a seller sees, or without one everybody; the rules that a test sets come first."""
    known = {**(_of_seller(seller) if seller else {}), **(rules or {})}
    return Visibility(known.get)


_SOLD = Fragment("exists (select from item i where i.order_id = ", Column("id"), " and i.seller_id = ", Value(0), ")")


def _of_seller(seller: str) -> dict[type[Model], Condition]:
    return {
        Order: Condition(_SOLD, (seller,)),
        Package: Condition.equal("seller_id", seller),
        Item: Condition.equal("seller_id", seller),
        Invoice: Condition(FALSE),
        Seller: Condition.equal("id", seller),
    }


async def stock(db: BaseDBAsyncClient, *, orders: int = 60, seed: int = 7) -> None:
    """Fill the shop, the same way each time. Every third order shares its moment with the one before."""
    chance = random.Random(seed)
    await Seller.bulk_create([_seller(n) for n in range(SELLERS)], using_db=db)
    bought = [_order(n) for n in range(orders)]
    await Order.bulk_create(bought, using_db=db)
    await Invoice.bulk_create([_invoice(order) for order in bought[::2]], using_db=db)
    packages, items = [], []
    for order in bought:
        for seller in sorted(chance.sample(range(SELLERS), 1 + chance.randrange(3))):
            package = Package(
                id=f"{order.id.replace('order', 'package')}x{seller}",
                order_id=order.id,
                seller_id=f"seller_{seller}",
                status=chance.choice(list(PackageStatus)),
            )
            packages.append(package)
            items += [_item(package, n, chance) for n in range(1 + chance.randrange(3))]
    await Package.bulk_create(packages, using_db=db)
    await Item.bulk_create(items, using_db=db)


def _seller(n: int) -> Seller:
    rating = Decimal("4.123456789012345678") if n % 2 else None
    return Seller(id=f"seller_{n}", name=f"Sel\"ler {n} ✓ \\ '", rating=rating)


def _order(n: int) -> Order:
    return Order(
        id=f"order_{(n * 37) % 1000:04d}",
        number=f"N{n}",
        customer_id=f"customer_{n % CUSTOMERS}",
        placed_at=START + timedelta(minutes=n - (n % 3 == 2), microseconds=n // 3),
        total_minor=2**53 + n % 5,
        gift=n % 2 == 0,
        note=None if n % 4 else 'a\u0001 "note" 🎁',
        data={"tags": ["a", n], "deep": {"none": None}},
    )


def _invoice(order: Order) -> Invoice:
    amount = Decimal("12345678901234567.0000000001")
    return Invoice(id=order.id.replace("order", "invoice"), order_id=order.id, amount=amount)


def _item(package: Package, n: int, chance: random.Random) -> Item:
    return Item(
        id=f"{package.id.replace('package', 'item')}x{n}",
        order_id=package.order_id,
        package_id=package.id if chance.random() < 0.8 else None,
        seller_id=package.seller_id,
        sku=f"sku-{chance.randrange(100)}",
        quantity=1 + chance.randrange(5),
        position=chance.randrange(2),
    )
