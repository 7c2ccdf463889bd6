"""Orders as they are: weights, a country, taxes that prices include, and what went back before an order came in.

Every column has a default or may be null, so processes of the version before go on. Orders that have an address get its
country.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

COUNTRY = """
update "order" o set country = a.country from shipping_address a where a.order_id = o.id and o.country is null
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0018_adjustments")]

    operations = [
        ops.AddField("Order", "tax_included", fields.BooleanField(default=False, db_default=False)),
        ops.AddField("Order", "included_tax_minor", fields.BigIntField(default=0, db_default=0)),
        ops.AddField("Order", "external_minor", fields.BigIntField(default=0, db_default=0)),
        ops.AddField("Order", "country", fields.CharField(max_length=2, null=True)),
        ops.AddField("OrderItem", "included_tax_minor", fields.BigIntField(default=0, db_default=0)),
        ops.AddField("OrderItem", "weight_grams", fields.IntField(null=True)),
        ops.AddField("Payment", "external_minor", fields.BigIntField(default=0, db_default=0)),
        ops.AddField("CancellationPlan", "origin", fields.CharField(max_length=7, db_default="REQUEST")),
        ops.CreateModel(
            name="ExternalMovement",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "payment",
                    fields.ForeignKeyField(
                        "models.Payment",
                        source_field="payment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="external_movements",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("provider", fields.CharField(max_length=32)),
                ("reference", fields.CharField(max_length=200)),
                ("currency", fields.CharField(max_length=3)),
                ("amount_minor", fields.BigIntField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "external_movement",
                "app": "models",
                "indexes": [Index(fields=["order_id"]), Index(fields=["payment_id"])],
                "pk_attr": "id",
                "table_description": "Money that went back to a payment outside of Retour, under its reference at the payment's gateway.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint(
            "ExternalMovement", UniqueConstraint(fields=("provider", "reference"), name="external_movement_once")
        ),
        ops.AddConstraint(
            "ExternalMovement", CheckConstraint(check="amount_minor > 0", name="external_movement_amount")
        ),
        ops.AddConstraint(
            "CancellationPlan", CheckConstraint(check="\"origin\" in ('REQUEST', 'INTAKE')", name="plan_origin")
        ),
        ops.AddConstraint("Payment", CheckConstraint(check="external_minor >= 0", name="payment_external")),
        ops.AddConstraint(
            "OrderItem",
            CheckConstraint(
                check="(weight_grams is null or weight_grams > 0)"
                " and included_tax_minor between 0 and unit_price_minor * quantity - discount_minor",
                name="order_item_weight_and_tax",
            ),
        ),
        ops.RunSQL(COUNTRY, reverse_sql=""),
    ]
