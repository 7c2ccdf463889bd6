"""A request may end converted to a return."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

BEFORE = "'WAITING', 'APPROVED', 'COMPLETED', 'REJECTED', 'WITHDRAWN', 'EXPIRED'"


class Migration(migrations.Migration):
    dependencies = [("models", "0011_successors")]

    operations = [
        ops.RemoveConstraint("CancellationRequest", name="request_status"),
        ops.AddConstraint(
            "CancellationRequest",
            CheckConstraint(check=f"\"status\" in ({BEFORE}, 'CONVERTED')", name="request_status"),
        ),
    ]
