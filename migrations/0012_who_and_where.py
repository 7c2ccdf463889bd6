"""What the owner reads about an order: the customer's phone, addresses, and when and with what the order was paid."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

ADDRESSES = {
    "ShippingAddress": ("shipping_address", "Where an order is delivered to."),
    "BillingAddress": ("billing_address", "Whom an order is billed to."),
}


class Migration(migrations.Migration):
    dependencies = [("models", "0010_numbers_in_any_case")]

    operations = [
        ops.AddField("Customer", "phone", fields.CharField(max_length=40, null=True)),
        ops.AddField("Payment", "paid_at", fields.DatetimeField(null=True)),
        ops.AddField("Payment", "instrument", fields.CharField(max_length=80, null=True)),
        *[
            ops.CreateModel(
                name=name,
                fields=[
                    (
                        "order",
                        fields.OneToOneField(
                            "models.Order",
                            source_field="order_id",
                            primary_key=True,
                            db_constraint=True,
                            to_field="id",
                            related_name=table,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("name", fields.CharField(max_length=200)),
                    ("lines", fields.TextField()),
                    ("postal_code", fields.CharField(max_length=20, null=True)),
                    ("city", fields.CharField(max_length=120, null=True)),
                    ("region", fields.CharField(max_length=120, null=True)),
                    ("country", fields.CharField(max_length=2)),
                ],
                options={"table": table, "app": "models", "pk_attr": "order_id", "table_description": description},
                bases=["Model"],
            )
            for name, (table, description) in ADDRESSES.items()
        ],
    ]
