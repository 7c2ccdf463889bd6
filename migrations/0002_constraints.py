"""The constraints. Tortoise puts `Meta.constraints` into a CreateModel and does not create them, so they are added here."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [
        ops.AddConstraint(
            "CancellationPlan",
            CheckConstraint(
                check="\"status\" in ('WAITING', 'CONFIRMATION_WAITING', 'APPROVED', 'COMPLETED', 'REJECTED', 'VOIDED')",
                name="plan_status",
            ),
        ),
        ops.AddConstraint(
            "CancellationPlan",
            CheckConstraint(check="\"transaction\" in ('CANCEL', 'REFUND')", name="plan_transaction"),
        ),
        ops.AddConstraint(
            "CancellationPlan",
            CheckConstraint(
                check="\"refund_state\" in ('NONE', 'IN_PROGRESS', 'NEEDS_ATTENTION', 'DONE')",
                name="plan_refund_state",
            ),
        ),
        ops.AddConstraint("CancellationPlan", CheckConstraint(check="total_minor >= 0", name="plan_total")),
        ops.AddConstraint(
            "CancellationReason",
            CheckConstraint(check="\"transaction\" in ('CANCEL', 'REFUND')", name="reason_transaction"),
        ),
        ops.AddConstraint(
            "CancellationRequest",
            CheckConstraint(
                check="\"status\" in ('WAITING', 'APPROVED', 'COMPLETED', 'REJECTED', 'WITHDRAWN', 'EXPIRED')",
                name="request_status",
            ),
        ),
        ops.AddConstraint(
            "CancellationRequest",
            CheckConstraint(check="\"transaction\" in ('CANCEL', 'REFUND')", name="request_transaction"),
        ),
        ops.AddConstraint(
            "CancellationRequest",
            CheckConstraint(
                check="\"waiting_on\" in ('OWNER', 'SELLER', 'CUSTOMER', 'SYSTEM', 'NONE')",
                name="request_waiting_on",
            ),
        ),
        ops.AddConstraint(
            "CancellationRequest",
            CheckConstraint(
                check="(status = 'REJECTED') = (rejection_reason is not null)",
                name="request_rejection_has_reason",
            ),
        ),
        ops.AddConstraint(
            "Event",
            CheckConstraint(check="\"subject\" in ('PACKAGE', 'REQUEST', 'PLAN', 'REFUND')", name="event_subject"),
        ),
        ops.AddConstraint(
            "IdempotencyRecord",
            UniqueConstraint(fields=("caller", "operation", "key"), name="idempotency_once"),
        ),
        ops.AddConstraint("LedgerEntry", CheckConstraint(check="amount_minor > 0", name="ledger_entry_amount")),
        ops.AddConstraint(
            "Order",
            CheckConstraint(
                check="\"status\" in ('WAITING_PACKAGING', 'SHIPPING', 'DELIVERED', 'CANCELED', 'REFUNDED')",
                name="order_status",
            ),
        ),
        ops.AddConstraint(
            "Order",
            CheckConstraint(
                check="refunded_minor between 0 and captured_minor", name="order_refunded_at_most_captured"
            ),
        ),
        ops.AddConstraint("OrderItem", UniqueConstraint(fields=("order_id", "position"), name="order_item_position")),
        ops.AddConstraint("OrderItem", CheckConstraint(check="quantity > 0", name="order_item_quantity")),
        ops.AddConstraint(
            "OrderItem",
            CheckConstraint(
                check="active >= 0 and cancel_held >= 0 and canceled >= 0 and return_held >= 0 and returned >= 0 and quantity = active + cancel_held + canceled + return_held + returned",
                name="order_item_ledger",
            ),
        ),
        ops.AddConstraint(
            "OrderItem",
            CheckConstraint(
                check="unit_price_minor >= 0 and tax_minor >= 0 and discount_minor between 0 and unit_price_minor * quantity",
                name="order_item_amounts",
            ),
        ),
        ops.AddConstraint(
            "Package",
            CheckConstraint(
                check="\"status\" in ('PREPARING', 'READY_TO_SHIP', 'SHIPPED', 'DELIVERED', 'DELIVERY_FAILED', 'CANCELED')",
                name="package_status",
            ),
        ),
        ops.AddConstraint("Payment", UniqueConstraint(fields=("order_id", "position"), name="payment_position")),
        ops.AddConstraint(
            "Payment",
            CheckConstraint(
                check="allocated_minor between 0 and captured_minor",
                name="payment_allocated_at_most_captured",
            ),
        ),
        ops.AddConstraint("PlanLine", UniqueConstraint(fields=("plan_id", "order_item_id"), name="plan_line_once")),
        ops.AddConstraint(
            "PlanLine",
            CheckConstraint(
                check="quantity > 0 and total_minor >= 0 and total_minor = base_minor - discount_share_minor + tax_share_minor + shipping_share_minor + rounding_minor",
                name="plan_line_explains_itself",
            ),
        ),
        ops.AddConstraint("Refund", UniqueConstraint(fields=("plan_id", "payment_id"), name="refund_once_per_payment")),
        ops.AddConstraint(
            "Refund",
            CheckConstraint(
                check="\"status\" in ('PENDING', 'PROCESSING', 'UNKNOWN', 'SUCCEEDED', 'FAILED', 'SETTLED_MANUALLY')",
                name="refund_status",
            ),
        ),
        ops.AddConstraint("Refund", CheckConstraint(check="amount_minor > 0", name="refund_amount")),
        ops.AddConstraint(
            "RefundAttempt", UniqueConstraint(fields=("refund_id", "number"), name="refund_attempt_number")
        ),
        ops.AddConstraint(
            "RequestItem", UniqueConstraint(fields=("request_id", "order_item_id"), name="request_item_once")
        ),
        ops.AddConstraint(
            "RequestItem",
            UniqueConstraint(fields=("order_item_id",), name="request_item_in_one_open_request", condition="open"),
        ),
        ops.AddConstraint(
            "RequestItem",
            CheckConstraint(
                check="quantity > 0 and (accepted_quantity is null or accepted_quantity between 0 and quantity)",
                name="request_item_quantity",
            ),
        ),
        ops.AddConstraint(
            "ReturnPolicy",
            CheckConstraint(check="window_days >= 0 and response_days >= 0 and refund_days >= 0", name="policy_days"),
        ),
        ops.AddConstraint(
            "SellerOrder",
            CheckConstraint(
                check="\"status\" in ('WAITING_PACKAGING', 'SHIPPING', 'DELIVERED', 'CANCELED', 'REFUNDED')",
                name="seller_order_status",
            ),
        ),
        ops.AddConstraint("SellerOrder", CheckConstraint(check="shipping_minor >= 0", name="seller_order_shipping")),
        ops.RunSQL(
            "create unique index policy_one_current on return_policy (current) where current",
            reverse_sql="drop index policy_one_current",
        ),
    ]
