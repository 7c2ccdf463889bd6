"""Rows: columns, constraints and indexes, without behavior."""

from models.base import forbid_lazy_relations
from models.journal import Event, IdempotencyRecord, LedgerEntry
from models.orders import Order, OrderItem, Package, Payment, PaymentReference, SellerOrder
from models.people import Customer, Seller
from models.plans import CancellationPlan, PlanLine, Refund, RefundAttempt
from models.requests import CancellationRequest, RequestItem
from models.terms import CancellationReason, ReasonLabel, ReturnPolicy
from models.webhooks import WebhookCursor, WebhookDelivery, WebhookEndpoint

__all__ = [
    "CancellationPlan",
    "CancellationReason",
    "CancellationRequest",
    "Customer",
    "Event",
    "IdempotencyRecord",
    "LedgerEntry",
    "Order",
    "OrderItem",
    "Package",
    "Payment",
    "PaymentReference",
    "PlanLine",
    "ReasonLabel",
    "Refund",
    "RefundAttempt",
    "RequestItem",
    "ReturnPolicy",
    "Seller",
    "SellerOrder",
    "WebhookCursor",
    "WebhookDelivery",
    "WebhookEndpoint",
]

for _model in (
    CancellationPlan,
    Event,
    Order,
    OrderItem,
    Package,
    Payment,
    PlanLine,
    Refund,
    RefundAttempt,
    RequestItem,
    SellerOrder,
    WebhookDelivery,
):
    forbid_lazy_relations(_model)
forbid_lazy_relations(CancellationRequest, "plan")
