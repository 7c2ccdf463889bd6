"""Packages are listed: by the moment at which their order was placed. And they are exported.

The version before writes no such moment: its packages have the one at which they came in.
"""

from tortoise import fields, migrations
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

LISTS = "'ORDERS', 'REQUESTS', 'PLANS', 'PACKAGES', 'REFUNDS', 'RETURN_SHIPMENTS', 'WITHDRAWALS'"


class Migration(migrations.Migration):
    dependencies = [("models", "0039_staff")]

    operations = [
        ops.AddField("Package", "placed_at", fields.DatetimeField(db_default=Now())),
        ops.RunSQL(
            'update package p set placed_at = o.placed_at from "order" o where o.id = p.order_id', reverse_sql=""
        ),
        ops.AddIndex("Package", Index(fields=["placed_at", "id"])),
        ops.AddIndex("Package", Index(fields=["status", "placed_at", "id"])),
        ops.AddIndex("Package", Index(fields=["seller_id", "placed_at", "id"])),
        ops.AddIndex("Package", Index(fields=["seller_id", "status", "placed_at", "id"])),
        ops.RemoveIndex("Package", fields=["seller_id", "status"]),
        ops.RemoveConstraint("Export", name="export_list"),
        ops.AddConstraint("Export", CheckConstraint(check=f'"list" in ({LISTS})', name="export_list")),
    ]
