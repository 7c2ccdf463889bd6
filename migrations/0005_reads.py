"""What reads look for: the requests on an order line, whether they are open or not."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0004_webhooks")]

    operations = [ops.AddIndex("RequestItem", Index(fields=["order_item_id"]))]
