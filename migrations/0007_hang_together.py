"""What belongs to a seller belongs to a part of the order that is that seller's, and a request to the order's customer.

Reads rely on it: a caller that may see such a row may see its order, and is not looked up again (`services/visibility.py`).
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint

PARTS = {
    "package": "package",
    "order_item": "order_item",
    "cancellation_request": "request",
    "cancellation_plan": "plan",
}


class Migration(migrations.Migration):
    dependencies = [("models", "0006_numbers")]

    operations = [
        *[
            ops.RunSQL(
                f"alter table {table} add constraint {name}_of_part"
                " foreign key (order_id, seller_id) references seller_order (order_id, seller_id)",
                reverse_sql=f"alter table {table} drop constraint {name}_of_part",
            )
            for table, name in PARTS.items()
        ],
        ops.AddConstraint("Order", UniqueConstraint(fields=("id", "customer_id"), name="order_customer")),
        ops.RunSQL(
            "alter table cancellation_request add constraint request_of_customer"
            ' foreign key (order_id, customer_id) references "order" (id, customer_id) on update cascade',
            reverse_sql="alter table cancellation_request drop constraint request_of_customer",
        ),
    ]
