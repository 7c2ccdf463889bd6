"""The ids of all objects: TypeIDs, sortable by time, with a prefix that names the type (`order_01h2…`)."""

from typeid.base32 import encode
from uuid_utils import uuid7

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
    "adjustment": "PlanAdjustment",
    "movement": "ExternalMovement",
    "return": "ReturnShipment",
    "returnline": "ReturnLine",
    "label": "ReturnLabel",
    "dispute": "Dispute",
    "withdrawal": "Withdrawal",
    "withdrawn": "WithdrawalItem",
    "terms": "TermsVersion",
    "pause": "RefundPause",
    "endpoint": "WebhookEndpoint",
    "delivery": "WebhookDelivery",
    "message": "Message",
    "template": "MessageTemplate",
    "access": "OrderAccess",
    "export": "Export",
    "view": "SavedView",
}
"""Each prefix with its model. The GraphQL type has the same name."""


def new_id(prefix: str) -> str:
    """A new id with this prefix. Within a process it sorts after every id that is a millisecond older."""
    return f"{prefix}_{encode(uuid7().bytes)}"  # the text of a TypeID, without an object that checks our own prefixes


def prefix_of(id: str) -> str:
    """The prefix of an id; "" if the text is not an id of ours."""
    prefix, _, rest = id.rpartition("_")
    return prefix if rest and prefix in MODELS_BY_PREFIX else ""
