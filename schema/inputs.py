"""The mutations' inputs. Each knows what it names (`target`) and what it wants of the services (`parse`), no more."""

from datetime import datetime
from decimal import Decimal
from typing import cast

import strawberry

import models
from domain.errors import Path, refuse
from domain.words import PackageStatus, Refusal, TransactionType
from schema.scalars import Amount, CurrencyCode, DateTime
from services.commands import Target
from services.currency import is_currency, parse_minor
from services.inputs import (
    ApplyInput,
    DecisionInput,
    IncomingItem,
    IncomingOrder,
    IncomingPackage,
    IncomingPart,
    IncomingPayment,
    ItemInput,
    PackageMove,
    RefundInput,
    ReturnInput,
)

_KEY = "A new text for every new command; the same again gives the first answer again."
_VERSION = "The version you decided on; refused with STALE_VERSION if it has changed since."


def repeatable() -> str | None:
    """The field that makes a command repeatable."""
    return cast("str | None", strawberry.field(default=None, description=_KEY))


def _version() -> int | None:
    return cast("int | None", strawberry.field(default=None, description=_VERSION))


@strawberry.input(description="Units of one order item, and why.")
class RequestItemInput:
    order_item_id: strawberry.ID
    quantity: int
    reason: str = strawberry.field(description="The reason's handle.")
    note: str | None = None

    def parse(self) -> ItemInput:
        return ItemInput(self.order_item_id, self.quantity, self.reason, self.note)


@strawberry.input
class RequestReturnInput:
    order_id: strawberry.ID
    items: list[RequestItemInput]
    policy_version: str | None = strawberry.field(
        default=None, description="The version of the return policy that the customer has accepted."
    )
    transaction: TransactionType | None = strawberry.field(
        default=None,
        description="Left out, each item's parcel decides: CANCEL before it has left, REFUND after.",
    )
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Order, self.order_id, "orderId")

    def parse(self) -> ReturnInput:
        return ReturnInput(tuple(item.parse() for item in self.items), self.policy_version, self.transaction)


@strawberry.input
class WithdrawRequestInput:
    request_id: strawberry.ID
    expected_version: int | None = _version()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.CancellationRequest, self.request_id, "requestId")

    def parse(self) -> DecisionInput:
        return DecisionInput(self.request_id, self.expected_version)


@strawberry.input(description="Names either a waiting request, or items of an order without one.")
class ApplyCancellationInput:
    transaction: TransactionType
    confirm: bool = strawberry.field(default=False, description='The answer to "Order Cancel?".')
    request_id: strawberry.ID | None = None
    order_id: strawberry.ID | None = None
    items: list[RequestItemInput] = strawberry.field(default_factory=list)
    expected_version: int | None = _version()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        if self.request_id:
            return Target(models.CancellationRequest, self.request_id, "requestId")
        if self.order_id:
            return Target(models.Order, self.order_id, "orderId")
        message = "Name either a request, or an order with items."
        raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("requestId",))

    def parse(self) -> ApplyInput:
        items = tuple(item.parse() for item in self.items)
        return ApplyInput(self.transaction, self.confirm, self.request_id, items, self.expected_version)


@strawberry.input
class AcceptedItemInput:
    order_item_id: strawberry.ID
    quantity: int


@strawberry.input
class ConfirmRequestInput:
    request_id: strawberry.ID
    items: list[AcceptedItemInput] = strawberry.field(
        default_factory=list,
        description="What is accepted of a return; an item left out is not. Leave the whole list out to accept all.",
    )
    expected_version: int | None = _version()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.CancellationRequest, self.request_id, "requestId")

    def parse(self) -> DecisionInput:
        accepted = tuple((item.order_item_id, item.quantity) for item in self.items)
        return DecisionInput(self.request_id, self.expected_version, accepted=accepted)


@strawberry.input
class RejectRequestInput:
    request_id: strawberry.ID
    reason: str = strawberry.field(default="", description="The customer will read it.")
    expected_version: int | None = _version()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.CancellationRequest, self.request_id, "requestId")

    def parse(self) -> DecisionInput:
        return DecisionInput(self.request_id, self.expected_version, reason=self.reason)


@strawberry.input
class UpdatePackageStatusInput:
    package_id: strawberry.ID
    status: PackageStatus
    tracking_number: str | None = None
    expected_version: int | None = _version()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Package, self.package_id, "packageId")

    def parse(self) -> PackageMove:
        return PackageMove(self.package_id, self.status, self.tracking_number, self.expected_version)


@strawberry.input
class RetryRefundInput:
    refund_id: strawberry.ID
    expected_version: int | None = _version()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Refund, self.refund_id, "refundId")

    def parse(self) -> RefundInput:
        return RefundInput(self.refund_id, expected_version=self.expected_version)


@strawberry.input
class SettleRefundInput:
    refund_id: strawberry.ID
    reference: str = strawberry.field(default="", description="Under which name the money was paid elsewhere.")
    expected_version: int | None = _version()
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Refund, self.refund_id, "refundId")

    def parse(self) -> RefundInput:
        return RefundInput(self.refund_id, self.reference, self.expected_version)


@strawberry.input
class CustomerInput:
    subject: str = strawberry.field(description="The `sub` of the customer's tokens.")
    name: str
    email: str | None = None


@strawberry.input
class OrderItemInput:
    sku: str
    name: str
    quantity: int
    unit_price: Amount
    discount: Amount | None = strawberry.field(default=None, description="Of the whole line.")
    tax: Amount | None = strawberry.field(default=None, description="Of the whole line, on top of the price.")
    image_url: str | None = None


@strawberry.input
class PackageInput:
    items: list[OrderItemInput]


@strawberry.input
class SellerOrderInput:
    seller: str = strawberry.field(description="The seller's handle; a seller not known yet is taken in.")
    seller_name: str
    shipping: Amount | None = None
    packages: list[PackageInput]


@strawberry.input
class PaymentInput:
    method: str
    captured: Amount
    provider: str = strawberry.field(default="ledger", description="Which gateway gives the money back.")
    reference: str = strawberry.field(default="", description="The payment's id at its gateway.")


@strawberry.input(description="A paid order.")
class CreateOrderInput:
    number: str
    currency: CurrencyCode
    placed_at: DateTime
    customer: CustomerInput
    seller_orders: list[SellerOrderInput]
    payments: list[PaymentInput]
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Order, "", "number")

    def parse(self) -> IncomingOrder:
        if not is_currency(self.currency):
            message = "This is not an ISO 4217 currency code with a minor unit."
            raise refuse(Refusal.INVALID_INPUT, message, about=("currency",))
        return IncomingOrder(
            number=self.number,
            currency=self.currency,
            placed_at=cast("datetime", self.placed_at),
            customer_subject=self.customer.subject,
            customer_name=self.customer.name,
            customer_email=self.customer.email,
            parts=tuple(self._part(part, ("sellerOrders", str(n))) for n, part in enumerate(self.seller_orders)),
            payments=tuple(
                IncomingPayment(
                    one.method,
                    one.provider,
                    one.reference,
                    self._minor(one.captured, ("payments", str(n), "captured")),
                )
                for n, one in enumerate(self.payments)
            ),
        )

    def _part(self, part: SellerOrderInput, at: Path) -> IncomingPart:
        packages = tuple(
            IncomingPackage(
                tuple(
                    self._item(item, (*at, "packages", str(n), "items", str(k))) for k, item in enumerate(package.items)
                )
            )
            for n, package in enumerate(part.packages)
        )
        return IncomingPart(part.seller, part.seller_name, self._minor(part.shipping, (*at, "shipping")), packages)

    def _item(self, item: OrderItemInput, at: Path) -> IncomingItem:
        return IncomingItem(
            sku=item.sku,
            name=item.name,
            quantity=item.quantity,
            unit_price_minor=self._minor(item.unit_price, (*at, "unitPrice")),
            discount_minor=self._minor(item.discount, (*at, "discount")),
            tax_minor=self._minor(item.tax, (*at, "tax")),
            image_url=item.image_url,
        )

    def _minor(self, amount: Amount | None, about: Path) -> int:
        if amount is None:
            return 0
        try:
            return parse_minor(cast("Decimal", amount), self.currency)
        except ValueError as fault:
            raise refuse(Refusal.INVALID_INPUT, f"{fault}.", about=about) from None
