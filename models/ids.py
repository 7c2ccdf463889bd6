"""One kind of id everywhere: a TypeID, sortable by time, its prefix naming what it is (`order_01h2…`)."""

from typeid import TypeID

MODELS_BY_PREFIX = {
    "seller": "Seller",
    "customer": "Customer",
    "reason": "CancellationReason",
    "policy": "ReturnPolicy",
    "order": "Order",
    "part": "SellerOrder",
    "package": "Package",
    "item": "OrderItem",
    "payment": "Payment",
    "request": "CancellationRequest",
    "line": "RequestItem",
    "plan": "CancellationPlan",
    "planline": "PlanLine",
    "refund": "Refund",
    "attempt": "RefundAttempt",
    "endpoint": "WebhookEndpoint",
    "delivery": "WebhookDelivery",
}
"""Prefix → the model, and the GraphQL type, of the same name."""


def new_id(prefix: str) -> str:
    """A new id of this kind, later than every earlier one of this process up to a millisecond."""
    return str(TypeID(prefix=prefix))


def prefix_of(id: str) -> str:
    """What an id says it is; "" when it does not look like one."""
    prefix, _, rest = id.rpartition("_")
    return prefix if rest and prefix in MODELS_BY_PREFIX else ""
