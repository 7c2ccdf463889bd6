"""Orders: what was bought, from which sellers, in which packages, and how it was paid."""

from tortoise import fields
from tortoise.fields import Field, JSONField
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.returns import Json
from domain.words import OrderStatus, PackageStatus
from models.base import Row, StatusRow
from models.fields import NullableTextField, currency, key, minor, one_of, units, word
from models.people import Customer, Seller


class Order(Row):
    """What one customer bought at once. Its row is the lock of all that belongs to it; `version` counts commands.

    `tax_included` says that prices include the tax: then `tax_minor` is 0 here and in the items, and
    `included_tax_minor` is the share of the prices. `external_minor` is what went back outside of Retour. `disputed`
    says that the bank has not decided on a dispute of one of its payments. `country` is where the order is delivered
    to, a code of ISO 3166-1; `market` is where it was placed, by the owner's own name.
    """

    id = key()
    number = fields.CharField(64, unique=True)
    status = word(OrderStatus)
    currency = currency()
    placed_at = fields.DatetimeField()
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="orders", on_delete=fields.RESTRICT
    )
    customer_id: str
    items_minor = minor()
    discount_minor = minor()
    tax_minor = minor()
    shipping_minor = minor()
    captured_minor = minor()
    refunded_minor = minor(0)
    external_minor = minor(0)
    disputed = fields.BooleanField(default=False, db_default=False)
    tax_included = fields.BooleanField(default=False, db_default=False)
    included_tax_minor = minor(0)
    country = fields.CharField(2, null=True)
    market = fields.CharField(64, null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "order"
        indexes = (
            Index(fields=("customer_id", "placed_at", "id")),
            Index(fields=("status", "placed_at", "id")),
            PartialIndex(fields=("placed_at", "id"), condition={"disputed": True}, name="order_disputed"),
        )
        constraints = (
            CheckConstraint(check=one_of("status", OrderStatus), name="order_status"),
            CheckConstraint(
                check="refunded_minor between 0 and captured_minor", name="order_refunded_at_most_captured"
            ),
            UniqueConstraint(fields=("placed_at", "id"), name="order_placed"),
            UniqueConstraint(fields=("id", "customer_id"), name="order_customer"),
        )


class Address(Row):
    """An address of an order. It is a row of its own, because commands, which write the order's row, never read it.

    `lines` are the lines above the city, parted by line feeds; `country` is a code of ISO 3166-1.
    """

    name = fields.CharField(200)
    lines = fields.TextField()
    postal_code = fields.CharField(20, null=True)
    city = fields.CharField(120, null=True)
    region = fields.CharField(120, null=True)
    country = fields.CharField(2)

    class Meta:
        abstract = True


class ShippingAddress(Address):
    """Where an order is delivered to."""

    order: fields.OneToOneRelation[Order] = fields.OneToOneField(
        "models.Order", related_name="shipping_address", primary_key=True, on_delete=fields.RESTRICT
    )
    order_id: str

    class Meta:
        table = "shipping_address"


class BillingAddress(Address):
    """Whom an order is billed to."""

    order: fields.OneToOneRelation[Order] = fields.OneToOneField(
        "models.Order", related_name="billing_address", primary_key=True, on_delete=fields.RESTRICT
    )
    order_id: str

    class Meta:
        table = "billing_address"


class SellerOrder(Row):
    """The part of an order that one seller fulfills. Its shipping goes back with its last unit.

    Packages, items, requests and plans have the ids of order and seller as well, and a foreign key of the two ensures
    that such a part exists (migrations/0007_hang_together.py). `placed_at` always equals the order's: lists read it to
    find the latest orders of a seller. `shipping_surcharge_minor` is what of the shipping the customer has paid for
    something else than the least expensive delivery: a withdrawal by law does not bring it back.
    """

    id = key()
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="seller_orders", on_delete=fields.RESTRICT
    )
    order_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name="seller_orders", on_delete=fields.RESTRICT
    )
    seller_id: str
    status = word(OrderStatus)
    placed_at = fields.DatetimeField()
    shipping_minor = minor(0)
    shipping_surcharge_minor = minor(0)

    class Meta:
        table = "seller_order"
        ordering = ("id",)
        unique_together = (("order_id", "seller_id"),)
        indexes = (Index(fields=("seller_id", "placed_at", "order_id")),)
        constraints = (
            CheckConstraint(check=one_of("status", OrderStatus), name="seller_order_status"),
            CheckConstraint(check="shipping_minor >= 0", name="seller_order_shipping"),
            CheckConstraint(
                check="shipping_surcharge_minor between 0 and shipping_minor", name="seller_order_surcharge"
            ),
        )


class Package(StatusRow):
    """A package of one seller's part of an order. `return_until` follows from the policy in force at delivery.

    `under_way_since` is the last hand-over if that is not `shipped_at`: of a package that was sent again, and of one
    that came in without a time of shipping. The days after which a delivery is assumed count from it.
    `former` has what somebody's last change of the status has replaced (domain/undo.py).
    `placed_at` is the order's, by which lists of packages are sorted.
    """

    id = key()
    number = fields.CharField(80, unique=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="packages", on_delete=fields.RESTRICT
    )
    order_id: str
    seller_order: fields.ForeignKeyRelation[SellerOrder] = fields.ForeignKeyField(
        "models.SellerOrder", related_name="packages", on_delete=fields.RESTRICT
    )
    seller_order_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name="packages", on_delete=fields.RESTRICT
    )
    seller_id: str
    status: Field[PackageStatus] = word(PackageStatus)
    tracking_number = fields.CharField(120, null=True)
    shipped_at = fields.DatetimeField(null=True)
    under_way_since = fields.DatetimeField(null=True)
    delivered_at = fields.DatetimeField(null=True)
    placed_at = fields.DatetimeField(db_default=Now())
    delivery_assumed = fields.BooleanField(default=False, db_default=False)
    return_until = fields.DatetimeField(null=True)
    former: JSONField[dict[str, Json] | None] = JSONField(null=True)
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "package"
        ordering = ("number", "id")
        indexes = (
            Index(fields=("order_id",)),
            Index(fields=("seller_order_id",)),
            Index(fields=("placed_at", "id")),
            Index(fields=("status", "placed_at", "id")),
            Index(fields=("seller_id", "placed_at", "id")),
            Index(fields=("seller_id", "status", "placed_at", "id")),
        )
        constraints = (CheckConstraint(check=one_of("status", PackageStatus), name="package_status"),)


class OrderItem(Row):
    """An item of an order, with its units. Discount and both taxes are those of all units, the weight that of one.

    `tax_minor` is added to the price, `included_tax_minor` a share of it. `tags` are lines, parted by line feeds.
    An item whose units went into two packages was cut: what left it is an item of its own, `cut_from` the first one.
    All items that were cut from one are priced as the one line that they were sold as.
    """

    id = key()
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="items", on_delete=fields.RESTRICT
    )
    order_id: str
    seller_order: fields.ForeignKeyRelation[SellerOrder] = fields.ForeignKeyField(
        "models.SellerOrder", related_name="items", on_delete=fields.RESTRICT
    )
    seller_order_id: str
    package: fields.ForeignKeyRelation[Package] = fields.ForeignKeyField(
        "models.Package", related_name="items", on_delete=fields.RESTRICT
    )
    package_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name="items", on_delete=fields.RESTRICT
    )
    seller_id: str
    position = fields.IntField()
    sku = fields.CharField(120)
    name = fields.CharField(300)
    image_url = fields.CharField(1000, null=True)
    currency = currency()
    unit_price_minor = minor()
    discount_minor = minor(0)
    tax_minor = minor(0)
    included_tax_minor = minor(0)
    weight_grams = fields.IntField(null=True)
    category = fields.CharField(200, null=True)
    tags = NullableTextField()
    quantity = units(None)
    active = units(None)
    cancel_held = units()
    canceled = units()
    return_held = units()
    returned = units()
    cut_from: fields.ForeignKeyNullableRelation["OrderItem"] = fields.ForeignKeyField(
        "models.OrderItem", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    cut_from_id: str | None

    class Meta:
        table = "order_item"
        ordering = ("position", "id")
        indexes = (
            Index(fields=("order_id",)),
            Index(fields=("seller_order_id",)),
            Index(fields=("package_id",)),
            Index(fields=("seller_id",)),
        )
        constraints = (
            UniqueConstraint(fields=("order_id", "position"), name="order_item_position"),
            CheckConstraint(check="quantity > 0", name="order_item_quantity"),
            CheckConstraint(
                check="active >= 0 and cancel_held >= 0 and canceled >= 0 and return_held >= 0 and returned >= 0"
                " and quantity = active + cancel_held + canceled + return_held + returned",
                name="order_item_ledger",
            ),
            CheckConstraint(
                check="unit_price_minor >= 0 and tax_minor >= 0"
                " and discount_minor between 0 and unit_price_minor * quantity",
                name="order_item_amounts",
            ),
            CheckConstraint(
                check="(weight_grams is null or weight_grams > 0)"
                " and included_tax_minor between 0 and unit_price_minor * quantity - discount_minor",
                name="order_item_weight_and_tax",
            ),
        )


class Payment(Row):
    """A captured payment. `allocated_minor` is the part that refunds have paid back or are to pay back.

    `provider` names the gateway that pays refunds back; `reference` is the payment's id there. `total_minor` is what
    the payment captured for all of its orders together, stated if it pays for several. `external_minor` is what went
    back to it outside of Retour, beside its refunds: what is left of its external movements. `instrument` is what a
    person recognizes, such as "Visa •••• 4242", and never a whole card number.
    """

    id = key()
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="payments", on_delete=fields.RESTRICT
    )
    order_id: str
    position = fields.IntField()
    method = fields.CharField(40)
    provider = fields.CharField(32)
    reference = fields.CharField(200)
    currency = currency()
    captured_minor = minor()
    allocated_minor = minor(0)
    external_minor = minor(0)
    total_minor = fields.BigIntField(null=True)
    paid_at = fields.DatetimeField(null=True)
    instrument = fields.CharField(80, null=True)

    class Meta:
        table = "payment"
        ordering = ("position", "id")
        indexes = (Index(fields=("provider", "reference")),)
        constraints = (
            UniqueConstraint(fields=("order_id", "position"), name="payment_position"),
            CheckConstraint(
                check="allocated_minor between 0 and captured_minor",
                name="payment_allocated_at_most_captured",
            ),
            CheckConstraint(check="external_minor >= 0", name="payment_external"),
        )


class PaymentReference(Row):
    """A payment at its gateway, one row however many orders it pays for: what they captured of it, and its total.

    A trigger on `payment` writes it (migrations/0009_payment_references.py), so no writer can leave it out. Unless all
    of its orders state the total, the total is what the one order captured, and a second order is refused.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    provider = fields.CharField(32)
    reference = fields.CharField(200)
    currency = currency()
    captured_minor = minor()
    total_minor = minor()
    stated = fields.BooleanField()

    class Meta:
        table = "payment_reference"
        constraints = (
            UniqueConstraint(fields=("provider", "reference"), name="payment_reference_once"),
            CheckConstraint(
                check="captured_minor between 0 and total_minor", name="payment_reference_captured_at_most_total"
            ),
        )
