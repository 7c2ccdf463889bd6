"""Rows: columns, constraints and indexes, without behavior."""

from models.base import forbid_lazy_relations
from models.disputes import Dispute
from models.exports import Export, ExportPiece
from models.figures import DailyFigure, FigureCursor
from models.guests import OrderAccess
from models.journal import Event, IdempotencyRecord, LedgerEntry
from models.labels import CarrierEvent, ReturnLabel
from models.messages import Message, MessageCursor, MessagePreference, MessageTemplate
from models.orders import (
    BillingAddress,
    Order,
    OrderItem,
    Package,
    Payment,
    PaymentReference,
    SellerOrder,
    ShippingAddress,
)
from models.owner_events import OwnerEvent
from models.pauses import RefundPause
from models.people import Customer, Seller
from models.plans import (
    CancellationPlan,
    ExternalMovement,
    PlanAdjustment,
    PlanLine,
    Refund,
    RefundAttempt,
    SettledReference,
)
from models.privacy import SealedRecord
from models.requests import CancellationRequest, RequestItem
from models.return_terms import TermsVersion
from models.returns import ReturnLine, ReturnSettings, ReturnShipment
from models.terms import CancellationReason, ReasonLabel, ReturnPolicy
from models.tokens import TokenRevocation
from models.views import SavedView
from models.webhooks import WebhookCursor, WebhookDelivery, WebhookEndpoint
from models.withdrawals import Withdrawal, WithdrawalItem

__all__ = [
    "BillingAddress",
    "CancellationPlan",
    "CancellationReason",
    "CancellationRequest",
    "CarrierEvent",
    "Customer",
    "DailyFigure",
    "Dispute",
    "Event",
    "Export",
    "ExportPiece",
    "ExternalMovement",
    "FigureCursor",
    "IdempotencyRecord",
    "LedgerEntry",
    "Message",
    "MessageCursor",
    "MessagePreference",
    "MessageTemplate",
    "Order",
    "OrderAccess",
    "OrderItem",
    "OwnerEvent",
    "Package",
    "Payment",
    "PaymentReference",
    "PlanAdjustment",
    "PlanLine",
    "ReasonLabel",
    "Refund",
    "RefundAttempt",
    "RefundPause",
    "RequestItem",
    "ReturnLabel",
    "ReturnLine",
    "ReturnPolicy",
    "ReturnSettings",
    "ReturnShipment",
    "SavedView",
    "SealedRecord",
    "Seller",
    "SellerOrder",
    "SettledReference",
    "ShippingAddress",
    "TermsVersion",
    "TokenRevocation",
    "WebhookCursor",
    "WebhookDelivery",
    "WebhookEndpoint",
    "Withdrawal",
    "WithdrawalItem",
]

for _model in (
    BillingAddress,
    CancellationPlan,
    DailyFigure,
    Dispute,
    Event,
    ExportPiece,
    ExternalMovement,
    Message,
    MessagePreference,
    OrderItem,
    Package,
    Payment,
    PlanAdjustment,
    PlanLine,
    Refund,
    RefundAttempt,
    RequestItem,
    ReturnLabel,
    ReturnLine,
    ReturnSettings,
    ReturnShipment,
    SavedView,
    SealedRecord,
    SellerOrder,
    SettledReference,
    ShippingAddress,
    WebhookDelivery,
    Withdrawal,
    WithdrawalItem,
):
    forbid_lazy_relations(_model)
forbid_lazy_relations(CancellationRequest, "plan", "return_shipment")
forbid_lazy_relations(Order, "shipping_address", "billing_address")
