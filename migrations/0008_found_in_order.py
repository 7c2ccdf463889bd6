"""What pages look for: the latest of a seller's own orders, and of the requests of one kind, however few these are."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0007_hang_together")]

    operations = [
        ops.AddField("SellerOrder", "placed_at", fields.DatetimeField(null=True)),
        ops.RunSQL(
            'update seller_order s set placed_at = o.placed_at from "order" o where o.id = s.order_id',
            reverse_sql="",
        ),
        ops.AlterField("SellerOrder", "placed_at", fields.DatetimeField()),
        ops.RemoveIndex("Order", fields=["placed_at", "id"]),
        ops.AddConstraint("Order", UniqueConstraint(fields=("placed_at", "id"), name="order_placed")),
        ops.RunSQL(
            "alter table seller_order add constraint part_of_order"
            ' foreign key (order_id, placed_at) references "order" (id, placed_at) on update cascade',
            reverse_sql="alter table seller_order drop constraint part_of_order",
        ),
        ops.RemoveIndex("SellerOrder", fields=["seller_id", "order_id"]),
        ops.AddIndex("SellerOrder", Index(fields=["seller_id", "placed_at", "order_id"])),
        ops.AddIndex("CancellationRequest", Index(fields=["status", "updated_at", "id"])),
        ops.AddIndex("CancellationRequest", Index(fields=["waiting_on", "updated_at", "id"])),
        ops.AddIndex("CancellationRequest", Index(fields=["seller_id", "updated_at", "id"])),
        ops.AddIndex("CancellationRequest", Index(fields=["seller_id", "waiting_on", "created_at", "id"])),
        ops.AddIndex("CancellationPlan", Index(fields=["seller_id", "status", "created_at", "id"])),
        ops.AddIndex("CancellationPlan", Index(fields=["seller_id", "refund_state", "created_at", "id"])),
        ops.RemoveIndex("WebhookDelivery", fields=["endpoint_id", "created_at"]),
        ops.AddIndex("WebhookDelivery", Index(fields=["created_at", "id"])),
        ops.AddIndex("WebhookDelivery", Index(fields=["state", "created_at", "id"])),
        ops.AddIndex("WebhookDelivery", Index(fields=["endpoint_id", "created_at", "id"])),
        ops.AddIndex("WebhookDelivery", Index(fields=["endpoint_id", "state", "created_at", "id"])),
    ]
